/** Which places of the original its runs come by: what is mutated elsewhere, no run can tell. */

import type { Search } from '../fuzz/detect.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { Fuzzer } from '../fuzz/fuzz-run.js';
import { Generations } from '../fuzz/generations.js';
import { Driver } from '../paths/drive.js';
import { pathsOf } from '../paths/enumerate.js';
import { graphOf } from '../paths/model-graph.js';
import { protocolNamed } from '../protocols.js';
import { runResolved } from '../run.js';
import { scenariosByHand } from './by-hand.js';
import { corpusHere } from './corpus-here.js';
import { protocolNameOf } from './mutants.js';
import { heardSince, probeId, type Spot } from './probe.js';

/**
 * Runs the original: a campaign, or the corpus and what was made by hand, or its paths. Several of them come by what any of them does.
 * @throws Error where the simulator failed
 */
export function reachedBy(what: Search | 'scenarios' | 'paths'): Spot[] {
  heardSince();
  if (what === 'scenarios') runScenarios();
  else if (what === 'paths') runPaths();
  else runCampaign(what);
  return heardSince();
}

function runScenarios(): void {
  const name = protocolNameOf(probeId);
  for (const scenario of [...corpusHere().values(), ...scenariosByHand().values()]) {
    runResolved({ ...scenario, protocol: { ...scenario.protocol, name } });
  }
}

function runPaths(): void {
  const name = protocolNameOf(probeId);
  for (const model of protocolNamed(name).models ?? []) {
    const driver = new Driver(model, { name, knobs: {} });
    for (const path of pathsOf(graphOf(model), 'shortest')) driver.drive(path);
  }
}

function runCampaign(search: Search): void {
  const fuzzer = new Fuzzer(subjectOf(protocolNameOf(probeId)));
  const generations = new Generations(search);
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
}
