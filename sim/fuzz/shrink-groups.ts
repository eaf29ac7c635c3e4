/** Shrinks the first run of each group that is looked into, several at a time. */

import type { Scenario } from '../scenario.js';
import type { Signature } from '../story/signature.js';
import { subjectOf } from './draw-scenario.js';
import { scenarioOf } from './recipe.js';
import type { ShrinkProgress } from './shrink.js';
import { stopped } from './stopped.js';
import type { Finding, Group } from './tally.js';
import type { PlainSubject, Small } from './worker.js';
import { WorkerDied, type Workers } from './workers.js';

/** Of each way to fail, so many of the largest groups are looked into. */
export const groupsMost = 3;

/** A group of runs that fail in one way, and its first run: small, or as it was drawn. */
export interface Sample {
  readonly finding: Finding;
  readonly group: Group;
  readonly scenario: Scenario;
  /** Of the scenario as it is here. */
  readonly signature: Signature;
  readonly small?: Pick<Small, 'runs' | 'isDone'>;
  /** Why it is not small, where it was to be. */
  readonly whole?: string;
}

export interface ShrinkTask {
  readonly subject: PlainSubject;
  readonly workers: Workers;
  /** Runs for each, at most; 0: they stay as they were drawn. */
  readonly budget: number;
  /** What is not small by then stays as it is. */
  readonly signal: AbortSignal;
  readonly progress: (done: number, of: number, at?: ShrinkProgress) => void;
}

/** @returns a sample of each group that is looked into, in the order of the findings */
export async function shrinkGroups(
  findings: readonly Finding[],
  { subject, workers, budget, signal, progress }: ShrinkTask,
): Promise<Sample[]> {
  const chosen = findings.flatMap((finding) =>
    largest(finding.groups).map((group) => ({ finding, group })),
  );
  const over = stopped(signal);
  let done = 0;
  return Promise.all(
    chosen.map(async ({ finding, group }): Promise<Sample> => {
      const { recipe } = group.first;
      const drawn = (whole?: string): Sample => ({
        finding,
        group,
        scenario: scenarioOf(recipe, subjectOf(subject.protocol, subject.knobs)),
        signature: group.signature,
        ...(whole !== undefined && { whole }),
      });
      if (budget === 0) return drawn();
      const at = (one: ShrinkProgress) => progress(done, chosen.length, one);
      try {
        const shrunk = workers.shrink(subject, recipe, finding, budget, at);
        const small = await Promise.race([shrunk, over]);
        if (small === 'stopped') return drawn('not shrunk: stopped');
        const { scenario, signature, runs, isDone } = small;
        return { finding, group, scenario, signature, small: { runs, isDone } };
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        return drawn(`not shrunk: ${error.message}`);
      } finally {
        done++;
        progress(done, chosen.length);
      }
    }),
  );
}

/** The first ones of those of one size. */
function largest(groups: readonly Group[]): Group[] {
  return groups.toSorted((one, other) => other.runs - one.runs).slice(0, groupsMost);
}
