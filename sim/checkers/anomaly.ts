/**
 * Why a history is not linearizable, in a paragraph: the read that no order can place, and the few
 * operations that forbid it.
 *
 * The history is cut after the first completion that leaves no order. That completion is a read's:
 * a write's own adds no constraint on anything begun before it. Where each value is written once
 * the reason is one of three (Gibbons and Korach, "Testing Shared Memories", 1997): nobody wrote
 * the value; it was read before it was written; or two values each came before the other, where a
 * value comes before another when one of its operations ended before one of the other's began.
 */
import { byCompletion, linearize } from './linearization.js';
import { precedes, type RegisterOperation } from './register.js';
import { held, named, seconds } from './words.js';

export interface Anomaly {
  readonly offender: RegisterOperation;
  /** How many completions before the offender's can be explained. */
  readonly explained: number;
  readonly text: string;
  /** The offender and what forbids it, in order of invocation. */
  readonly involved: readonly RegisterOperation[];
}

/**
 * @param operations all of one key, of a history that has no linearization
 * @param budget steps for each prefix that is searched; a prefix that needs more passes for good
 */
export function explain(operations: readonly RegisterOperation[], budget: number): Anomaly {
  const completions = operations.filter(({ outcome }) => outcome === 'ok').sort(byCompletion);
  let explained = 0;
  let refuted = completions.length;
  while (refuted - explained > 1) {
    const middle = (explained + refuted) >> 1;
    const { outcome } = linearize(prefixUntil(operations, completions[middle - 1]!), budget);
    if (outcome === 'none') refuted = middle;
    else explained = middle;
  }
  const offender = completions[refuted - 1]!;
  const prefix = prefixUntil(operations, offender);
  const { because, others } =
    unwritten(offender, operations) ?? contradicted(offender, prefix) ?? withoutName(refuted);
  const { id, key, client, value } = offender;
  return {
    offender,
    explained: refuted - 1,
    text: `read ${id} of ${key} by ${client} returned ${held(value)}, ${because}`,
    involved: inOrder([offender, ...others]),
  };
}

/** The history as it stood when an operation had just completed: what ended later is open. */
function prefixUntil(
  operations: readonly RegisterOperation[],
  last: RegisterOperation,
): RegisterOperation[] {
  return operations
    .filter(({ outcome, invokedAt }) => outcome !== 'fail' && invokedAt <= last.completedAt)
    .map((operation) =>
      operation.outcome === 'ok' && byCompletion(operation, last) > 0
        ? { ...operation, outcome: 'info' as const, completedAt: Number.POSITIVE_INFINITY }
        : operation,
    )
    .filter(({ f, outcome }) => f === 'write' || outcome === 'ok');
}

interface Cause {
  readonly because: string;
  readonly others: readonly RegisterOperation[];
}

/** No write that could have taken effect by then carries the value. */
function unwritten(
  offender: RegisterOperation,
  operations: readonly RegisterOperation[],
): Cause | undefined {
  if (offender.value === null) return undefined;
  const writes = operations.filter(({ f, value }) => f === 'write' && value === offender.value);
  const possible = writes.filter((write) => write.outcome !== 'fail');
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

/** Another value came after the value that was read, and before the read. */
function contradicted(
  offender: RegisterOperation,
  prefix: readonly RegisterOperation[],
): Cause | undefined {
  const clusters = clustersOf(prefix);
  if (clusters === undefined) return undefined;
  const own = clusters.get(offender.value) ?? [];
  for (const [value, other] of clusters) {
    if (value === offender.value || value === null) continue;
    const between = other.find((operation) => precedes(operation, offender));
    if (between === undefined) continue;
    const because = `but ${ended(between)} before it began at ${seconds(offender.invokedAt)}`;
    if (offender.value === null) return { because, others: [between] };
    const pair = firstPair(own, other);
    if (pair === undefined) continue;
    const [first, second] = pair;
    const began = `${named(second)} began at ${seconds(second.invokedAt)}`;
    return {
      because: `${because}, and ${ended(first)} before ${began}`,
      others: [between, first, second],
    };
  }
  return undefined;
}

function ended(operation: RegisterOperation): string {
  return `${named(operation)} ended at ${seconds(operation.completedAt)},`;
}

/** Each value's write and reads, the write first; undefined where a value was written twice. */
function clustersOf(
  operations: readonly RegisterOperation[],
): Map<string | null, RegisterOperation[]> | undefined {
  const clusters = new Map<string | null, RegisterOperation[]>();
  const writes = operations.filter(({ f }) => f === 'write');
  for (const write of writes) {
    if (clusters.has(write.value)) return undefined;
    clusters.set(write.value, [write]);
  }
  for (const read of inOrder(operations.filter(({ f }) => f === 'read'))) {
    clusters.set(read.value, [...(clusters.get(read.value) ?? []), read]);
  }
  return clusters;
}

function firstPair(
  earlier: readonly RegisterOperation[],
  later: readonly RegisterOperation[],
): [RegisterOperation, RegisterOperation] | undefined {
  for (const one of earlier) {
    for (const other of later) if (precedes(one, other)) return [one, other];
  }
  return undefined;
}

function withoutName(completions: number): Cause {
  return {
    because: `and no order of the ${completions} operations that had ended by then explains it`,
    others: [],
  };
}

function inOrder(operations: readonly RegisterOperation[]): RegisterOperation[] {
  return [...new Set(operations)].sort((one, other) => one.index - other.index);
}
