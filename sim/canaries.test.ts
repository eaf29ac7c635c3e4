/** Canaries run by name, by both engines, and are measured by what `graceful` claims. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { subjectOf } from './fuzz/draw-scenario.js';
import { Fuzzer } from './fuzz/fuzz-run.js';
import { standingOf } from './fuzz/violation.js';
import { canaries } from './protocols.js';
import { run } from './run.js';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./corpus/${name}.json`, import.meta.url), 'utf8'));

describe('the canaries', () => {
  it.each(canaries.map(({ name }) => [name]))('should be run alike by both engines: %s', (name) => {
    const scenario = read(name);
    // What comes after the first seconds is the wait for a cluster that never becomes whole.
    const short = { ...scenario, limits: { safetyUs: 8_000_000, livenessUs: 1_000_000 } };
    expect(run(short, { engine: 'xstate' }).digest).toBe(run(short).digest);
  });

  it('should make no claims, and be measured by those of graceful', () => {
    const [first] = canaries;
    const { scenario } = run({ ...read('graceful-r1-silence'), faults: [] });
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
