/**
 * The search for a linearization of one register's history: an order of all operations in which
 * each takes effect between its invocation and its completion and every read returns the value
 * written last. After Wing and Gong, "Testing and Verifying Concurrent Objects" (1993), with the
 * cache of configurations of Lowe, "Testing for Linearizability" (2017): a configuration is the set
 * of operations placed and the value held, and is explored once. Only histories of one key come
 * here: linearizability is local, so keys are judged apart (Horn and Kroening, "Faster
 * Linearizability Checking via P-compositionality", 2015).
 *
 * What keeps the search small, and why it loses nothing:
 * - a read of the value held is placed for good: wherever it stands in an order, it may stand here;
 * - an `info` write whose value no read returned is left out: nothing shows that it happened.
 * Where each value is written once, a write and its reads stand together in every order, so
 * - a write is placed only when no read of the value held is missing, and nothing else that is
 *   missing must come before one of its own reads; and then for good: the whole group may stand
 *   here, wherever it stands (Gibbons and Korach, "Testing Shared Memories", 1997).
 * With that nothing is ever taken back. Histories with values written twice are searched in full.
 *
 * The set is kept as Lowe's bitset would be, less its solid front: operations are numbered by
 * completion, `low` is the first not placed, `ahead` are those placed after it, few because they
 * overlap it. No recursion: depth is the number of operations.
 */
import { precedes, type RegisterOperation } from './register.js';

export interface Search {
  readonly outcome: 'found' | 'none' | 'spent';
  /** Operations tried. */
  readonly steps: number;
}

/** What the search knows of a history; arrays are by number of operation. */
interface Problem {
  readonly operations: readonly RegisterOperation[];
  /** Of these the completion is certain: every order holds them. */
  readonly certain: number;
  readonly values: Int32Array;
  /** The operation that its own client completed at the instant this one began, or -1. */
  readonly after: Int32Array;
  readonly writesUnique: boolean;
  /** By value. */
  readonly groups: readonly Group[];
}

/** The operations of one value. */
interface Group {
  reads: number;
  writes: number;
  /** When the last of them began. */
  latestBegin: number;
  /** Operations of other values that their clients completed at the instant one of these began. */
  readonly after: number[];
}

const initialValue = 0;

/**
 * @param history operations of one key: every `ok` one, and writes that are `info` (never complete)
 * @param budget how many operations may be tried
 * @returns `none` when no order exists; `spent` when the budget ended the search
 */
export function linearize(history: readonly RegisterOperation[], budget: number): Search {
  const problem = prepare(history);
  if (problem.groups.some(isUnwritten)) return { outcome: 'none', steps: 0 };
  const at = new Configuration(problem);
  const seen = new Set<string>();
  let steps = 0;
  let candidate = at.first();
  while (!at.complete()) {
    if (at.mayPlace(candidate)) {
      if (steps === budget) return { outcome: 'spent', steps };
      steps += 1;
      if (at.fits(candidate)) {
        at.place(candidate);
        const encoded = problem.writesUnique ? undefined : at.encoded();
        const known = encoded !== undefined && seen.has(encoded);
        candidate = known ? at.following(at.takeBack()) : at.first();
        if (encoded !== undefined) seen.add(encoded);
      } else {
        candidate = at.following(candidate);
      }
    } else {
      const tried = at.retreat();
      if (tried === undefined) return { outcome: 'none', steps };
      candidate = at.following(tried);
    }
  }
  return { outcome: 'found', steps };
}

function prepare(history: readonly RegisterOperation[]): Problem {
  const returned = new Set(history.filter(({ f }) => f === 'read').map(({ value }) => value));
  const operations = history
    .filter(({ outcome, value }) => outcome === 'ok' || returned.has(value))
    .sort(byCompletion);
  const numbers = new Map<string | null, number>([[null, initialValue]]);
  for (const { value } of operations) {
    if (!numbers.has(value)) numbers.set(value, numbers.size);
  }
  const values = Int32Array.from(operations, ({ value }) => numbers.get(value)!);
  const after = ownPredecessors(operations);
  const groups = groupsOf(operations, values, after, numbers.size);
  return {
    operations,
    certain: operations.filter(({ outcome }) => outcome === 'ok').length,
    values,
    after,
    writesUnique: groups.every(({ writes }, value) => writes <= (value === initialValue ? 0 : 1)),
    groups,
  };
}

function groupsOf(
  operations: readonly RegisterOperation[],
  values: Int32Array,
  after: Int32Array,
  count: number,
): Group[] {
  const groups = Array.from(
    { length: count },
    (): Group => ({ reads: 0, writes: 0, latestBegin: 0, after: [] }),
  );
  for (const [number, { f, invokedAt }] of operations.entries()) {
    const group = groups[values[number]!]!;
    if (f === 'read') group.reads += 1;
    else group.writes += 1;
    group.latestBegin = Math.max(group.latestBegin, invokedAt);
    const own = after[number]!;
    if (own >= 0 && values[own] !== values[number]) group.after.push(own);
  }
  return groups;
}

