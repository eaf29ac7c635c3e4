/** The clusters of a register's history: each write with the reads of its value. */
import { byInvocation, type KeyedOperation } from './operation.js';
import { atFirst, Kind, type RegisterTable } from './register-table.js';

/** Arrays are by number of cluster, in order of first appearance. */
export interface Clusters {
  readonly count: number;
  readonly operations: readonly KeyedOperation[];
  /** Of each operation; below 0 where it has none. */
  readonly clusterOf: Int32Array;
  /** Place of its write; -1 for the initial value. */
  readonly writes: Int32Array;
  /** Place of the operation that completed first, and that began last; -1 for none. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** When they did. */
  readonly firstEnd: Float64Array;
  readonly lastBegin: Float64Array;
  /** What one client did at one instant: by cluster where its arrows begin, and whither they go. */
  readonly arrows: {
    readonly from: Int32Array;
    readonly to: Int32Array;
    /** The operation at the tip of each arrow; its client's one before is the other end. */
    readonly tips: Int32Array;
  };
  /** Of each operation the one that its own client completed as it began, or -1. */
  readonly before: Int32Array;
  /** How many operations count: all but failed ones and those that show nowhere. */
  readonly counted: number;
  /** A read of what nobody can have written by then: its place, or -1. */
  readonly faulty: number;
}

/** @returns undefined where a value that was read was written twice, or is also the initial one */
export function clustersOf(table: RegisterTable): Clusters | undefined {
  const { kindOf, valueAt, values } = table;
  const wasRead = new Uint8Array(values);
  for (let at = 0; at < kindOf.length; at++)
    if (kindOf[at] === Kind.read) wasRead[valueAt[at]!] = 1;
  // Of each value that was read its cluster.
  const known = new Int32Array(values).fill(unwritten);
  const clusterOf = new Int32Array(kindOf.length).fill(none);
  let count = wasRead[atFirst]!;
  if (count === 1) known[atFirst] = 0;
  for (let at = 0; at < kindOf.length; at++) {
    const value = valueAt[at]!;
    const isShown = wasRead[value] === 1;
    if (kindOf[at] !== Kind.write && !(kindOf[at] === Kind.doubtful && isShown)) continue;
    if (known[value]! >= 0) return undefined;
    if (isShown) known[value] = count;
    clusterOf[at] = count++;
  }
  for (let at = 0; at < kindOf.length; at++) {
    if (kindOf[at] === Kind.read) clusterOf[at] = known[valueAt[at]!]!;
  }
  return measured(table, clusterOf, count);
}

/** In the place of a cluster: of an operation that does not count, of a read of nobody's value. */
const none = -2;
const unwritten = -1;

function measured(
  { operations, kindOf, valueAt, begin, end, before }: RegisterTable,
  clusterOf: Int32Array,
  count: number,
): Clusters {
  const first = new Int32Array(count).fill(-1);
  const last = new Int32Array(count).fill(-1);
  const firstEnd = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const lastBegin = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const writes = new Int32Array(count).fill(-1);
  for (let at = 0; at < clusterOf.length; at++) {
    const cluster = clusterOf[at]!;
    if (cluster < 0) continue;
    // The write of the initial value was over before anything began.
    const isInitial = valueAt[at] === atFirst && kindOf[at] === Kind.read;
    if (kindOf[at] !== Kind.read) writes[cluster] = at;
    if (isInitial) firstEnd[cluster] = Number.NEGATIVE_INFINITY;
    else if (end[at]! < firstEnd[cluster]!) {
      firstEnd[cluster] = end[at]!;
      first[cluster] = at;
    }
    if (begin[at]! > lastBegin[cluster]!) {
      lastBegin[cluster] = begin[at]!;
      last[cluster] = at;
    }
  }
  const isFaulty = (at: number) => {
    const cluster = clusterOf[at]!;
    if (cluster < 0) return cluster === unwritten;
    const write = writes[cluster]!;
    if (write < 0 || write === at) return false;
    return end[at]! < begin[write]! || before[write] === at;
  };
  const arrows = arrowsOf(clusterOf, before, count);
  const faulty = clusterOf.findIndex((_, at) => isFaulty(at));
  const counted = clusterOf.reduce((sum, cluster) => sum + Number(cluster !== none), 0);
  const measures = { first, last, writes, firstEnd, lastBegin, arrows, before };
  return { count, operations, clusterOf, ...measures, counted, faulty };
}

function arrowsOf(clusterOf: Int32Array, before: Int32Array, count: number): Clusters['arrows'] {
  const from = new Int32Array(count + 1);
  const isOne = (at: number) => {
    const tail = before[at]!;
    if (tail < 0 || clusterOf[tail] === clusterOf[at]) return false;
    return clusterOf[tail]! >= 0 && clusterOf[at]! >= 0;
  };
  for (let at = 0; at < before.length; at++) {
    if (isOne(at)) from[clusterOf[before[at]!]! + 1]! += 1;
  }
  for (let cluster = 0; cluster < count; cluster++) from[cluster + 1]! += from[cluster]!;
  const tips = new Int32Array(from[count]!);
  const to = new Int32Array(from[count]!);
  const filled = from.slice();
  for (let at = 0; at < before.length; at++) {
    if (!isOne(at)) continue;
    const place = filled[clusterOf[before[at]!]!]!++;
    tips[place] = at;
    to[place] = clusterOf[at]!;
  }
  return { from, to, tips };
}

/** The operations in an order of their clusters: of each the write, then the reads. */
export function inOrderOf(
  { operations, clusterOf, count }: Clusters,
  order: readonly number[],
): KeyedOperation[] {
  const rank = new Int32Array(count);
  for (const [at, cluster] of order.entries()) rank[cluster] = at;
  const isRead = ({ f }: KeyedOperation) => Number(f === 'read');
  return [...operations.entries()]
    .filter(([at]) => clusterOf[at]! >= 0)
    .sort(([at, one], [other, another]) => {
      const ranks = rank[clusterOf[at]!]! - rank[clusterOf[other]!]!;
      return ranks || isRead(one) - isRead(another) || byInvocation(one, another);
    })
    .map(([, operation]) => operation);
}
