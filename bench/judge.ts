/**
 * What judging a history costs: by its length, by how many operations overlap, and by how many
 * crashed, which are those that may still take effect; valid, and with one answer that is a lie; each
 * search alone, both in a race, and what a model decides without a search.
 */
import { bench, group, summary } from 'mitata';
import { brokenHistory, type Load, trueHistory } from '../sim/checkers/fixtures/histories.js';
import { trueObjects } from '../sim/checkers/fixtures/objects.js';
import { checkHistory } from '../sim/checkers/linearizability/check-history.js';
import { DepthFirst } from '../sim/checkers/linearizability/depth-first.js';
import { dovetail } from '../sim/checkers/linearizability/dovetail.js';
import { models } from '../sim/checkers/linearizability/index.js';
import { countingOf } from '../sim/checkers/linearizability/judge-part.js';
import { JustInTime } from '../sim/checkers/linearizability/just-in-time.js';
import type { KeyedOperation } from '../sim/checkers/linearizability/operation.js';
import { partitionOf } from '../sim/checkers/linearizability/partition.js';
import { both, type Searching } from '../sim/checkers/linearizability/race.js';

const budget = { steps: 20_000_000, memory: 1_000_000 };

const searches: readonly (readonly [name: string, kinds: readonly Searching[]])[] = [
  ['in depth', [DepthFirst]],
  ['in breadth', [JustInTime]],
  ['raced', both],
];

/** Compare-and-set among few values: nothing decides it but a search. */
const searched: Load = {
  model: 'cas-register',
  operations: 80,
  clients: 8,
  keys: 1,
  seed: 1,
  values: 5,
};

/** What runs judge: every write has a value of its own. */
const decided: Load = { model: 'register', operations: 25_000, clients: 64, keys: 8, seed: 1 };

/** Registers the benchmarks. */
export default function suite(): void {
  for (const operations of [40, 80, 160]) compare(`${operations} operations`, { operations });
  for (const clients of [4, 8, 12]) compare(`${clients} clients`, { clients });
  for (const crashed of [5, 10, 19]) compare(`${crashed} of 80 crashed`, { crashed });
  group('judge: registers whose writes are unique, 25,000 operations', () => {
    summary(() => {
      for (const infoPermille of [0, 10, 100]) {
        const load = { ...decided, infoPermille };
        const percent = `${infoPermille / 10} % crashed`;
        bench(`${percent}, valid`, judging(load, trueHistory(load), 'valid'));
        bench(`${percent}, invalid`, judging(load, brokenHistory(load), 'invalid'));
      }
    });
  });
}

/** Every search on a history and on its twin. */
function compare(what: string, variation: Partial<Load>): void {
  const load = { ...searched, ...variation };
  group(`judge: compare-and-set, ${what}`, () => {
    summary(() => {
      for (const [name, kinds] of searches) {
        bench(`${name}, valid`, searching(load, trueHistory(load), kinds, 'found'));
        bench(`${name}, invalid`, searching(load, brokenHistory(load), kinds, 'none'));
      }
    });
  });
}

function searching(
  { model: name }: Load,
  operations: readonly KeyedOperation[],
  kinds: readonly Searching[],
  expected: string,
): () => void {
  const part = { operations, model: models[name], initial: trueObjects[name].initial };
  const counting = countingOf(part);
  return () => {
    const partition = partitionOf(counting, part.model, part.initial);
    const { outcome } = dovetail([partition], budget, kinds).races[0]!;
    if (outcome !== expected) throw new Error(`${outcome}, expected ${expected}`);
  };
}

function judging(
  { model }: Load,
  operations: readonly KeyedOperation[],
  expected: string,
): () => void {
  return () => {
    const { validity } = checkHistory(operations, models[model]);
    if (validity !== expected) throw new Error(`${validity}, expected ${expected}`);
  };
}
