/**
 * Why the clusters of a register's history have no order, for the shortest beginning of the history
 * that has none. It ends with a read, and the reason is one of three (Gibbons and Korach, "Testing
 * Shared Memories", 1997): nobody can have written the value by then; another value came after the
 * value that was read, and before the read; or, where clients begin at the instant they end, more
 * than two values come before each other in a circle.
 */
import { seconds } from '../text.js';
import type { Clusters } from './clusters.js';
import type { Cause } from './model.js';
import { type KeyedOperation, precedes } from './operation.js';
import { sameValue, valueInWords } from './value.js';
import { named as namedAbout } from './words.js';

/**
 * @param order the clusters that could be taken away: none of them is in a circle
 * @param all the key's operations, failed ones and later ones too
 */
export function causeOf(
  clusters: Clusters,
  order: readonly number[],
  offender: KeyedOperation,
  all: readonly KeyedOperation[],
): Cause | undefined {
  const place = clusters.operations.indexOf(offender);
  if (place < 0) return undefined;
  return (
    (clusters.faulty < 0 ? undefined : unwritten(offender, all)) ??
    overwritten(clusters, place) ??
    circular(clusters, order, place)
  );
}

const named = (operation: KeyedOperation) => namedAbout(operation, about(operation));

const about = ({ f, input, output }: KeyedOperation) =>
  valueInWords(f === 'write' ? input : (output ?? null));

/** No write that could have taken effect by then carries the value. */
function unwritten(offender: KeyedOperation, all: readonly KeyedOperation[]): Cause | undefined {
  const writes = all.filter(({ f, input }) => f === 'write' && sameValue(input, offender.output));
  const possible = writes.filter(({ outcome }) => outcome !== 'fail');
  if (possible.some((write) => !precedes(offender, write))) return undefined;
  const others = possible.length > 0 ? possible : writes;
  const first = others[0];
  if (first === undefined) return { because: 'which nobody wrote', others };
  const because =
    possible.length > 0
      ? `but ${named(first)} began only at ${seconds(first.invokedAt)}, after the read had ended`
      : `but ${named(first)}, the only one of that value, failed`;
  return { because, others };
}

/** One operation of one cluster that took effect before one of another's began. */
type Pair = readonly [before: KeyedOperation, after: KeyedOperation];

/** Another value came after the value that was read, and before the read. */
function overwritten(clusters: Clusters, place: number): Cause | undefined {
  const { count, clusterOf, firstEnd, operations } = clusters;
  const own = clusterOf[place]!;
  const offender = operations[place]!;
  for (let other = 0; other < count; other++) {
    if (other === own) continue;
    const between = earlierIn(clusters, other, place);
    if (between === undefined) continue;
    const because = `but ${ended(between)} before it began at ${seconds(offender.invokedAt)}`;
    const writes = writesOf(clusters, [own, other]);
    if (firstEnd[own] === Number.NEGATIVE_INFINITY)
      return { because, others: [between, ...writes] };
    const pair = pairOf(clusters, own, other);
    if (pair === undefined) continue;
    return { because: `${because}, and ${paired(pair)}`, others: [between, ...pair, ...writes] };
  }
  return undefined;
}

/** Values that come before each other in a circle; the offender's is one of them. */
function circular(clusters: Clusters, order: readonly number[], place: number): Cause | undefined {
  const { count, clusterOf } = clusters;
  const own = clusterOf[place]!;
  const taken = new Set(order);
  const left = Array.from({ length: count }, (_, cluster) => cluster).filter(
    (cluster) => !taken.has(cluster),
  );
  const from = new Map<number, { cluster: number; pair: Pair }>();
  const queue = [own];
  for (const cluster of queue) {
    for (const other of left) {
      if (other === cluster || from.has(other)) continue;
      const pair = pairOf(clusters, cluster, other);
      if (pair === undefined) continue;
      from.set(other, { cluster, pair });
      queue.push(other);
    }
    if (from.has(own)) break;
  }
  const pairs: Pair[] = [];
  const circle: number[] = [];
  for (let at = from.get(own); at !== undefined; at = from.get(at.cluster)) {
    pairs.unshift(at.pair);
    circle.push(at.cluster);
    if (at.cluster === own) break;
  }
  if (pairs.length === 0) return undefined;
  const others = [...pairs.flat(), ...writesOf(clusters, circle)];
  return { because: `but ${pairs.map(paired).join(', ')}`, others };
}

/** Where the values come from that are spoken of. */
function writesOf({ operations, writes }: Clusters, clusters: readonly number[]): KeyedOperation[] {
  return clusters.flatMap((cluster) => operations[writes[cluster]!] ?? []);
}

/** An operation of a cluster that took effect before another operation began. */
function earlierIn(clusters: Clusters, cluster: number, place: number): KeyedOperation | undefined {
  const { operations, first, before, clusterOf } = clusters;
  const earliest = operations[first[cluster]!];
  if (earliest !== undefined && precedes(earliest, operations[place]!)) return earliest;
  const own = before[place]!;
  return own >= 0 && clusterOf[own] === cluster ? operations[own] : undefined;
}

/** Why a cluster comes before another, if it does. */
function pairOf(clusters: Clusters, cluster: number, other: number): Pair | undefined {
  const { operations, last, arrows, before } = clusters;
  const latest = last[other]!;
  const earliest = latest < 0 ? undefined : earlierIn(clusters, cluster, latest);
  if (earliest !== undefined) return [earliest, operations[latest]!];
  for (let at = arrows.from[cluster]!; at < arrows.from[cluster + 1]!; at++) {
    const tip = arrows.tips[at]!;
    if (arrows.to[at] === other) return [operations[before[tip]!]!, operations[tip]!];
  }
  return undefined;
}

function paired([before, after]: Pair): string {
  return `${ended(before)} before ${named(after)} began at ${seconds(after.invokedAt)}`;
}

function ended(operation: KeyedOperation): string {
  return `${named(operation)} ended at ${seconds(operation.completedAt)},`;
}
