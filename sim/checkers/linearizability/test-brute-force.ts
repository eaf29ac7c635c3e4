/** Linearizability by its definition: some order of the operations of one key is legal. */
import type { Model } from './model.js';
import { byCompletion, type KeyedOperation, precedes } from './operation.js';
import { completionsOf, prefixUntil } from './prefix.js';
import type { Value } from './value.js';

/** Tries every order; of `info` operations every subset. */
export function someOrder(
  operations: readonly KeyedOperation[],
  model: Model,
  initial: Value = model.initial,
  isOptional: (one: KeyedOperation) => boolean = ({ outcome }) => outcome === 'info',
): boolean {
  const goesOn = (left: readonly KeyedOperation[], state: unknown): boolean => {
    if (left.every(isOptional)) return true;
    return left.some((one) => {
      const rest = left.filter((other) => other !== one);
      if (rest.some((other) => precedes(other, one))) return false;
      const next = model.step(state, one);
      return next !== undefined && goesOn(rest, next);
    });
  };
  return goesOn(
    operations.filter(({ outcome }) => outcome !== 'fail'),
    model.init(initial),
  );
}

/**
 * How many operations, in order of completion, can be placed; all of them where there is an order.
 * What a client called at the very instant at which its last call ended may be taken in two ways
 * where that end comes later in the order than the one looked at: as called without it (`most`), or
 * as called after it (`least`).
 */
export function placeable(
  operations: readonly KeyedOperation[],
  model: Model,
  initial: Value = model.initial,
): { least: number; most: number } {
  const completions = completionsOf(operations);
  const count = (hasOrder: (last: KeyedOperation) => boolean) => {
    const first = completions.findIndex((last) => !hasOrder(last));
    return first < 0 ? completions.length : first;
  };
  return {
    most: count((last) => someOrder(prefixUntil(operations, last), model, initial)),
    least: count((last) => {
      const begun = operations.filter(({ invokedAt }) => invokedAt <= last.completedAt);
      return someOrder(begun, model, initial, (one) => byCompletion(one, last) > 0);
    }),
  };
}

/** Whether operations, one after another, are an order: legal, and none before what preceded it. */
export function isOrder(
  order: readonly KeyedOperation[],
  model: Model,
  initial: Value = model.initial,
): boolean {
  let state: unknown = model.init(initial);
  for (const [at, operation] of order.entries()) {
    if (order.slice(at + 1).some((later) => precedes(later, operation))) return false;
    state = model.step(state, operation);
    if (state === undefined) return false;
  }
  return true;
}
