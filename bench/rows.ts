/** Who simulates the standard run, side by side; and the unit of work that all are measured in. */
import { compiledEngine, xstateEngine } from '../runtime/index.js';
import { actors } from './actors/actors.js';
import { limit } from './limit/by-hand.js';
import { replayed } from './replayed.js';
import { runToEnd, type Simulator } from './simulation.js';
import { type Prepared, standardRun, type Variation } from './standard-run.js';
import { WorldSimulation, worldSimulator } from './world-simulator.js';

/** Switchover as it is used: the world with the compiled engine. */
export const switchover = worldSimulator('switchover', compiledEngine);
/** The world with XState's own transition function as its engine. */
export const reference = worldSimulator('reference', xstateEngine);

/** Every row, and what it is. */
export const rows: readonly { readonly simulator: Simulator; readonly what: string }[] = [
  { simulator: switchover, what: 'the world, compiled engine' },
  { simulator: reference, what: 'the world, XState engine' },
  { simulator: actors, what: 'XState alone: createActor' },
  { simulator: replayed, what: 'the world, its steps known: an engine that costs nothing' },
  { simulator: limit, what: 'written by hand' },
];

/**
 * Standard runs of several seeds. The unit of work is one event of the world: an entry taken from its
 * queue, or an event taken by a machine. All rows simulate the same, so all are said to take as many
 * as the world does, however they go about it.
 */
export interface Load {
  readonly runs: readonly Prepared[];
  /** Events of a run, and how long it lasts in simulated microseconds: the mean over the seeds. */
  readonly events: number;
  readonly lastsUs: number;
}

/** Standard runs of the seeds from 1 on. */
export function loadOf(seeds: number, variation: Variation = {}): Load {
  const runs = Array.from({ length: seeds }, (_, at) => standardRun(at + 1, variation));
  let events = 0;
  let lastsUs = 0;
  for (const prepared of runs) {
    const simulation = new WorldSimulation(prepared, compiledEngine);
    lastsUs += runToEnd(simulation);
    events += simulation.world.state.events;
  }
  return { runs, events: events / seeds, lastsUs: lastsUs / seeds };
}
