/** Linearizability of histories of any system: models, and one question. */
export {
  type CheckOptions,
  checkHistory,
  defaultBudget,
  type Judgement,
  judgeParts,
} from './check-history.js';
export type { Part } from './judge-part.js';
export type { Model } from './model.js';
export { models } from './models/index.js';
export type { Call, KeyedOperation } from './operation.js';
export type { Budget } from './race.js';
export type { Rejection } from './rejection.js';
export type { Value } from './value.js';
