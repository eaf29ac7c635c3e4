/** How a campaign's scenario is made: a few numbers, so that a run can be asked of another process. */

import { parseScenario, type Scenario } from '../scenario.js';
import { drawScenario, type Subject, targetsOf, tempoFor, timeoutOf } from './draw-scenario.js';
import { mutate } from './mutate.js';
import { prioritize } from './prioritize.js';

export interface Recipe {
  /** What the scenario is drawn from. */
  readonly seed: number;
  /** How: by chance, or by priorities. */
  readonly draw: 'swarm' | 'pct';
  /** What it is then changed by, one after another. */
  readonly mutations: readonly number[];
}

/** The scenario of a recipe: the same each time. */
export function scenarioOf({ seed, draw, mutations }: Recipe, subject: Subject): Scenario {
  const swarm = drawScenario(seed, subject);
  const drawn = draw === 'swarm' ? swarm : byPriorities(swarm, seed, subject);
  if (mutations.length === 0) return drawn;
  return parseScenario(
    mutations.reduce((scenario, mutation) => mutate(scenario, mutation, subject), drawn),
  );
}

function byPriorities(scenario: Scenario, seed: number, subject: Subject): Scenario {
  const { cluster, workload } = scenario;
  const targets = targetsOf(subject, cluster.slaves, workload.clients);
  return parseScenario(prioritize(scenario, seed, targets, tempoFor(subject, timeoutOf(scenario))));
}
