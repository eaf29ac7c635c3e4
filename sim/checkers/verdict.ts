/** What a checker says. */

export type Validity = 'valid' | 'invalid' | 'unknown';

export type CheckerName =
  | 'linearizable'
  | 'lost-write'
  | 'single-writer'
  | 'convergence'
  | 'liveness';

/** One event of the record that a verdict rests on, in the words of the record. */
export interface Evidence {
  readonly at: number;
  readonly node: string;
  readonly text: string;
}

export interface Verdict {
  readonly checker: CheckerName;
  readonly validity: Validity;
  /** One sentence; for `invalid` and `unknown` it says what is wrong or what was spent. */
  readonly reason: string;
  /** Ids of the offending operations, in order. */
  readonly operations: readonly number[];
  readonly evidence: readonly Evidence[];
}

/** A pure function of the record. */
export type Checker<Record> = (record: Record) => Verdict;
