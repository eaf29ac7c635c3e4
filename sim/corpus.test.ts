/**
 * The corpus: small scenarios that have refuted something. Each still refutes what it was found on, and
 * `graceful` holds on all of them. Where verdicts have changed for a good reason,
 * `UPDATE_CORPUS=1 npx vitest run sim/corpus.test.ts` writes the verdicts anew.
 * `CORPUS=all` runs everybody on every scenario, otherwise a sample that changes with the scenario. One that
 * refutes no more is not dropped: it is found again (`switchover ablate --only NAME --out DIR`), and
 * `UPDATE_CORPUS=DIR` takes what was found in, in its place.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { judgedInCorpus, type Refuted, readCorpus, refutedIn, under } from './corpus.js';
import { parseReplay } from './files/replay-file.js';
import { standingOf } from './fuzz/violation.js';
import type { PlainSubject } from './fuzz/worker.js';
import { protocolNamed, protocols } from './protocols.js';
import { run } from './run.js';
import type { Scenario } from './scenario.js';
import { observe } from './story/observed.js';
import { storyOf } from './story/story.js';

const folder = new URL('./corpus/', import.meta.url);
const verdicts = new URL('./corpus-verdicts.json', import.meta.url);
const update = process.env['UPDATE_CORPUS'];
if (update !== undefined && update !== '1') takeIn(update);

/** Of those who are judged, so many are left out for one that runs, but for the protocols. */
const everyNth = 24;

/** Two nodes that feed one another what they are fed: millions of events, left to `CORPUS=all`. */
const endless = 'graceful without detachFirst';

const corpus = readCorpus(folder);
const judged = judgedInCorpus();
const graceful = protocolNamed('graceful');
const expected: Record<string, Record<string, Refuted>> = JSON.parse(
  readFileSync(verdicts, 'utf8'),
);

/** Takes in the stories of an ablation: replay files by the names of what was taken away. */
function takeIn(path: string): void {
  for (const name of readdirSync(path)) {
    const { scenario } = parseReplay(JSON.parse(readFileSync(join(path, name), 'utf8')), name);
    const seen = observe(scenario);
    const failed = seen.result.verdicts.find(({ validity }) => validity === 'invalid')!;
    const { sentences } = storyOf(seen, failed.checker, { neighbour: false });
    const about = sentences.join(' ').slice(0, 1000);
    const file: Scenario = { ...scenario, name: name.replace('.json', ''), about };
    writeFileSync(new URL(name, folder), `${JSON.stringify(file, null, 2)}\n`);
  }
}

/** What a scenario was found on, by the name of who is judged; undefined for `graceful` itself. */
function homeOf(scenario: Scenario): string | undefined {
  const { name, knobs } = scenario.protocol;
  const isOwn = (subject: PlainSubject) =>
    isDeepStrictEqual(under(scenario, subject).protocol, { name, knobs });
  const found = [...judged].find(([, subject]) => isOwn(subject));
  return found?.[0] === 'graceful' ? undefined : found?.[0];
}

describe('the corpus', () => {
  it('should have a scenario for every protocol, safeguard and rule', () => {
    const homes = new Set([...corpus.values()].map(homeOf));
    expect([...judged.keys()].filter((name) => name !== 'graceful' && !homes.has(name))).toEqual(
      [],
    );
  });

  it.each([...corpus])('should be borne by graceful within its claims: %s', (name, scenario) => {
    expect(scenario.name).toBe(name);
    expect(scenario.about.length).toBeGreaterThan(40);
    const whole = under(scenario, { protocol: graceful.name, knobs: {} });
    const wrong = run(whole).verdicts.filter(
      ({ checker, validity }) =>
        validity !== 'valid' && standingOf(graceful, whole, checker) !== 'outside',
    );
    expect(wrong.map(({ checker, reason }) => `${checker}: ${reason}`)).toEqual([]);
    const { record } = run(scenario);
    const bitten = new Set(record.faults.map(({ fault }) => fault));
    expect(scenario.faults.filter(({ id }) => !bitten.has(id))).toEqual([]);
  });

  const places = [...corpus.keys()];
  it.each([...corpus])(
    'should refute what it has refuted: %s',
    (name, scenario) => {
      const home = homeOf(scenario);
      const isAll = update !== undefined || process.env['CORPUS'] === 'all';
      const sample = [...judged].filter(
        ([who], at) =>
          isAll ||
          who === home ||
          protocols.some((one) => one.name === who) ||
          (who !== endless && at % everyNth === places.indexOf(name) % everyNth),
      );
      const found = Object.fromEntries(
        sample
          .map(([who, subject]) => [who, refutedIn(scenario, subject)] as const)
          .filter(([, refuted]) => Object.keys(refuted).length > 0),
      );
      if (home !== undefined) expect(Object.keys(found)).toContain(home);
      if (update !== undefined) {
        const all = JSON.parse(readFileSync(verdicts, 'utf8'));
        const sorted = Object.entries({ ...all, [name]: found })
          .filter(([known]) => corpus.has(known))
          .sort(([one], [other]) => (one < other ? -1 : 1));
        writeFileSync(verdicts, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
      } else {
        const known = Object.entries(expected[name]!).filter(([who]) =>
          sample.some(([one]) => one === who),
        );
        expect(found).toEqual(Object.fromEntries(known));
      }
    },
    300_000,
  );
});
