/** A line of a timeline, as data. */

export interface TimelineLine {
  /** Microseconds of simulated time. */
  readonly at: number;
  /** Among lines of one instant, the lower goes first; then the order of the record. */
  readonly order: number;
  /** Whom it is about: a node, a client, the operator, `clients`, `net` or `run`. */
  readonly node: string;
  readonly text: string;
  readonly tone: Tone;
}

export type Tone = 'plain' | 'change' | 'good' | 'bad' | 'fault' | 'operator' | 'faint';

/**
 * What goes before what when the record gives them one instant: an end of a fault before what the
 * node does then, a reply after what its sender noted, a fault after what set it off.
 */
export const rank = { ended: 0, asked: 1, noted: 2, replied: 3, fault: 4, seen: 5 } as const;
