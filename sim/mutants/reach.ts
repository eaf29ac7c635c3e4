/** Which places of the original its runs come by: what is mutated elsewhere, no run can tell. */

import type { Search } from '../fuzz/detect.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { Fuzzer } from '../fuzz/fuzz-run.js';
import { Generations } from '../fuzz/generations.js';
import { protocolNameOf } from './mutants.js';
import { heardSince, probeId, type Spot } from './probe.js';

/**
 * Makes a campaign of the original. Several of them come by what any of them does.
 * @throws Error where the simulator failed
 */
export function reachedBy(search: Search): Spot[] {
  const fuzzer = new Fuzzer(subjectOf(protocolNameOf(probeId)));
  const generations = new Generations(search);
  heardSince();
  while (generations.runs < search.runs) {
    for (const task of generations.next()) {
      if (generations.runs === search.runs) break;
      const outcome = fuzzer.make(task);
      if (outcome.defect !== undefined) {
        throw new Error(`seed ${task.recipe.seed}: ${outcome.defect}`);
      }
      generations.take(outcome);
    }
  }
  return heardSince();
}
