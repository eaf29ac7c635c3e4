/**
 * An operation of a history, on one key of an object that a model specifies.
 *
 * Assumptions. An operation's interval is closed: one that ends at the instant another begins
 * overlaps it, for the order within an instant is the simulator's choice and no client could tell.
 * One thing a client can tell: what it called itself after an answer came after it. A client that
 * never has two operations open is one process, and keeps its own order even within an instant.
 */
import type { Value } from './value.js';

/** What was asked and what came of it, as a model sees it. */
export interface Call {
  readonly f: string;
  /** What was written, appended, added ...; null for nothing. */
  readonly input: Value;
  /** What it returned; undefined where that is not known or does not count. */
  readonly output: Value | undefined;
}

export interface KeyedOperation extends Call {
  /** Unique in the history; verdicts name operations by it. */
  readonly id: number;
  /** Place in the history: earlier invocations have lower ones. */
  readonly index: number;
  readonly client: string;
  /** Whether the client never has two operations open. */
  readonly sequential: boolean;
  readonly key: string;
  /** Microseconds, like every time here. */
  readonly invokedAt: number;
  /** By when it has taken effect. Infinity for `info`: perhaps later, perhaps never. */
  readonly completedAt: number;
  /** When the client saw it end; undefined while open. */
  readonly endedAt: number | undefined;
  /** `fail`: it had no effect. `info`: it may take effect at any later time, or never. */
  readonly outcome: 'ok' | 'fail' | 'info';
}

type Interval = Pick<
  KeyedOperation,
  'client' | 'index' | 'sequential' | 'invokedAt' | 'completedAt'
>;

/** Whether one operation had taken effect before the other began, as its clients could tell. */
export function precedes(one: Interval, other: Interval): boolean {
  if (one.completedAt !== other.invokedAt) return one.completedAt < other.invokedAt;
  return one.sequential && one.client === other.client && one.index < other.index;
}

/** In order of completion; the ones that never complete last. */
export function byCompletion(one: Interval, other: Interval): number {
  if (one.completedAt === other.completedAt) return one.index - other.index;
  return one.completedAt < other.completedAt ? -1 : 1;
}

/** In order of invocation. */
export function byInvocation(one: Interval, other: Interval): number {
  return one.invokedAt - other.invokedAt || one.index - other.index;
}

/** What is needed of operations again and again: one column of numbers each. */
export interface Columns {
  readonly begin: Float64Array;
  readonly end: Float64Array;
  /** Number of the client, -1 of one that is not sequential. */
  readonly client: Int32Array;
  /** The places in order of the history. */
  readonly inOrder: Int32Array;
}

/**
 * The columns of operations, in one pass: histories are long, and objects are far apart in memory.
 * @param visit told each operation and its place, for further columns
 */
export function columnsOf<T extends Interval>(
  operations: readonly T[],
  visit?: (operation: T, at: number) => void,
): Columns {
  const { length } = operations;
  const begin = new Float64Array(length);
  const end = new Float64Array(length);
  const client = new Int32Array(length);
  const inOrder = new Int32Array(length);
  const numbers = new Map<string, number>();
  let isSorted = true;
  let latest = -1;
  for (let at = 0; at < length; at++) {
    const operation = operations[at]!;
    begin[at] = operation.invokedAt;
    end[at] = operation.completedAt;
    client[at] = operation.sequential ? numberIn(numbers, operation.client) : -1;
    inOrder[at] = at;
    isSorted &&= operation.index > latest;
    latest = operation.index;
    visit?.(operation, at);
  }
  if (!isSorted) inOrder.sort((one, other) => operations[one]!.index - operations[other]!.index);
  return { begin, end, client, inOrder };
}

/** The number of a thing, which is a new one when it is met for the first time. */
export function numberIn<T>(numbers: Map<T, number>, thing: T): number {
  const known = numbers.get(thing);
  if (known !== undefined) return known;
  numbers.set(thing, numbers.size);
  return numbers.size - 1;
}

/**
 * For each operation the one that its own client had completed at the very instant this one began,
 * as a place, or -1: the only order of two operations that their times don't tell.
 */
export function ownPredecessors({ begin, end, client, inOrder }: Columns): Int32Array {
  const before = new Int32Array(begin.length).fill(-1);
  const latest: number[] = [];
  for (let nth = 0; nth < inOrder.length; nth++) {
    const at = inOrder[nth]!;
    const who = client[at]!;
    if (who < 0) continue;
    const own = latest[who];
    if (own !== undefined && end[own] === begin[at]) before[at] = own;
    if (end[at] !== Number.POSITIVE_INFINITY) latest[who] = at;
  }
  return before;
}

/** Operations by key, in order of first appearance. */
export function byKey<T extends { readonly key: string }>(
  operations: readonly T[],
): Map<string, T[]> {
  const keys = new Map<string, T[]>();
  for (const operation of operations) {
    const those = keys.get(operation.key);
    if (those === undefined) keys.set(operation.key, [operation]);
    else those.push(operation);
  }
  return keys;
}
