/** Beginnings of a history. */
import { byCompletion, type KeyedOperation } from './operation.js';

/** The operations whose completion is certain, in order of it. */
export function completionsOf(operations: readonly KeyedOperation[]): KeyedOperation[] {
  return operations.filter(({ outcome }) => outcome === 'ok').sort(byCompletion);
}

/**
 * The history up to the completion of an operation. What ended later may have taken effect by then,
 * with the answer that it gave, or not.
 */
export function prefixUntil(
  operations: readonly KeyedOperation[],
  last: KeyedOperation,
): KeyedOperation[] {
  const begun = operations.filter(({ invokedAt }) => invokedAt <= last.completedAt);
  return begun.map((operation) =>
    operation.outcome === 'ok' && byCompletion(operation, last) > 0 ? opened(operation) : operation,
  );
}

function opened(operation: KeyedOperation): KeyedOperation {
  const completedAt = Number.POSITIVE_INFINITY;
  return { ...operation, outcome: 'info', completedAt, endedAt: undefined };
}
