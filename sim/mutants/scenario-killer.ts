/** Kills by given scenarios, in each of which the original holds. */
import type { Scenario } from '../scenario.js';
import type { Killer } from './killer.js';
import { original } from './mutants.js';
import { wrongIn } from './wrong.js';

/**
 * @param scenarios by name, each for the original
 * @param holding the protocol that a scenario which kills must not refute too
 */
export const scenarioKiller = (
  name: string,
  scenarios: ReadonlyMap<string, Scenario>,
  holding: string = original.name,
): Killer => ({
  name,
  kill: (protocolName) => {
    let runs = 0;
    for (const [title, scenario] of scenarios) {
      runs++;
      const wrong = wrongIn(scenario, protocolName);
      if (wrong === null || wrongIn(scenario, holding) !== null) continue;
      return { by: wrong.by, runs, text: `${title}: ${wrong.text}` };
    }
    return null;
  },
});
