/** How many runs it takes to find something: a campaign in one process, until its first finding. */
import type { Fuzzer } from './fuzz-run.js';
import { Generations, type Plan } from './generations.js';
import type { RunOfCampaign } from './tally.js';
import { counts, type Violation } from './violation.js';

export interface Search extends Plan {
  /** Runs at most. */
  readonly runs: number;
}

export interface Detection extends Search {
  /** Runs made, the one that found it included. */
  readonly made: number;
  /** What counts, of the run that found it. */
  readonly found?: {
    readonly violations: readonly Violation[];
    readonly first: RunOfCampaign;
  };
}

/**
 * Makes runs one after another until one finds what counts.
 * @throws Error where the simulator failed
 */
export function detect(fuzzer: Fuzzer, search: Search): Detection {
  const generations = new Generations(search);
  for (;;) {
    for (const task of generations.next()) {
      if (generations.runs === search.runs) return { ...search, made: search.runs };
      const outcome = fuzzer.make(task);
      const { index, recipe, digest, defect } = outcome;
      if (defect !== undefined) throw new Error(`seed ${recipe.seed}: ${defect}`);
      generations.take(outcome);
      const violations = outcome.violations.filter(counts);
      if (violations.length === 0) continue;
      const found = { violations, first: { index, recipe, digest } };
      return { ...search, made: generations.runs, found };
    }
  }
}
