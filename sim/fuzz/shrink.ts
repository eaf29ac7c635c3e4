/**
 * Makes a finding small before anybody sees it. One pass after another tries what is smaller; what
 * still fails the same way is kept, until no pass finds anything or the budget is spent.
 */
import { protocolNamed } from '../protocols.js';
import { type RunResult, runResolved } from '../run.js';
import { InputError, type Scenario } from '../scenario.js';
import { readied } from './readied.js';
import { sizeInWords } from './size-in-words.js';
import { passes } from './smaller.js';
import { type Violation, violationsOf } from './violation.js';

/** How far shrinking is. */
export interface ShrinkProgress {
  /** Which pass is at work. */
  readonly pass: string;
  /** Runs made, of at most so many. */
  readonly runs: number;
  readonly budget: number;
  /** What is left: faults, operators' commands, clients' operations. */
  readonly left: string;
}

export interface Shrunk {
  readonly scenario: Scenario;
  readonly runs: number;
  /** Whether nothing smaller was left to try; else the budget was spent. */
  readonly isDone: boolean;
}

export interface ShrinkOptions {
  /** Runs at most. Default 1500. */
  readonly budget?: number;
  readonly progress?: (at: ShrinkProgress) => void;
}

/** Runs that shrinking may take. */
export const shrinkBudget = 1500;

/**
 * @param wanted what it fails: smaller scenarios must fail the same checker in the same way, and no
 *   further from what is claimed
 * @throws Error when the scenario itself does not
 */
export function shrink(
  scenario: Scenario,
  wanted: Violation,
  { budget = shrinkBudget, progress = () => {} }: ShrinkOptions = {},
): Shrunk {
  let current = scenario;
  let runs = 0;
  const tried = new Set<string>();
  const fails = (candidate: Scenario): Scenario | undefined => {
    const ready = readied(candidate);
    if (ready === undefined) return undefined;
    const text = JSON.stringify(ready);
    if (tried.has(text)) return undefined;
    tried.add(text);
    runs++;
    return failsAs(ready, wanted) ? ready : undefined;
  };
  if (fails(scenario) === undefined) throw new Error(`shrink: ${scenario.name} does not fail so`);
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const [name, pass] of Object.entries(passes)) {
      for (let found = true; found; ) {
        found = false;
        for (const candidate of pass(current)) {
          if (runs >= budget) return { scenario: current, runs, isDone: false };
          const kept = fails(candidate);
          if (kept === undefined) continue;
          current = kept;
          found = true;
          isSmaller = true;
          progress({ pass: name, runs, budget, left: sizeInWords(current) });
          break;
        }
      }
    }
  }
  return { scenario: current, runs, isDone: true };
}

const distance = { claimed: 0, unclaimed: 1, outside: 2 } as const;

/** Whether a scenario fails a checker in a way, within the same claims or nearer ones. */
export function failsAs(scenario: Scenario, wanted: Violation): boolean {
  let verdicts: RunResult['verdicts'];
  try {
    verdicts = runResolved(scenario).verdicts;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
  return violationsOf(protocolNamed(scenario.protocol.name), scenario, verdicts).some(
    ({ checker, kind, standing }) =>
      checker === wanted.checker &&
      kind === wanted.kind &&
      distance[standing] <= distance[wanted.standing],
  );
}
