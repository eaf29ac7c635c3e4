/** Hunts by workers. Needs the build: `npm test` builds first. */
import { describe, expect, it } from 'vitest';
import { Workers } from '../fuzz/workers.js';
import { explanationOf } from './explained.js';
import { type HuntPlan, hunt } from './hunt.js';
import { mutations } from './mutants.js';
import { chosen } from './sample.js';

const file = new URL('../../dist/sim/fuzz/worker.js', import.meta.url).pathname;
const named = (...ids: string[]) => ids.map((id) => mutations().get(id)!);

async function hunted(plan: HuntPlan, count = 1, signal = new AbortController().signal) {
  const workers = new Workers(count, file);
  const steps: string[] = [];
  try {
    const progress = (what: string, done: number, of: number) =>
      steps.push(`${what} ${done}/${of}`);
    return { all: await hunt(plan, { workers, signal, progress }), steps };
  } finally {
    await workers.end();
  }
}

const fuzz = { seed: 1, strategy: 'portfolio', runs: 2 } as const;

describe('a hunt', () => {
  it('should tell the fate of each mutant, the same by one worker or two', async () => {
    const plan = {
      mutations: named(
        'failover command|served|1:remove',
        'verdict.idle:drop.entry.0',
        'job.marking|admitted|0:remove',
      ),
      fuzz,
      reachRuns: 16,
    };
    const one = await hunted(plan);
    expect(one.all.map(({ fate }) => fate.end)).toEqual(['killed', 'survived', 'not reached']);
    expect(one.all.map(({ mutation }) => mutation)).toEqual(plan.mutations);
    expect(one.steps.at(-1)).toBe('mutants 3/3');
    expect(one.steps).toContain('reach 10/10');
    expect((await hunted(plan, 2)).all).toEqual(one.all);
  }, 180_000);

  it('should end with what it has when it is stopped', async () => {
    const plan = { mutations: named('failover command|served|1:remove'), fuzz, reachRuns: 8 };
    expect((await hunted(plan, 1, AbortSignal.abort())).all).toEqual([]);
  });

  it('should kill or explain every mutant of a sample', async () => {
    const mutants = chosen({ sample: 10, seed: 1 });
    const plan = { mutations: mutants, fuzz: { ...fuzz, runs: 60 }, reachRuns: 80 };
    const { all } = await hunted(plan, 2);
    expect(all.map(({ mutation }) => mutation.id)).toEqual(mutants.map(({ id }) => id));
    const open = all.filter(
      ({ fate, mutation }) => fate.end === 'survived' && explanationOf(mutation.id) === undefined,
    );
    expect(open.map(({ mutation }) => mutation.id)).toEqual([]);
    expect(all.filter(({ fate }) => fate.end === 'killed').length).toBeGreaterThan(2);
  }, 180_000);
});
