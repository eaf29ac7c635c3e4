/** Ablations: what is taken away, how soon it is found, and that nothing depends on who made the runs. */
import { describe, expect, it } from 'vitest';
import type { Detection } from '../fuzz/detect.js';
import { Workers } from '../fuzz/workers.js';
import { protocolNamed } from '../protocols.js';
import { type AblationPlan, ablate, seedsApart } from './ablate.js';
import { soonOf } from './soon.js';
import { untestableOf, variantsOf } from './variants.js';

const file = new URL('../../dist/sim/fuzz/worker.js', import.meta.url).pathname;
const graceful = protocolNamed('graceful');
const variants = variantsOf(graceful);

function planOf(names: readonly string[], more: Partial<AblationPlan> = {}): AblationPlan {
  return {
    variants: variants.filter(({ name }) => names.includes(name)),
    strategies: ['swarm'],
    campaigns: 2,
    runs: 40,
    seed: 1,
    shrinkRuns: 0,
    ...more,
  };
}

async function ablated(plan: AblationPlan, count = 1, signal = new AbortController().signal) {
  const workers = new Workers(count, file);
  const steps: number[] = [];
  const progress = (done: number) => steps.push(done);
  try {
    return { rows: await ablate(plan, { workers, signal, progress }), steps };
  } finally {
    await workers.end();
  }
}

describe('variants', () => {
  it('should be every safeguard that can be tested, and every rule', () => {
    const safeguards = Object.entries(graceful.knobs).filter(([, { safeguard }]) => safeguard);
    const untestable = untestableOf(graceful).map(({ name }) => name);
    expect(untestable).toEqual(['gateAllWriters', 'migrationExclusion']);
    const tested = variants.filter(({ kind }) => kind === 'safeguard').map(({ name }) => name);
    expect([...tested, ...untestable].sort()).toEqual(safeguards.map(([name]) => name).sort());
    const rules = variants.flatMap(({ kind, subject }) =>
      kind === 'rule' ? [protocolNamed(subject.protocol).canary!.rule] : [],
    );
    expect([...new Set(rules)].sort()).toEqual(['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8']);
  });

  it('should be none where there are no safeguards', () => {
    expect(variantsOf(protocolNamed('kvrocks-pr3295'))).toEqual([]);
  });
});

describe('an ablation', () => {
  it('should say what is found and how soon, the same by one worker or three', async () => {
    const plan = planOf(['promote', 'demote']);
    const one = await ablated(plan);
    expect((await ablated(plan, 3)).rows).toEqual(one.rows);
    const [promote] = one.rows;
    expect(promote!.variant.name).toBe('promote');
    expect(promote!.violations.length).toBeGreaterThan(0);
    const [first, second] = promote!.detections.swarm!;
    expect([first!.seed, second!.seed]).toEqual([1, 1 + seedsApart]);
    expect(first!.found!.first.recipe.seed).toBe(first!.made);
    expect(promote!.story!.sentences.length).toBeGreaterThan(1);
    expect(promote!.story!.scenario.protocol.knobs).toEqual({ promote: false });
    expect(one.steps.at(-1)).toBe(6);
  });

  it('should give a strategy up that has found nothing in three campaigns', async () => {
    const { rows } = await ablated(planOf(['gateReadsWhileSwitching'], { campaigns: 5, runs: 2 }));
    expect(rows[0]!.detections.swarm!.map(({ made, found }) => [made, found])).toEqual(
      Array(3).fill([2, undefined]),
    );
    expect([rows[0]!.violations, rows[0]!.story]).toEqual([[], undefined]);
  });

  it('should end with what it has when it is stopped', async () => {
    const { rows } = await ablated(planOf(['promote', 'barrier']), 1, AbortSignal.abort());
    expect(rows.map(({ detections }) => detections.swarm)).toEqual([[], []]);
  });
});

describe('how soon', () => {
  const campaigns = (...made: (number | null)[]) =>
    made.map((runs): Detection => {
      const search = { strategy: 'swarm', seed: 1, runs: 100 } as const;
      if (runs === null) return { ...search, made: 100 };
      const first = {
        index: 0,
        recipe: { seed: 1, draw: 'swarm', mutations: [] },
        digest: '',
      } as const;
      return { ...search, made: runs, found: { violations: [], first } };
    });

  it('should count a campaign that found nothing as later than all', () => {
    expect(soonOf(campaigns(30, 10, 20))).toEqual({ found: 3, of: 3, median: 20, p90: 30 });
    expect(soonOf(campaigns(30, null, 20, 5, null))).toEqual({
      found: 3,
      of: 5,
      median: 30,
      p90: null,
    });
    expect(soonOf(campaigns(null, null, 1))).toEqual({ found: 1, of: 3, median: null, p90: null });
    expect(soonOf([])).toEqual({ found: 0, of: 0, median: null, p90: null });
  });
});
