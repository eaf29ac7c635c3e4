/** How a campaign's scenario is made: a few numbers, so that a run can be asked of another process. */

import { parseScenario, type Scenario } from '../scenario.js';
import { drawScenario, type Subject } from './draw-scenario.js';
import { mutate } from './mutate.js';

export interface Recipe {
  /** What the scenario is drawn from. */
  readonly seed: number;
  /** What it is then changed by, one after another. */
  readonly mutations: readonly number[];
}

/** The scenario of a recipe: the same each time. */
export function scenarioOf({ seed, mutations }: Recipe, subject: Subject): Scenario {
  const drawn = drawScenario(seed, subject);
  if (mutations.length === 0) return drawn;
  return parseScenario(
    mutations.reduce((scenario, mutation) => mutate(scenario, mutation, subject), drawn),
  );
}
