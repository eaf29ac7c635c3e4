/**
 * A register where each value that was read is written once: then every read says which write it
 * comes after, and the question has an answer without search. After Gibbons and Korach, "Testing
 * Shared Memories" (1997), with known read mapping, in O(n log n).
 *
 * A write and the reads of its value are a *cluster*: they stand together in every order. The reads
 * of the initial value are one too, before all others. A cluster comes before another when one of
 * its operations had taken effect before one of the other's began. The history is linearizable when
 * no read took effect before its write began and the clusters can be put in an order; that is, when
 * no clusters come before each other in a circle.
 *
 * Clusters are taken away one by one, as Lee and Mathur do with the values of other objects
 * ("Efficient Decrease-and-Conquer Linearizability Monitoring", 2024): one that no other comes
 * before may go first, and the rest has an order exactly if all had. By times alone a cluster comes
 * before another when its first completion is before the other's last invocation: two sorted lists
 * say who may go. Clients that begin again at the instant they end (`ownPredecessors`) add at most
 * one arrow for an operation.
 */
import { type Clusters, clustersOf, inOrderOf } from './clusters.js';
import { causeOf } from './contradiction.js';
import type { Decided, Decider } from './model.js';
import type { KeyedOperation } from './operation.js';
import { RegisterTable } from './register-table.js';
import { sortedPlaces } from './sorted-places.js';
import type { Value } from './value.js';

/** Decides where each value that was read was written once, and is not the initial one too. */
export class UniqueRegister implements Decider {
  private readonly table: RegisterTable;

  /** @param length how many operations will be added */
  constructor(initial: Value, length: number) {
    this.table = new RegisterTable(initial, length);
  }

  add(operation: KeyedOperation): void {
    this.table.add(operation);
  }

  decide(): Decided | undefined {
    const clusters = this.table.isForeign ? undefined : clustersOf(this.table);
    if (clusters === undefined) return undefined;
    const order = clusters.faulty < 0 ? ordered(clusters) : undefined;
    const isWhole = order !== undefined && order.length === clusters.count;
    return {
      linearizable: isWhole,
      operations: clusters.counted,
      order: () => (isWhole ? inOrderOf(clusters, order) : []),
      cause: (offender, all) => causeOf(clusters, order ?? [], offender, all),
    };
  }
}

/** Clusters in an order; where there is none, those that could be taken away. */
function ordered({ count, firstEnd, lastBegin, arrows }: Clusters): number[] {
  const byBegin = sortedPlaces(lastBegin);
  const waiting = new Int32Array(count);
  for (const to of arrows.to) waiting[to]! += 1;
  const gone = new Uint8Array(count);
  const left = new Remaining(sortedPlaces(firstEnd));
  const free: number[] = [];
  const order: number[] = [];
  let late = 0;
  const open = new Uint8Array(count);
  while (order.length < count) {
    const first = left.first;
    // Nobody left ends before these begin: no time keeps them from being next.
    while (late < count && lastBegin[byBegin[late]!]! <= firstEnd[first]!) {
      const cluster = byBegin[late++]!;
      open[cluster] = 1;
      if (waiting[cluster] === 0) free.push(cluster);
    }
    let next = free.pop();
    while (next !== undefined && gone[next] === 1) next = free.pop();
    if (next === undefined) {
      const second = left.second;
      const inTime = second < 0 || lastBegin[first]! <= firstEnd[second]!;
      if (!inTime || waiting[first] !== 0) break;
      next = first;
    }
    gone[next] = 1;
    order.push(next);
    left.remove(next);
    for (let at = arrows.from[next]!; at < arrows.from[next + 1]!; at++) {
      const to = arrows.to[at]!;
      waiting[to]! -= 1;
      if (waiting[to] === 0 && open[to] === 1) free.push(to);
    }
  }
  return order;
}

/** What is left of a sorted list, of which anything may be removed: its first two. */
class Remaining {
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly end: number;

  constructor(sorted: Int32Array) {
    this.end = sorted.length;
    this.next = new Int32Array(this.end + 1);
    this.previous = new Int32Array(this.end + 1);
    let last = this.end;
    for (const one of sorted) {
      this.next[last] = one;
      this.previous[one] = last;
      last = one;
    }
    this.next[last] = this.end;
    this.previous[this.end] = last;
  }

  get first(): number {
    return this.next[this.end]!;
  }

  /** -1 when only one is left. */
  get second(): number {
    const second = this.next[this.first]!;
    return second === this.end ? -1 : second;
  }

  remove(one: number): void {
    this.next[this.previous[one]!] = this.next[one]!;
    this.previous[this.next[one]!] = this.previous[one]!;
  }
}
