/** Judges a history by the model that says what its keys hold. */

import { judgeParts } from '../checkers/linearizability/check-history.js';
import type { Part } from '../checkers/linearizability/judge-part.js';
import { models } from '../checkers/linearizability/models/index.js';
import { byKey, type KeyedOperation } from '../checkers/linearizability/operation.js';
import type { Budget } from '../checkers/linearizability/race.js';
import type { Value } from '../checkers/linearizability/value.js';
import { inWords } from '../checkers/linearizable.js';
import type { Verdict } from '../checkers/verdict.js';
import type { ModelName } from './history-models.js';

/** How a history is judged; the rest by default. */
export interface JudgeOptions extends Partial<Budget> {
  /** What each key holds at first. */
  readonly initial?: Value | undefined;
}

/** @param operations in order of invocation */
export function judgeHistory(
  operations: readonly KeyedOperation[],
  model: ModelName,
  options: JudgeOptions = {},
): Verdict {
  const { initial, ...budget } = options;
  const parts = [...byKey(operations.map(asJudged)).values()].map((those): Part => {
    const own = isWritten(those, model) ? 'register' : model;
    const first = own === model ? initial : undefined;
    return {
      operations: own === 'append' ? those.map(ofLists) : those,
      model: models[own],
      initial: first === undefined ? models[own].initial : first,
    };
  });
  return inWords(judgeParts(parts, budget));
}

/** The judge counts by adding. */
function asJudged(operation: KeyedOperation): KeyedOperation {
  return operation.f === 'inc' ? { ...operation, f: 'add' } : operation;
}

/** Where others are appended to, a key that is only written is a register. */
function isWritten(operations: readonly KeyedOperation[], model: ModelName): boolean {
  if (model !== 'append' || operations.some(({ f }) => f === 'append')) return false;
  return operations.some(({ f }) => f === 'write');
}

/** A list that is written begins anew with that one element. */
function ofLists(operation: KeyedOperation): KeyedOperation {
  const { f, input } = operation;
  if (f !== 'write') return operation;
  return { ...operation, input: input === null ? [] : [input] };
}
