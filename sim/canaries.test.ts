/** Every canary is caught by a scenario in which `graceful` holds. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { subjectOf } from './fuzz/draw-scenario.js';
import { Fuzzer } from './fuzz/fuzz-run.js';
import { standingOf } from './fuzz/violation.js';
import { canaries, protocolNamed } from './protocols.js';
import { type RunResult, run } from './run.js';

const folder = new URL('./canaries/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

/** R7 serves a slave whose master has lost what it had acknowledged: claimed by nobody. */
const outside = ['graceful-r7-copies-anybody'];

function caught({ scenario, verdicts }: RunResult): string[] {
  const protocol = protocolNamed(scenario.protocol.name);
  return verdicts
    .filter(({ validity }) => validity === 'invalid')
    .map(({ checker }) => `${checker} ${standingOf(protocol, scenario, checker)}`);
}

function unbitten({ scenario, record }: RunResult): unknown[] {
  const bitten = record.faults.filter(
    ({ kind, move }) => move === (kind === 'link' ? 'bit' : 'began'),
  );
  return scenario.faults.filter(({ id }) => !bitten.some(({ fault }) => fault === id));
}

describe('the canaries', () => {
  it('should each have a scenario of their own', () => {
    const named = readdirSync(folder).map((file) => `graceful-${file.replace('.json', '')}`);
    expect(canaries.map(({ name }) => name)).toEqual(named.sort());
  });

  it.each(canaries.map(({ name }) => [name]))('should show: %s', (name) => {
    const scenario = read(`${name.replace('graceful-', '')}.json`);
    expect([scenario.protocol.name, `graceful-${scenario.name}`]).toEqual([name, name]);
    const mutant = run(scenario);
    expect(caught(mutant).some((one) => !one.endsWith('outside'))).toBe(!outside.includes(name));
    expect(caught(mutant)).not.toEqual([]);
    expect(unbitten(mutant)).toEqual([]);
    const whole = run({ ...scenario, protocol: { ...scenario.protocol, name: 'graceful' } });
    expect(whole.verdicts.map(({ validity }) => validity)).toEqual(Array(5).fill('valid'));
    expect(unbitten(whole)).toEqual([]);
  });

  it.each(canaries.map(({ name }) => [name]))('should be run alike by both engines: %s', (name) => {
    const scenario = read(`${name.replace('graceful-', '')}.json`);
    // What comes after the first seconds is the wait for a cluster that never becomes whole.
    const short = { ...scenario, limits: { safetyUs: 8_000_000, livenessUs: 1_000_000 } };
    expect(run(short, { engine: 'xstate' }).digest).toBe(run(short).digest);
  });

  it('should make no claims, and be measured by those of graceful', () => {
    const [first] = canaries;
    const { scenario } = run({ ...read('r1-silence.json'), faults: [] });
    expect(first!.claims).toEqual([]);
    expect(standingOf(first!, scenario, 'lost-write')).toBe('unclaimed');
    const failing = { id: 1, kind: 'disk', node: 'n1', mode: 'failing', at: { timeUs: 0 } };
    const beyond = { ...scenario, faults: [failing] } as typeof scenario;
    expect(standingOf(first!, beyond, 'lost-write')).toBe('outside');
  });

  it('should be found by scenarios drawn at random, as unclaimed', () => {
    const fuzzer = new Fuzzer(subjectOf('graceful-r2-unread'));
    const seeds = Array.from({ length: 1000 }, (_, at) => at + 101);
    const isFound = (seed: number) =>
      fuzzer
        .make({ index: seed, recipe: { seed, draw: 'swarm' as const, mutations: [] } })
        .violations.some(({ standing }) => standing === 'unclaimed');
    expect(seeds.some(isFound)).toBe(true);
  });
});
