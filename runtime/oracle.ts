/**
 * Whoever answers the decisions of a run. Every choice that the simulated world leaves open goes
 * through one of these: seeded, scripted (replay, shrinking, exhaustive search) or recording.
 *
 * An oracle stands outside the world: it has methods, and no snapshot holds it. What a run needs to
 * continue from a snapshot is in the labels, which are the world's.
 */

/** Answers decisions. The same label, asked again with the same n, gets the same answer. */
export interface Oracle {
  /**
   * Whether it decides which of several events due at one instant goes first. False: the one that
   * was scheduled first does, without asking.
   */
  readonly asksNext: boolean;
  /**
   * One of 0 .. n - 1, where 0 is the mildest: no fault, the least delay, the usual order.
   * `label` is a stable name of the decision, an integer from 0 to 2^53 - 1 (`keyed.ts`).
   */
  choose(label: number, n: number): number;
}

/** One decision as it was taken. Plain data: what a recording holds and a script pins. */
export type Decision = {
  readonly label: number;
  /** How many answers there were. */
  readonly n: number;
  readonly answer: number;
};
