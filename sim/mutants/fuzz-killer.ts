/** Kills by fuzzing: a campaign that ends with the first run that goes wrong and need not. */
import type { Search } from '../fuzz/detect.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { Fuzzer } from '../fuzz/fuzz-run.js';
import { Generations } from '../fuzz/generations.js';
import { scenarioOf } from '../fuzz/recipe.js';
import type { Kill, Killer } from './killer.js';
import { original } from './mutants.js';
import { eventsMax, wrongIn, wrongWith } from './wrong.js';

/**
 * @param search runs at most, their seeds, and how they are drawn
 * @param holding the protocol that a run which kills must not refute too
 */
export const fuzzKiller = (search: Search, holding: string = original.name): Killer => ({
  name: 'fuzz',
  kill: (protocolName) => killed(protocolName, holding, search),
});

function killed(protocolName: string, holding: string, search: Search): Kill | null {
  const subject = { ...subjectOf(protocolName), eventsMax };
  const fuzzer = new Fuzzer(subject);
  const generations = new Generations(search);
  while (generations.runs < search.runs) {
    for (const task of generations.next()) {
      if (generations.runs === search.runs) break;
      const outcome = fuzzer.make(task);
      generations.take(outcome);
      const wrong = wrongWith(outcome);
      if (wrong !== null && wrongIn(scenarioOf(task.recipe, subject), holding) === null) {
        return {
          by: wrong.by,
          runs: generations.runs,
          text: `seed ${task.recipe.seed}: ${wrong.text}`,
        };
      }
    }
  }
  return null;
}
