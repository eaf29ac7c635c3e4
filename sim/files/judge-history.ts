/** Judges a history by the model that says what its keys hold. */
import { linearizableOperations } from '../checkers/linearizable.js';
import type { RegisterOperation } from '../checkers/register.js';
import type { Verdict } from '../checkers/verdict.js';
import type { ModelName } from './history-schema.js';

/** What a model asks of a history, and who judges by it. */
interface Model {
  /** What an operation may do to a key. */
  readonly functions: readonly RegisterOperation['f'][];
  readonly judge: (operations: readonly RegisterOperation[]) => Verdict;
}

/** Every model that a history can be judged by. A new one is added here. */
export const models: Readonly<Record<ModelName, Model>> = {
  register: { functions: ['read', 'write'], judge: (all) => linearizableOperations(all) },
  append: { functions: ['read', 'append', 'write'], judge: (all) => linearizableOperations(all) },
};

/** @param operations in order of invocation */
export function judgeHistory(operations: readonly RegisterOperation[], model: ModelName): Verdict {
  return models[model].judge(operations);
}
