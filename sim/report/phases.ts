/**
 * The attempts of a run and how long each of their phases took, and what clients felt of each. Times
 * in microseconds of simulated time.
 */
import {
  type AttemptSpan,
  attemptSpans,
  type Interval,
  lengthOf,
} from '../checkers/attempt-spans.js';
import type { RunRecord } from '../checkers/run-record.js';
import { type Gap, longest } from './clients.js';

export interface Attempt extends Omit<AttemptSpan, 'closed'> {
  /** How long the node's gate was closed to writes, or to all, within the attempt. */
  readonly gateClosedUs: number;
  /**
   * What clients felt: the longest time without an acknowledged write, as they saw it, of those that
   * overlap the closed gate. Null when the gate did not close, or nobody wrote.
   */
  readonly unwritable: Gap | null;
}

/**
 * Every attempt, in order of its beginning.
 * @param gaps the times between acknowledged writes, as clients saw them
 */
export function attempts(record: RunRecord, gaps: readonly Gap[]): Attempt[] {
  return attemptSpans(record).map(({ closed, ...span }) => ({
    ...span,
    gateClosedUs: lengthOf(closed),
    unwritable: longest(gaps.filter((gap) => closed.some((one) => overlap(gap, one)))),
  }));
}

function overlap(one: Gap, other: Interval): boolean {
  return one.from <= other.to && other.from <= one.to;
}
