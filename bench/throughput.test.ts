import { describe, expect, it } from 'vitest';
import { xstateEngine } from '../runtime/xstate-engine.js';
import { judge } from '../sim/checkers/index.js';
import type { RunRecord } from '../sim/checkers/run-record.js';
import { history } from '../sim/history.js';
import { actors } from './actors/actors.js';
import { limit } from './limit/by-hand.js';
import { replayed } from './replayed.js';
import { runToEnd, type Simulator } from './simulation.js';
import { standardRun, type Variation } from './standard-run.js';
import { WorldSimulation, worldSimulator } from './world-simulator.js';

const reference = worldSimulator('reference', xstateEngine);

function recordOf(simulator: Simulator, seed: number, variation: Variation = {}): RunRecord {
  const simulation = simulator.start(standardRun(seed, variation));
  return simulation.record(runToEnd(simulation));
}

/** All that clients and operators asked and saw, when, and how the nodes answered. */
function seen({ operations, replies, notes, nodes, endedAt }: RunRecord) {
  return { operations, replies, notes, nodes, endedAt };
}

describe('the standard run', () => {
  it('hands the role over in the middle of the load, and holds', () => {
    const record = recordOf(reference, 1);
    const writes = record.operations.filter(({ call }) => call.type === 'set');
    const epochs = record.replies.filter(({ operation }) => operation > 1000);
    const byNode = (name: string) => epochs.filter(({ node }) => node === name).length;
    expect(record.operations.filter(({ node }) => node.startsWith('c'))).toHaveLength(200);
    expect(writes.length).toBeGreaterThan(100);
    expect(byNode('n1')).toBeGreaterThan(60);
    expect(byNode('n2')).toBeGreaterThan(60);
    expect(record.operations.map(({ outcome }) => outcome)).not.toContain('info');
    expect(judge(record).filter(({ validity }) => validity !== 'valid')).toEqual([]);
  });

  it('differs from seed to seed', () => {
    expect(seen(recordOf(reference, 1))).not.toEqual(seen(recordOf(reference, 2)));
  });

  it('ends before the first connection attempt could time out', () => {
    const simulation = new WorldSimulation(standardRun(1), xstateEngine);
    expect(runToEnd(simulation)).toBeLessThan(500_000);
  });
});

describe.each([
  ['actors', actors, 5],
  ['limit', limit, 12],
  ['replayed', replayed, 3],
] as const)('the standard run by %s', (_, simulator, seeds) => {
  it.each(Array.from({ length: seeds }, (_, at) => at + 1))(
    'is the world to the microsecond, with seed %i',
    (seed) => {
      const [one, other] = [recordOf(simulator, seed), recordOf(reference, seed)];
      expect(history(one.operations, one.endedAt)).toEqual(
        history(other.operations, other.endedAt),
      );
      expect(seen(one)).toEqual(seen(other));
      expect(judge(one)).toEqual(judge(other));
    },
  );

  it.each([{ slaves: 1 }, { slaves: 5 }, { clients: 16 }, { operations: 600 }] as Variation[])(
    'is the world also with %o',
    (variation) => {
      expect(seen(recordOf(simulator, 7, variation))).toEqual(
        seen(recordOf(reference, 7, variation)),
      );
    },
  );
});
