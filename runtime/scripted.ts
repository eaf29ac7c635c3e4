/**
 * The oracle that reads from a script: recorded decisions get their recorded answer, all others the
 * mildest, 0. Replay gives it a whole recording; shrinking leaves entries out; exhaustive search
 * adds them one by one.
 *
 * A shrunk scenario may leave a recorded decision fewer answers than it had (a shorter table of
 * latencies, fewer events at one instant). That is no defect, and the answer is cut to the severest
 * one left. Whether a full replay was faithful is told by the digest, not here.
 */
import type { Decision, Oracle } from './oracle.js';

/** What a script pins. A recorded `Decision` will do. */
export type Pinned = Pick<Decision, 'label' | 'answer'>;

/**
 * An oracle that gives the recorded answers, which are copied, and 0 to whatever else is asked.
 * @param asksNext must be what it was when the script was recorded.
 * @throws when an answer is not an integer of 0 or more, or a label has two different ones.
 */
export function scriptedOracle(recorded: Iterable<Pinned>, asksNext = false): Oracle {
  const answers = new Map<number, number>();
  for (const { label, answer } of recorded) {
    if (!Number.isSafeInteger(answer) || answer < 0) {
      throw new RangeError(`decision ${label}: answer ${answer}, expected an integer from 0`);
    }
    const known = answers.get(label);
    if (known !== undefined && known !== answer) {
      throw new RangeError(`decision ${label}: answers ${known} and ${answer}, expected one`);
    }
    answers.set(label, answer);
  }
  return {
    asksNext,
    choose: (label, n) => Math.min(answers.get(label) ?? 0, n - 1),
  };
}
