/**
 * The oracle of a replay: gives what was recorded, in its order, and notes where the run first asks
 * something else. From there on each decision gets its recorded answer by its label, wherever it
 * now stands, so that the run stays as near to the recorded one as it can.
 */
import type { Decision, Oracle } from '../../runtime/oracle.js';
import { scriptedOracle } from '../../runtime/scripted.js';

/** An oracle that follows a recording, and how far it has come. */
export class FollowingOracle implements Oracle {
  readonly asksNext: boolean;
  /** Decisions asked for so far. */
  asked = 0;
  /** Index of the first decision that is not as recorded, and what was asked. */
  departure: { readonly index: number; readonly asked: Decision } | undefined;
  private readonly recorded: readonly Decision[];
  private script: Oracle | undefined;

  constructor(recorded: readonly Decision[], asksNext: boolean) {
    this.recorded = recorded;
    this.asksNext = asksNext;
  }

  choose(label: number, n: number): number {
    const index = this.asked++;
    const next = this.recorded[index];
    if (this.departure === undefined) {
      if (next !== undefined && next.label === label && next.n === n) return next.answer;
      this.script = scriptedOracle(withoutRepeats(this.recorded), this.asksNext);
    }
    const answer = this.script!.choose(label, n);
    this.departure ??= { index, asked: { label, n, answer } };
    return answer;
  }
}

/** Labels are hashes: two decisions may share one, and a script can pin only one answer. */
function withoutRepeats(recorded: readonly Decision[]): Iterable<Decision> {
  return new Map(recorded.map((decision) => [decision.label, decision])).values();
}