function isUnwritten({ reads, writes }: Group, value: number): boolean {
  return value !== initialValue && reads > 0 && writes === 0;
}

/** In order of completion; the ones that never complete last. */
export function byCompletion(one: RegisterOperation, other: RegisterOperation): number {
  if (one.completedAt === other.completedAt) return one.index - other.index;
  return one.completedAt < other.completedAt ? -1 : 1;
}

function ownPredecessors(operations: readonly RegisterOperation[]): Int32Array {
  const after = new Int32Array(operations.length).fill(-1);
  const latest = new Map<string, number>();
  const numbers = [...operations.keys()].sort(
    (one, other) => operations[one]!.index - operations[other]!.index,
  );
  for (const number of numbers) {
    const operation = operations[number]!;
    const own = latest.get(operation.client);
    if (own !== undefined) {
      const previous = operations[own]!;
      const touching = previous.completedAt === operation.invokedAt;
      if (touching && precedes(previous, operation)) after[number] = own;
    }
    if (operation.outcome === 'ok') latest.set(operation.client, number);
  }
  return after;
}

/** A partial linearization, and the operations still to place in order of invocation. */
class Configuration {
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly head: number;
  private readonly placed: Uint8Array;
  private readonly readsMissing: Int32Array;
  private readonly order: number[] = [];
  private readonly before: { low: number; ahead: readonly number[]; value: number }[] = [];
  private low = 0;
  private ahead: readonly number[] = [];
  private value = initialValue;

  constructor(private readonly problem: Problem) {
    const { operations, groups } = problem;
    this.head = operations.length;
    this.next = new Int32Array(this.head + 1);
    this.previous = new Int32Array(this.head + 1);
    this.placed = new Uint8Array(this.head);
    this.readsMissing = Int32Array.from(groups, ({ reads }) => reads);
    const numbers = [...operations.keys()].sort(
      (one, other) =>
        operations[one]!.invokedAt - operations[other]!.invokedAt ||
        operations[one]!.index - operations[other]!.index,
    );
    let last = this.head;
    for (const number of [...numbers, this.head]) {
      this.next[last] = number;
      this.previous[number] = last;
      last = number;
    }
  }

  complete(): boolean {
    return this.low >= this.problem.certain;
  }

  first(): number {
    return this.next[this.head]!;
  }

  following(number: number): number {
    return this.next[number]!;
  }

  /** Whether a candidate is left: it began before the first missing completion. */
  mayPlace(number: number): boolean {
    if (number === this.head) return false;
    const { operations } = this.problem;
    return operations[number]!.invokedAt <= operations[this.low]!.completedAt;
  }

  /** Whether the operation can take effect next. */
  fits(number: number): boolean {
    const { values, after, writesUnique } = this.problem;
    const own = after[number]!;
    if (own >= 0 && this.placed[own] === 0) return false;
    if (this.isRead(number)) return values[number] === this.value;
    return !writesUnique || (this.readsMissing[this.value] === 0 && this.hasRoom(values[number]!));
  }

  /** Whether nothing of another value that is missing must come before one of this value's. */
  private hasRoom(value: number): boolean {
    const { operations, values, groups } = this.problem;
    const { latestBegin, after } = groups[value]!;
    if (after.some((own) => this.placed[own] === 0)) return false;
    for (let other = this.low; operations[other]!.completedAt < latestBegin; other += 1) {
      if (this.placed[other] === 0 && values[other] !== value) return false;
    }
    return true;
  }

  place(number: number): void {
    this.before.push({ low: this.low, ahead: this.ahead, value: this.value });
    this.order.push(number);
    this.placed[number] = 1;
    this.next[this.previous[number]!] = this.next[number]!;
    this.previous[this.next[number]!] = this.previous[number]!;
    if (this.isRead(number)) this.readsMissing[this.value]! -= 1;
    else this.value = this.problem.values[number]!;
    if (number === this.low) {
      while (this.placed[this.low] === 1) this.low += 1;
      this.ahead = this.ahead.filter((other) => other > this.low);
    } else {
      this.ahead = [...this.ahead, number].sort((one, other) => one - other);
    }
  }

  /** Undo the last placement and say which it was. */
  takeBack(): number {
    const number = this.order.pop()!;
    const { low, ahead, value } = this.before.pop()!;
    this.low = low;
    this.ahead = ahead;
    this.value = value;
    this.placed[number] = 0;
    if (this.isRead(number)) this.readsMissing[value]! += 1;
    this.next[this.previous[number]!] = number;
    this.previous[this.next[number]!] = number;
    return number;
  }

  /** Undo placements up to the last that has an alternative; undefined when none has. */
  retreat(): number | undefined {
    while (this.order.length > 0) {
      const number = this.takeBack();
      if (!this.placedForGood(number)) return number;
    }
    return undefined;
  }

  /** Equal strings, equal futures. */
  encoded(): string {
    return `${this.value},${this.low},${this.ahead.join()}`;
  }

  private isRead(number: number): boolean {
    return this.problem.operations[number]!.f === 'read';
  }

  private placedForGood(number: number): boolean {
    return this.problem.writesUnique || this.isRead(number);
  }
}
