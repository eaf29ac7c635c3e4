/** An oracle that gives some decisions the answers that are pinned, and asks another for the rest. */
import type { Oracle } from '../../runtime/oracle.js';
import type { Pinned } from '../../runtime/scripted.js';

/**
 * A pinned answer that is no more there is cut to the severest one left, as a script does.
 * @param asksNext as it was when the answers were recorded
 */
export function pinnedOracle(
  pinned: Iterable<Pinned>,
  otherwise: Oracle,
  asksNext = otherwise.asksNext,
): Oracle {
  const answers = new Map<number, number>();
  for (const { label, answer } of pinned) answers.set(label, answer);
  return {
    asksNext,
    choose: (label, n) => {
      const answer = answers.get(label);
      return answer === undefined ? otherwise.choose(label, n) : Math.min(answer, n - 1);
    },
  };
}
