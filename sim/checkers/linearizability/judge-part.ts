/** One key, or one part of it: what counts of it, and what decides it. */

import { dovetail, type Raced } from './dovetail.js';
import type { Decided, Model } from './model.js';
import type { KeyedOperation } from './operation.js';
import { type Partition, partitionOf } from './partition.js';
import type { Budget } from './race.js';
import type { Value } from './value.js';

/** Operations of one key, and what they are judged by. */
export interface Part {
  /** All of them, failed ones too. */
  readonly operations: readonly KeyedOperation[];
  readonly model: Model;
  /** What the key holds at first. */
  readonly initial: Value;
}

/** The operations that count: every `ok` one, and those `info` ones that may matter. */
export function countingOf({ operations, model }: Part): readonly KeyedOperation[] {
  return model.needed?.(operations) ?? operations.filter(({ outcome }) => outcome !== 'fail');
}

/** What the model says without search; undefined where it needs one. */
export function decidedOf({ operations, model, initial }: Part): Decided | undefined {
  const decider = model.decider?.(initial, operations.length);
  if (decider === undefined) return undefined;
  for (const operation of operations) decider.add(operation);
  return decider.decide();
}

/** What is searched. */
export function searchedOf(part: Part): Partition {
  return partitionOf(countingOf(part), part.model, part.initial);
}

/** What became of a part: a decision, or else a race. */
export type PartJudged = { readonly decided: Decided } | { readonly raced: Raced };

/** Judges one part alone. */
export function judgePart(part: Part, budget: Budget): PartJudged {
  const decided = decidedOf(part);
  if (decided !== undefined) return { decided };
  return { raced: dovetail([searchedOf(part)], budget).races[0]! };
}

/** Whether it is certain that no order exists. */
export function isRefuted(judged: PartJudged): boolean {
  return 'decided' in judged ? !judged.decided.linearizable : judged.raced.outcome === 'none';
}
