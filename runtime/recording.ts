/**
 * An oracle that notes down what another one answers, in the order of the questions. A script made
 * of the notes (`scripted.ts`) replays the run; the notes' `n` tell exhaustive search what else
 * could have been answered.
 */
import type { Decision, Oracle } from './oracle.js';

/** An oracle that answers as `inner` does and appends every decision to `into`. */
export function recordingOracle(inner: Oracle, into: Decision[]): Oracle {
  return {
    asksNext: inner.asksNext,
    choose(label, n) {
      const answer = inner.choose(label, n);
      into.push({ label, n, answer });
      return answer;
    },
  };
}
