/** A mutant that a path of some test model strays from is told from the original by what is seen outside. */
import type { TestModel } from '../../machines/test-model.js';
import { Driver } from '../paths/drive.js';
import { type PathStrategy, pathsOf } from '../paths/enumerate.js';
import { graphOf } from '../paths/model-graph.js';
import { protocolNamed } from '../protocols.js';
import type { Kill, Killer } from './killer.js';

/**
 * Paths of every model of the protocol, one cluster run after another until one strays. Nobody is at
 * work beside them: what takes clients to see is for the other killers.
 */
export function pathsKiller(strategy: PathStrategy): Killer {
  return {
    name: `${strategy} paths`,
    kill: (protocolName) => {
      let runs = 0;
      for (const model of protocolNamed(protocolName).models ?? []) {
        const driver = new Driver(model, { name: protocolName, knobs: {} });
        const found = wrongOn(model, driver, strategy);
        runs += driver.runs;
        if (found !== undefined) return { ...found, runs, text: `${model.name}: ${found.text}` };
      }
      return null;
    },
  };
}

/** What the machine throws is a defect of the mutant: the original throws nothing on any path. */
function wrongOn(
  model: TestModel,
  driver: Driver,
  strategy: PathStrategy,
): Pick<Kill, 'by' | 'text'> | undefined {
  try {
    const text = strayOf(model, driver, strategy);
    return text === undefined ? undefined : { by: ['stray'], text };
  } catch (error) {
    return { by: ['defect'], text: error instanceof Error ? error.message : String(error) };
  }
}

function strayOf(model: TestModel, driver: Driver, strategy: PathStrategy): string | undefined {
  for (const path of pathsOf(graphOf(model), strategy)) {
    const { stray } = driver.drive(path);
    if (stray === undefined) continue;
    const events = path.slice(0, stray.step).map(({ event }) => event);
    return `${events.join('; ')}: ${stray.text}`;
  }
  return undefined;
}
