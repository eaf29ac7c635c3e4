/** What a checker says. */

export type Validity = 'valid' | 'invalid' | 'unknown';

/** Every checker, in the order in which verdicts are given. */
export const checkerNames = [
  'linearizable',
  'lost-write',
  'single-writer',
  'convergence',
  'liveness',
  'attempts',
  'durability',
  'slave-reads',
] as const;

export type CheckerName = (typeof checkerNames)[number];

/** One event of the record that a verdict rests on, in the words of the record. */
export interface Evidence {
  readonly at: number;
  readonly node: string;
  readonly text: string;
}

export interface Verdict {
  readonly checker: CheckerName;
  readonly validity: Validity;
  /** What sort of wrong it is, for `invalid` ones: the same words for every verdict of that sort. */
  readonly kind?: string;
  /** One short paragraph; for `invalid` and `unknown` it says what is wrong or what was spent. */
  readonly reason: string;
  /** Ids of the offending operations, each once, in the order in which they bear on the verdict. */
  readonly operations: readonly number[];
  readonly evidence: readonly Evidence[];
}

/** A pure function of the record. */
export type Checker<Run> = (record: Run) => Verdict;
