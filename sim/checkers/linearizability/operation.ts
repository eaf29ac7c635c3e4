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

/** The number of a thing, which is a new one when it is met for the first time. */
export function numberIn<T>(numbers: Map<T, number>, thing: T): number {
  const known = numbers.get(thing);
  if (known !== undefined) return known;
  numbers.set(thing, numbers.size);
  return numbers.size - 1;
}

/**
 * For each operation the one that its own client had completed at the very instant this one began,
 * as a place, or -1: the only order of two operations that their times don't tell. Told operations
 * one by one, in order of the history, so that one pass over a long history is enough.
 */
export class OwnPredecessors {
  /** By place. */
  readonly before: Int32Array;
  private readonly numbers = new Map<string, number>();
  private readonly latest: number[] = [];
  private readonly latestEnd: number[] = [];

  constructor(length: number) {
    this.before = new Int32Array(length).fill(-1);
  }

  add({ sequential, client, invokedAt, completedAt }: Interval, at: number): void {
    if (!sequential) return;
    const who = numberIn(this.numbers, client);
    if (this.latestEnd[who] === invokedAt) this.before[at] = this.latest[who]!;
    if (completedAt === Number.POSITIVE_INFINITY) return;
    this.latest[who] = at;
    this.latestEnd[who] = completedAt;
  }
}

/** The same of operations in any order, by their places in it. */
export function ownPredecessors(operations: readonly Interval[]): Int32Array {
  const found = new OwnPredecessors(operations.length);
  const inOrder = [...operations.keys()].sort(
    (one, other) => operations[one]!.index - operations[other]!.index,
  );
  for (const at of inOrder) found.add(operations[at]!, at);
  return found.before;
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
