/**
 * Configurations, the points of the search: which operations have been placed, one after another, and
 * what the key holds then. And from each the ways on: which operation may be placed next.
 *
 * The set of operations placed is kept as a bitset would be, less its solid front: `low` is the first
 * in order of completion that is not placed, `ahead` are those placed beyond it, few because they
 * overlap it. Of the `info` operations only how many of each class were used is kept.
 *
 * What keeps the ways few, and why it loses nothing:
 * - an operation that changes nothing, here or later, is placed for good: wherever it stands in an
 *   order, it may stand here;
 * - of several equal calls only the one that completes first is placed: where another stands before
 *   it in an order, the two may trade places;
 * - an `info` operation is placed only right before an operation that needs it (`States.moves`).
 */
import type { Partition } from './partition.js';
import { type Move, States } from './states.js';
import { noUses, plus, type Uses, usesOf } from './uses.js';

export interface Configuration {
  readonly low: number;
  readonly ahead: readonly number[];
  readonly state: number;
  readonly uses: Uses;
  readonly order: Placement | null;
}

/** The last operation placed with the chain before it, and all before that. */
export interface Placement {
  readonly operation: number;
  readonly chain: readonly number[];
  readonly before: Placement | null;
}

/** An operation that may be placed next, and how. */
export interface Way {
  readonly operation: number;
  readonly move: Move;
}

export interface Ways {
  readonly ways: readonly Way[];
  /** Whether no other way needs to be tried but this one. */
  readonly forGood: boolean;
}

export class Configurations {
  readonly states: States;
  /** Operations tried. */
  tried = 0;
  /** By low: the operations from there on that had begun when it completed. */
  private readonly open: Int32Array[] = [];
  private readonly byBegin: Int32Array;
  private begun = 0;
  /** By call: when it was last met, and by which operation, within one question. */
  private readonly met: Int32Array;
  private readonly metBy: Int32Array;
  private question = 0;

  constructor(readonly partition: Partition) {
    this.states = new States(partition);
    this.met = new Int32Array(partition.calls.length);
    this.metBy = new Int32Array(partition.calls.length);
    const { operations } = partition;
    this.byBegin = Int32Array.from(operations.keys()).sort(
      (one, other) => operations[one]!.invokedAt - operations[other]!.invokedAt,
    );
  }

  /** Steps of work so far. */
  get work(): number {
    return this.tried + this.states.work;
  }

  get first(): Configuration {
    return { low: 0, ahead: [], state: this.states.initial, uses: noUses, order: null };
  }

  /** Whether every operation that completed is placed. */
  isComplete({ low }: Configuration): boolean {
    return low === this.partition.operations.length;
  }

  /** Equal keys, equal futures but for the `info` operations that are left. */
  keyOf({ low, ahead, state }: Configuration): string {
    return `${low},${state},${ahead.join()}`;
  }

  /** What may be placed next; undefined when that takes more work than the limit. */
  waysFrom(from: Configuration, limit: number): Ways | undefined {
    const { callOf } = this.partition;
    const candidates: number[] = [];
    this.question += 1;
    for (const operation of this.openAt(from.low)) {
      if (!this.mayBeNext(from, operation)) continue;
      this.tried += 1;
      const next = this.states.step(from.state, callOf[operation]!);
      if (next === from.state && this.states.isHarmless(callOf[operation]!, next)) {
        return { ways: [{ operation, move: plain(next) }], forGood: true };
      }
      if (!this.hasTwin(operation)) candidates.push(operation);
    }
    const ways: Way[] = [];
    for (const operation of candidates) {
      const moves = this.states.moves(from.state, callOf[operation]!, limit);
      if (moves === undefined) return undefined;
      for (const move of moves) if (this.hasUses(from, move)) ways.push({ operation, move });
    }
    return { ways, forGood: false };
  }

  /** The configuration behind a way. */
  behind(from: Configuration, { operation, move }: Way): Configuration {
    this.tried += 1;
    let { low } = from;
    let ahead = from.ahead;
    if (operation === low) {
      let skipped = 0;
      low += 1;
      while (ahead[skipped] === low) {
        skipped += 1;
        low += 1;
      }
      if (skipped > 0) ahead = ahead.slice(skipped);
    } else {
      const at = ahead.findIndex((other) => other > operation);
      ahead = at < 0 ? [...ahead, operation] : ahead.toSpliced(at, 0, operation);
    }
    return {
      low,
      ahead,
      state: move.state,
      uses: plus(from.uses, move.uses),
      order: { operation, chain: move.chain, before: from.order },
    };
  }

  /** In order of completion. */
  private openAt(low: number): Int32Array {
    const { operations } = this.partition;
    while (this.open.length <= low) {
      const next = this.open.length;
      const end = operations[next]!.completedAt;
      const begun: number[] = [];
      for (; this.begun < this.byBegin.length; this.begun++) {
        const operation = this.byBegin[this.begun]!;
        if (operations[operation]!.invokedAt > end) break;
        begun.push(operation);
      }
      const still = (this.open.at(-1) ?? []).filter((operation) => operation >= next);
      this.open.push(Int32Array.from([...still, ...begun]).sort());
    }
    return this.open[low]!;
  }

  private mayBeNext(from: Configuration, operation: number): boolean {
    const own = this.partition.after[operation]!;
    return !from.ahead.includes(operation) && (own < 0 || isPlaced(from, own));
  }

  /** Whether an equal call that completes before this one may be next as well. */
  private hasTwin(operation: number): boolean {
    const { callOf, operations, hasFollower } = this.partition;
    const call = callOf[operation]!;
    if (this.met[call] !== this.question) {
      this.met[call] = this.question;
      this.metBy[call] = operation;
      return false;
    }
    const twin = operations[this.metBy[call]!]!;
    // What follows at the very instant keeps two that complete then from trading places.
    return twin.completedAt < operations[operation]!.completedAt || hasFollower[operation] === 0;
  }

  /** Whether so many of each class have begun, beyond those already used. */
  private hasUses(from: Configuration, { uses }: Move): boolean {
    const { infos, operations } = this.partition;
    const end = operations[from.low]!.completedAt;
    for (let at = 0; at < uses.length; at += 2) {
      const info = infos[uses[at]!]!;
      const last = info.operations[usesOf(from.uses, uses[at]!) + uses[at + 1]! - 1];
      if (last === undefined || last.invokedAt > end) return false;
      if (info.after >= 0 && !isPlaced(from, info.after)) return false;
    }
    return true;
  }
}

function isPlaced({ low, ahead }: Configuration, operation: number): boolean {
  return operation < low || ahead.includes(operation);
}

function plain(state: number): Move {
  return { state, chain: [], uses: noUses };
}
