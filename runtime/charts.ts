/**
 * What an engine has made of a machine, kept for every world of the process: a chart holds no state
 * of a world, and making one costs more than a thousand steps. Forgotten with machine and engine.
 */
import type { AnyStateMachine } from 'xstate';
import type { Chart, Engine } from './engine.js';

const charts: WeakMap<Engine, WeakMap<AnyStateMachine, Chart>> = new WeakMap();

/** The chart of a machine. @throws what the engine does, naming a construct that it refuses */
export function chartOf(engine: Engine, machine: AnyStateMachine): Chart {
  let known = charts.get(engine);
  if (known === undefined) {
    known = new WeakMap();
    charts.set(engine, known);
  }
  let chart = known.get(machine);
  if (chart === undefined) {
    chart = engine.load(machine);
    known.set(machine, chart);
  }
  return chart;
}
