/**
 * The world with an engine that costs nothing: every step of the run is known from one before, and its
 * actions are only copied. What is left is what the world itself costs (queue, network, disks,
 * workers, record, digest): no engine, however fast, can do better than this row.
 */

import type { Action, Chart, Engine, EngineState, Step } from '../runtime/engine.js';
import { compiledEngine } from '../runtime/index.js';
import { runToEnd, type Simulation, type Simulator } from './simulation.js';
import type { Prepared } from './standard-run.js';
import { WorldSimulation } from './world-simulator.js';

/** What a step asked for, and whether the machine was done then. */
interface Known {
  readonly actions: readonly Action[];
  readonly isDone: boolean;
}

const logs: WeakMap<Prepared, readonly Known[]> = new WeakMap();

/** Replays the steps of each run; the first start of one makes it once with the compiled engine. */
export const replayed: Simulator = { name: 'replayed', start };

function start(prepared: Prepared): Simulation {
  let log = logs.get(prepared);
  if (log === undefined) {
    const steps: Known[] = [];
    runToEnd(new WorldSimulation(prepared, recordingEngine(steps)));
    logs.set(prepared, steps);
    log = steps;
  }
  const chart = new ReplayedChart(log);
  return new WorldSimulation(prepared, { name: 'compiled', load: () => chart });
}

function recordingEngine(steps: Known[]): Engine {
  return {
    name: 'compiled',
    load: (machine) => {
      const chart = compiledEngine.load(machine);
      const keep = (state: EngineState, { actions }: Step) => {
        steps.push({ actions: [...actions], isDone: chart.done(state) });
        return state;
      };
      return {
        ...unused,
        start: (input, step) => keep(chart.start(input, step), step),
        take: (state, event, step) => keep(chart.take(state, event, step), step),
        done: (state) => chart.done(state),
      };
    },
  };
}

const unused: Omit<Chart, 'start' | 'take' | 'done'> = {
  stateIds: [],
  transitionNames: [],
  save: refuse,
  load: refuse,
};

function refuse(): never {
  throw new Error('a replayed machine has no state');
}

/** Gives the steps of all machines in the order in which they were made. */
class ReplayedChart implements Chart {
  readonly stateIds = [];
  readonly transitionNames = [];
  readonly save = refuse;
  readonly load = refuse;
  private readonly log: readonly Known[];
  private at = 0;

  constructor(log: readonly Known[]) {
    this.log = log;
  }

  start(_: unknown, step: Step): EngineState {
    return this.next(step);
  }

  take(_: EngineState, __: unknown, step: Step): EngineState {
    return this.next(step);
  }

  done(state: EngineState): boolean {
    return (state as unknown as Known).isDone;
  }

  private next({ actions }: Step): EngineState {
    const known = this.log[this.at++]!;
    while (actions.length > 0) actions.pop();
    for (let at = 0; at < known.actions.length; at++) actions.push(known.actions[at]!);
    return known as unknown as EngineState;
  }
}
