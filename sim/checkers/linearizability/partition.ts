/**
 * The history of one key (or one part of it) as the searches want it. Operations whose completion is
 * certain are numbered by it. Those that are `info` are grouped into classes of equal calls: which of
 * several equal ones took effect is of no account, so only how many of a class are used counts, and
 * the first to begin goes first.
 */
import type { Model, Specification } from './model.js';
import {
  byCompletion,
  byInvocation,
  type Call,
  type KeyedOperation,
  ownPredecessors,
} from './operation.js';
import { textOf, type Value } from './value.js';

/** `info` operations of equal calls. */
export interface InfoClass {
  /** Number of the call. */
  readonly call: number;
  /** In order of invocation. */
  readonly operations: readonly KeyedOperation[];
  /** Number of the operation that its client completed as it began, or -1; then it is alone. */
  readonly after: number;
}

export interface Partition {
  readonly specification: Specification;
  /** Whether that is one for this history alone, which knows what is read later. */
  readonly isReduced: boolean;
  readonly initial: Value;
  /** See `Model.helps`; for the states of the specification. */
  readonly helps: NonNullable<Model['helps']>;
  /** The certain ones, in order of completion. Arrays are by their number. */
  readonly operations: readonly KeyedOperation[];
  /** Number of the call of each. */
  readonly callOf: Int32Array;
  /** The operation that its own client completed at the instant this one began, or -1. */
  readonly after: Int32Array;
  /** Whether it is such an operation itself. */
  readonly hasFollower: Uint8Array;
  /** Calls that differ; arrays of calls are by their number. */
  readonly calls: readonly Call[];
  readonly infos: readonly InfoClass[];
}

/**
 * @param history every `ok` operation of a key, and those `info` ones that may matter
 * @param initial what the key holds at first
 * @param mayReduce whether states may do that are good for this history alone
 */
export function partitionOf(
  history: readonly KeyedOperation[],
  model: Model,
  initial: Value,
  mayReduce = true,
): Partition {
  const sorted = history.toSorted(byCompletion);
  const operations = sorted.filter(({ outcome }) => outcome === 'ok');
  const before = ownPredecessors(sorted);
  const calls = new Calls();
  const callOf = Int32Array.from(operations, (operation) => calls.numberOf(operation));
  const hasFollower = new Uint8Array(operations.length);
  for (const own of before) if (own >= 0) hasFollower[own] = 1;
  const infos = sorted.slice(operations.length).map((operation, at) => {
    return { operation, after: before[operations.length + at]! };
  });
  const reduced = mayReduce ? model.reduced?.(history, initial) : undefined;
  const helps = reduced === undefined ? model.helps?.bind(model) : undefined;
  return {
    specification: reduced ?? model,
    isReduced: reduced !== undefined,
    initial,
    helps: helps ?? (() => true),
    operations,
    callOf,
    after: before.slice(0, operations.length),
    hasFollower,
    infos: classesOf(infos, calls),
    calls: calls.all,
  };
}

/** Calls numbered by what they ask and return. */
class Calls {
  readonly all: Call[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf({ f, input, output }: Call): number {
    const text = `${f} ${textOf(input)} ${textOf(output)}`;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.all.length);
    return this.all.push({ f, input, output }) - 1;
  }
}

function classesOf(
  infos: readonly { readonly operation: KeyedOperation; readonly after: number }[],
  calls: Calls,
): InfoClass[] {
  const classes = new Map<number, KeyedOperation[]>();
  const found: { call: number; operations: KeyedOperation[]; after: number }[] = [];
  for (const { operation, after } of infos) {
    const call = calls.numberOf(operation);
    const known = after < 0 ? classes.get(call) : undefined;
    if (known !== undefined) {
      known.push(operation);
      continue;
    }
    const operations = [operation];
    if (after < 0) classes.set(call, operations);
    found.push({ call, operations, after });
  }
  for (const { operations } of found) operations.sort(byInvocation);
  return found;
}
