/**
 * A list that is only appended to, where each read says a good deal about the order of all: two reads
 * show beginnings of one list, or no order explains both.
 *
 * Where each element is appended once, the reads say the whole order, and no search is needed. That
 * gives each operation a place: an append that was read the place of its element, a read the place
 * behind its last element, an acknowledged append that no read shows the place behind everything.
 * The history is linearizable exactly when no operation had ended before another began that has an
 * earlier place: then the order of places, and of invocation within a place, explains every answer.
 */
import { causeOfFork, causeOfMisplaced, causeOfStrange, type Placed } from './list-causes.js';
import { type ListHistory, type ListRead, listHistoryOf } from './list-history.js';
import type { Cause, Decided } from './model.js';
import { byInvocation, type KeyedOperation, ownPredecessors, precedes } from './operation.js';
import type { Value } from './value.js';

/**
 * @param counting the operations of a key that count: every `ok` one, and `info` appends
 * @param initial null for a text, [] for a list
 * @returns undefined where the reads don't decide it: an element was appended more than once, a text
 *   does not say where its elements end, or something was written
 */
export function decideList(
  counting: readonly KeyedOperation[],
  initial: Value,
): Decided | undefined {
  const list = listHistoryOf(counting, initial);
  if (list === undefined) return undefined;
  const { reads, appends } = list;
  const byElement = new Map<string, KeyedOperation[]>();
  for (const { operation, element } of appends) {
    const those = byElement.get(element);
    if (those === undefined) byElement.set(element, [operation]);
    else those.push(operation);
  }
  for (const read of reads) {
    const element = excess(read, byElement);
    if (element === undefined) continue;
    return refused(counting, (_, all) => causeOfStrange(read, element, list, all));
  }
  const longest = longestOf(reads);
  if (longest !== undefined && reads.some((read) => !isBeginning(read, longest))) {
    return refused(counting, (offender) => forkAt(list, offender));
  }
  if (byElement.size < appends.length) return undefined;
  const placed = placesOf(list, longest?.elements ?? []);
  const pair = inversion(placed);
  if (pair !== undefined) {
    return refused(counting, (offender) => causeOfMisplaced(pair, list, longest!, offender));
  }
  const order = () => placed.toSorted(inPlaces).map(({ operation }) => operation);
  return { linearizable: true, operations: counting.length, order, cause: () => undefined };
}

function refused(counting: readonly KeyedOperation[], cause: Decided['cause']): Decided {
  return { linearizable: false, operations: counting.length, order: () => [], cause };
}

/** An element that a read shows more often than it was appended. */
function excess(
  { elements }: ListRead,
  byElement: ReadonlyMap<string, readonly KeyedOperation[]>,
): string | undefined {
  const shown = new Map<string, number>();
  for (const element of elements) {
    const count = (shown.get(element) ?? 0) + 1;
    shown.set(element, count);
    if (count > (byElement.get(element)?.length ?? 0)) return element;
  }
  return undefined;
}

function longestOf(reads: readonly ListRead[]): ListRead | undefined {
  let longest: ListRead | undefined;
  for (const read of reads) {
    if (longest === undefined || read.elements.length > longest.elements.length) longest = read;
  }
  return longest;
}

function isBeginning({ elements }: ListRead, whole: ListRead): boolean {
  return elements.every((element, at) => element === whole.elements[at]);
}

/** Without the offender the reads agreed, so it is one of the two that do not. */
function forkAt(list: ListHistory, offender: KeyedOperation): Cause | undefined {
  const own = list.reads.find(({ operation }) => operation === offender);
  const other = list.reads.find((one) => {
    return own !== undefined && !isBeginning(own, one) && !isBeginning(one, own);
  });
  return own === undefined || other === undefined ? undefined : causeOfFork(own, other, list);
}

function placesOf({ appends, reads }: ListHistory, longest: readonly string[]): Placed[] {
  const places = new Map(longest.map((element, at) => [element, 2 * at + 2]));
  const placed: Placed[] = reads.map(({ operation, elements }) => {
    return { operation, place: 2 * elements.length + 1 };
  });
  for (const { operation, element } of appends) {
    const place = places.get(element);
    if (place !== undefined) placed.push({ operation, place });
    else if (operation.outcome === 'ok') placed.push({ operation, place: Number.MAX_SAFE_INTEGER });
  }
  return placed;
}

function inPlaces(one: Placed, other: Placed): number {
  return one.place - other.place || byInvocation(one.operation, other.operation);
}

/** Two operations of which the one with the later place had ended before the other began. */
function inversion(placed: readonly Placed[]): { late: Placed; early: Placed } | undefined {
  const falling = placed.toSorted((one, other) => other.place - one.place);
  const before = ownPredecessors(falling.map(({ operation }) => operation));
  let soonest: Placed | undefined;
  for (let at = 0; at < falling.length; ) {
    const { place } = falling[at]!;
    const begin = at;
    for (; at < falling.length && falling[at]!.place === place; at++) {
      const early = falling[at]!;
      for (const late of [soonest, falling[before[at]!]]) {
        if (late === undefined || late.place <= place) continue;
        if (precedes(late.operation, early.operation)) return { late, early };
      }
    }
    for (const one of falling.slice(begin, at)) {
      const end = soonest?.operation.completedAt ?? Number.POSITIVE_INFINITY;
      if (one.operation.completedAt < end) soonest = one;
    }
  }
  return undefined;
}
