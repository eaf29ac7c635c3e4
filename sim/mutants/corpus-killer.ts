/** Kills by the corpus: small scenarios, each of which has refuted something, but not the original. */
import { corpusHere } from './corpus-here.js';
import type { Killer } from './killer.js';
import { original } from './mutants.js';
import { wrongIn } from './wrong.js';

/**
 * @param corpus scenarios by name, each for the original
 * @param holding the protocol that a scenario which kills must not refute too
 */
export const corpusKiller = (corpus = corpusHere(), holding: string = original.name): Killer => ({
  name: 'corpus',
  kill: (protocolName) => {
    let runs = 0;
    for (const [name, scenario] of corpus) {
      runs++;
      const wrong = wrongIn(scenario, protocolName);
      if (wrong === null || wrongIn(scenario, holding) !== null) continue;
      return { by: wrong.by, runs, text: `${name}: ${wrong.text}` };
    }
    return null;
  },
});
