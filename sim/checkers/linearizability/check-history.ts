/**
 * Is a history linearizable, each key an object of a model? Linearizability is local, so keys are
 * judged apart, and parts of a key where a model has such (Horn and Kroening, "Faster Linearizability
 * Checking via P-compositionality", 2015). What a model decides by itself needs no search; the rest is
 * searched under one budget (`dovetail.ts`).
 *
 * Assumptions: `fail` had no effect; `info` and open operations may take effect at any later time or
 * never; intervals are closed (`operation.ts`). What a client did at one instant on several keys is
 * taken for each key alone: its own order there is no part of what locality is about.
 */
import { dovetail, type Raced } from './dovetail.js';
import { decidedOf, type Part, searchedOf } from './judge-part.js';
import type { Decided, Model } from './model.js';
import { byCompletion, byKey, type KeyedOperation, numberIn } from './operation.js';
import type { Partition } from './partition.js';
import type { Budget } from './race.js';
import { type Rejection, rejectionOf } from './rejection.js';
import type { Value } from './value.js';

/**
 * Steps are operations tried and placed by the searches, all together; of memory the unit is one
 * configuration or state, some hundred bytes.
 */
export const defaultBudget: Budget = { steps: 10_000_000, memory: 500_000 };

export interface CheckOptions extends Partial<Budget> {
  /** What each key holds at first; the model's own by default. */
  readonly initial?: Value;
}

export interface Judgement {
  readonly validity: 'valid' | 'invalid' | 'unknown';
  /** Of keys without an order, the one whose offender completed first at the front. */
  readonly rejections: readonly Rejection[];
  /** What was not decided: by keys, or parts of them. */
  readonly undecided: readonly Part[];
  /** Where something is undecided: which part of the budget was spent. */
  readonly lacking: 'steps' | 'memory';
  /** How many operations count, and on how many keys. */
  readonly operations: number;
  readonly keys: number;
  readonly budget: Budget;
  /** Steps of the searches; 0 where the models decided it all. */
  readonly steps: number;
  /** The most configurations that were stored at once. */
  readonly stored: number;
}

/**
 * Judge a history by a model.
 * @param operations in order of invocation, of any number of keys
 * @throws RangeError when an operation is none of the model's, naming it
 */
export function checkHistory(
  operations: readonly KeyedOperation[],
  model: Model,
  options: CheckOptions = {},
): Judgement {
  const initial = options.initial === undefined ? model.initial : options.initial;
  const check = (operation: KeyedOperation) => {
    const { f, id } = operation;
    const why = model.functions.includes(f)
      ? model.misfit(operation)
      : `f: got ${f}, expected one of ${model.functions.join(', ')} by the model ${model.name}`;
    if (why !== undefined) throw new RangeError(`operation ${id}: ${why}`);
  };
  return judgeKeys(operations, { model, initial }, () => ({ model, initial }), options, check);
}

/**
 * Judge each key by a model of its own. Most keys of most histories are decided without a search, in
 * one pass over all operations; what is left is gathered by key then.
 * @param first what a key may be decided by, before the rest of it is looked at
 * @param wanted what it is judged by, if that decides nothing or finds no order
 * @param check is told every operation before any is judged; it may throw
 */
export function judgeKeys<T extends KeyedOperation>(
  operations: readonly T[],
  first: Judging,
  wanted: (operations: readonly T[]) => Judging,
  options: Partial<Budget>,
  check: (operation: T) => void = () => {},
): Judgement {
  const decided = decidedAtOnce(operations, first, check);
  const ordered = new Map([...decided].filter(([, one]) => one.linearizable));
  const left = ordered.size === 0 ? operations : operations.filter(({ key }) => !ordered.has(key));
  const parts = [...byKey(left).values()].map((those) => ({
    operations: those,
    ...wanted(those),
  }));
  const judgement = judgeParts(parts, options);
  return {
    ...judgement,
    operations: sum([judgement.operations, ...[...ordered.values()].map((one) => one.operations)]),
    keys: judgement.keys + ordered.size,
  };
}

/** What a key is judged by. */
export type Judging = Pick<Part, 'model' | 'initial'>;

/** What a model decides of each key without a search. */
function decidedAtOnce<T extends KeyedOperation>(
  operations: readonly T[],
  { model, initial }: Judging,
  check: (operation: T) => void,
): Map<string, Decided> {
  const found = new Map<string, Decided>();
  const numbers = new Map<string, number>();
  const keyOf = new Int32Array(operations.length);
  const counts: number[] = [];
  for (let at = 0; at < operations.length; at++) {
    const operation = operations[at]!;
    check(operation);
    const key = numberIn(numbers, operation.key);
    keyOf[at] = key;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  if (model.decider === undefined) return found;
  const deciders = counts.map((count) => model.decider!(initial, count));
  for (let at = 0; at < operations.length; at++) deciders[keyOf[at]!]!.add(operations[at]!);
  for (const [key, number] of numbers) {
    const decided = deciders[number]!.decide();
    if (decided !== undefined) found.set(key, decided);
  }
  return found;
}

/** Judge keys, each by a model of its own. */
export function judgeParts(keys: readonly Part[], options: Partial<Budget> = {}): Judgement {
  const budget = { ...defaultBudget, ...options };
  const decided: { readonly part: Part; readonly decided: Decided }[] = [];
  const open: { readonly part: Part; readonly partition: Partition }[] = [];
  for (const part of keys.flatMap(partsOf)) {
    const known = decidedOf(part);
    if (known !== undefined) decided.push({ part, decided: known });
    else open.push({ part, partition: searchedOf(part) });
  }
  const refuted = decided.filter((one) => !one.decided.linearizable);
  const searched = refuted.length > 0 ? [] : open.map(({ partition }) => partition);
  const { races, steps, stored } = dovetail(searched, budget);
  const searches = open.map(({ part }, at) => ({ part, ...(races[at] ?? untried) }));
  const rejections = [
    ...refuted.map(({ part }) => rejectionOf(part, undefined)),
    ...searches.flatMap(({ part, outcome, search }) =>
      outcome === 'none' ? rejectionOf(part, search) : [],
    ),
  ].sort((one, other) => byCompletion(one.offender, other.offender));
  const undecided = searches.filter(({ search }) => search === undefined);
  return {
    validity: rejections.length > 0 ? 'invalid' : undecided.length > 0 ? 'unknown' : 'valid',
    rejections,
    undecided: undecided.map(({ part }) => part),
    lacking: undecided.some(({ outcome }) => outcome === 'memory') ? 'memory' : 'steps',
    operations: sum([
      ...decided.map((one) => one.decided.operations),
      ...open.map(({ partition }) => sizeOf(partition)),
    ]),
    keys: keys.length,
    budget,
    steps,
    stored,
  };
}

/** Where a key without an order is known already, no other is searched. */
const untried: Raced = { outcome: 'steps', search: undefined };

/** The parts of a key that are judged apart. */
function partsOf(key: Part): Part[] {
  const parts = key.model.parts?.(key.operations);
  return parts === undefined ? [key] : parts.map((operations) => ({ ...key, operations }));
}

function sizeOf({ operations, infos }: Partition): number {
  return sum([operations.length, ...infos.map((info) => info.operations.length)]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
