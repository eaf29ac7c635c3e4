/** The nearest scenario that passes where a given one fails: what the failure hangs on. */

import type { CheckerName } from '../checkers/verdict.js';
import { readied } from '../fuzz/readied.js';
import { InputError, type Scenario } from '../scenario.js';
import { type Change, changesOf } from './changes.js';
import { type Differences, differences } from './differences.js';
import { type Answering, type Observed, observe } from './observed.js';
import { pinnedOracle } from './pinned-oracle.js';

/** The change after which the checker is content, and what else changes with it. */
export interface Neighbour extends Change {
  readonly digest: string;
  readonly differences: Differences;
}

/** @returns undefined where the checker is content with none of those that were tried */
export function nearestPassing(
  failing: Observed,
  checker: CheckerName,
  answering?: Answering,
): Neighbour | undefined {
  for (const change of changesOf(failing.result.scenario, answering)) {
    const there = attempt(change, answering);
    const verdict = there?.result.verdicts.find((one) => one.checker === checker);
    if (there === undefined || verdict?.validity !== 'valid') continue;
    const { digest, scenario } = there.result;
    return { ...change, scenario, digest, differences: differences(failing, there) };
  }
  return undefined;
}

function attempt({ scenario, pinned }: Change, answering?: Answering): Observed | undefined {
  const ready: Scenario | undefined = readied(scenario);
  if (ready === undefined) return undefined;
  try {
    return observe(ready, (seeded) => pinnedOracle(pinned, answering?.(seeded) ?? seeded));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
