/**
 * The corpus: small scenarios that have refuted something, and what each protocol, and `graceful`
 * without each safeguard and rule, makes of them. A scenario's own protocol is what it was found on.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { variantsOf } from './ablation/variants.js';
import type { PlainSubject } from './fuzz/worker.js';
import { protocolNamed, protocols } from './protocols.js';
import { run } from './run.js';
import { parseScenario, type Scenario } from './scenario.js';

/** Checkers that say `invalid`, and of which kind. */
export type Refuted = Readonly<Record<string, string>>;

/** Who runs on the whole corpus, by name: protocols, then `graceful` without one thing. */
export function judgedInCorpus(): ReadonlyMap<string, PlainSubject> {
  const whole = protocols.map(({ name }) => [name, { protocol: name, knobs: {} }] as const);
  const variants = variantsOf(protocolNamed('graceful')).map(
    ({ kind, name, subject }) =>
      [kind === 'safeguard' ? `graceful without ${name}` : name, subject] as const,
  );
  return new Map([...whole, ...variants]);
}

/** A scenario with another protocol, at the timings that it sets. */
export function under(scenario: Scenario, { protocol, knobs }: PlainSubject): Scenario {
  const timings = Object.entries(scenario.protocol.knobs).filter(
    ([, value]) => typeof value === 'number',
  );
  return {
    ...scenario,
    protocol: { name: protocol, knobs: { ...Object.fromEntries(timings), ...knobs } },
  };
}

/** What is invalid when that runs a scenario. */
export function refutedIn(scenario: Scenario, subject: PlainSubject): Refuted {
  const { verdicts } = run(under(scenario, subject));
  return Object.fromEntries(
    verdicts.flatMap(({ checker, validity, kind = '' }) =>
      validity === 'invalid' ? [[checker, kind]] : [],
    ),
  );
}

/** The scenarios of a folder, by the names of their files. @throws InputError as `parseScenario` */
export function readCorpus(folder: URL): ReadonlyMap<string, Scenario> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    names.map((name) => {
      const value: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
      return [name.slice(0, -'.json'.length), parseScenario(value)] as const;
    }),
  );
}
