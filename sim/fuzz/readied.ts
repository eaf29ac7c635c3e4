/** Scenarios that were changed by hand of a program, made ready to run. */
import { InputError, parseScenario, type Scenario } from '../scenario.js';
import { checkNames } from '../scenario-names.js';

/** The same as the schema has it; undefined where it names what is no longer there. */
export function readied(candidate: Scenario): Scenario | undefined {
  try {
    const scenario = parseScenario(candidate);
    checkNames(scenario);
    return scenario;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
