/** Many partitions under one budget: no hard one hides an easy one, in time or in memory. */
import { describe, expect, it } from 'vitest';
import { brokenHistory, trueHistory } from '../fixtures/histories.js';
import { checkHistory } from './check-history.js';
import { dovetail } from './dovetail.js';
import { countingOf } from './judge-part.js';
import { casRegister, register } from './models/index.js';
import type { KeyedOperation } from './operation.js';
import { type Partition, partitionOf } from './partition.js';
import { historyOf } from './test-histories.js';

const partition = (operations: readonly KeyedOperation[], model = casRegister): Partition =>
  partitionOf(countingOf({ operations, model, initial: 0 }), model, 0);

/** Writes in flight together of which each was read meanwhile, and a read that can't be. */
const hard = (size: number) =>
  historyOf([
    ...Array.from({ length: size }, (_, at) => [
      { f: 'write', input: at % 7, at: [0, 1000] as const },
      { f: 'cas', input: [at % 7, at % 5], at: [0, 1000] as const },
    ]).flat(),
    { f: 'read', output: 99, at: [2000, 3000] },
  ]);

const easy = historyOf([
  { f: 'write', input: 1, at: [0, 10] },
  { f: 'cas', input: [1, 2], at: [20, 30] },
  { f: 'read', output: 1, at: [40, 50] },
]);

describe('dovetailing', () => {
  it('should reject the easy one, wherever it stands among hard ones', () => {
    const hards = Array.from({ length: 9 }, () => partition(hard(14)));
    for (const place of [0, 5, 9]) {
      const all = hards.toSpliced(place, 0, partition(easy));
      const { races, steps, stored } = dovetail(all, { steps: 1_000_000, memory: 100_000 });
      expect(races.map(({ outcome }) => outcome)).toEqual(
        all.map((_, at) => (at === place ? 'none' : 'steps')),
      );
      // The hard ones had one round.
      expect(steps).toBeLessThan(110_000);
      expect(stored).toBeLessThan(10_000);
    }
  });

  it('should give each the same, whatever the order, until all is spent', () => {
    const sizes = [3, 14, 5, 12, 4];
    const all = sizes.map((size) => partition(hard(size)));
    const budget = { steps: 300_000, memory: 20_000 };
    const forward = dovetail(all, budget);
    const backward = dovetail(all.toReversed(), budget);
    expect(backward.steps).toBe(forward.steps);
    expect(backward.stored).toBe(forward.stored);
    expect(backward.races.map(({ outcome }) => outcome).reverse()).toEqual(
      forward.races.map(({ outcome }) => outcome),
    );
  });

  it('should keep within its budget, but for the last turn of each', () => {
    for (const steps of [1_000, 50_000, 200_000]) {
      const found = dovetail([partition(hard(14)), partition(hard(13))], { steps, memory: 5_000 });
      expect(found.steps).toBeLessThan(steps + 4 * 500);
      expect(found.stored).toBeLessThan(5_000 + 200);
      expect(found.races.every(({ search }) => search === undefined)).toBe(true);
    }
  });

  it('should end soon when memory is too little for anything, whatever the steps', () => {
    for (const memory of [0, 1, 10, 40]) {
      const budget = { steps: 10_000_000, memory };
      const { races, steps } = dovetail([partition(hard(14)), partition(hard(13))], budget);
      expect(races.map(({ outcome }) => outcome)).toEqual(['memory', 'memory']);
      expect(steps).toBeLessThan(100_000);
    }
  });

  it('should keep nothing of those that are decided', () => {
    const load = { model: 'cas-register', keys: 1, clients: 10, values: 5 } as const;
    const all = [1, 2, 3].map((seed) => {
      return partition(trueHistory({ ...load, operations: 200, seed }));
    });
    const { races } = dovetail(all, { steps: 1_000_000, memory: 100_000 });
    for (const { outcome, search } of races) {
      expect(outcome).toBe('found');
      expect(search!.stored).toBe(search!.configurations.states.size);
    }
  });

  it('should go on where a race stood, so that rounds cost no more than the last', () => {
    const load = { model: 'cas-register', keys: 1, clients: 10, values: 5 } as const;
    const history = brokenHistory({ ...load, operations: 400, seed: 3 });
    const once = dovetail([partition(history)], { steps: 10_000_000, memory: 500_000 });
    expect(once.races[0]!.outcome).toBe('none');
    const { work } = once.races[0]!.search!.configurations;
    expect(work).toBeGreaterThan(20_000);
    expect(once.steps).toBeLessThan(2 * work + 1_000);
  });
});

describe('a budget', () => {
  it('should end in unknown, and name what was not decided', () => {
    const keyed = (key: string, history: readonly KeyedOperation[]) =>
      history.map((one, index) => ({ ...one, key, id: one.id + (key === 'a' ? 0 : 1_000), index }));
    const both = [...keyed('a', hard(14)), ...keyed('b', easy.slice(0, 2))];
    const judgement = checkHistory(both, casRegister, { steps: 10_000, initial: 0 });
    expect(judgement).toMatchObject({ validity: 'unknown', rejections: [], lacking: 'steps' });
    expect(judgement.undecided.map(({ operations }) => operations[0]!.key)).toEqual(['a']);
    const little = { memory: 50, initial: 0, steps: 100_000 };
    expect(checkHistory(both, casRegister, little)).toMatchObject({
      validity: 'unknown',
      lacking: 'memory',
    });
  });

  it('should not be needed for registers whose values are unique, however many', () => {
    const load = { model: 'register', operations: 5_000, clients: 32, keys: 4, seed: 1 } as const;
    const tight = { steps: 0, memory: 0 };
    expect(checkHistory(trueHistory(load), register, tight)).toMatchObject({ validity: 'valid' });
    expect(checkHistory(brokenHistory(load), register, tight)).toMatchObject({
      validity: 'invalid',
    });
  });
});
