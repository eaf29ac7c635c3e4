/**
 * What an engine has made of a machine, kept for every world of the process: a chart holds no state
 * of a world, and making one costs more than a thousand steps. Forgotten with machine and engine.
 */
import type { AnyStateMachine } from 'xstate';
import type { WorldConfig } from './config.js';
import type { Chart, Engine } from './engine.js';
import type { Running } from './node.js';

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

/** The charts of one world: by name, and by slot for machines that run. */
export class Charts {
  private readonly byName: Record<string, Chart> = {};
  private readonly bySlot: Chart[] = [];

  constructor({ engine, machines }: WorldConfig) {
    for (const name of Object.keys(machines)) {
      this.byName[name] = chartOf(engine, machines[name]!.machine);
    }
  }

  /** @throws RangeError naming the machine and what knows of it */
  named(machine: string, wantedBy: string): Chart {
    const chart = this.byName[machine];
    if (chart === undefined) {
      const known = Object.keys(this.byName).join(', ');
      throw new RangeError(`${wantedBy}: unknown machine '${machine}', expected one of ${known}`);
    }
    return chart;
  }

  /** The chart of a machine that runs, looked up by name once. */
  of({ slot, machine }: Running): Chart {
    this.bySlot[slot] ??= this.byName[machine] as Chart;
    return this.bySlot[slot];
  }

  /** Slots are given anew. */
  forgetSlots(): void {
    this.bySlot.length = 0;
  }
}
