/** What one machine is given in a run of a scenario, to give it to an engine again and again. */
import type { Chart, Engine, EngineState } from '../runtime/engine.js';
import type { MachineInput, View } from '../runtime/vocabulary.js';
import { World } from '../runtime/world.js';
import { worldOf } from '../sim/cluster.js';
import { parseScenario, type ScenarioInput } from '../sim/scenario.js';

/** A machine's life: its input, then its events. */
export interface Life {
  readonly input: MachineInput;
  readonly events: readonly { type: string; view: View }[];
}

/** The longest life of a machine in a run. */
export function longestLife(id: string, engine: Engine, scenario: ScenarioInput): Life {
  const lives: (Life & { readonly events: unknown[] })[] = [];
  const recording: Engine = {
    name: engine.name,
    load: (machine) => {
      const chart = engine.load(machine);
      return machine.id === id ? recordingChart(chart, lives) : chart;
    },
  };
  const world = new World({ ...worldOf(parseScenario(scenario)), engine: recording });
  world.run({ untilUs: 6_000_000 });
  return lives.reduce((one, other) => (one.events.length >= other.events.length ? one : other));
}

function recordingChart(chart: Chart, lives: { input: MachineInput; events: unknown[] }[]): Chart {
  const lifeOf = new Map<EngineState, unknown[]>();
  return {
    stateIds: chart.stateIds,
    transitionNames: chart.transitionNames,
    start: (input, step) => {
      const life = { input: structuredClone(input), events: [] };
      const state = chart.start(input, step);
      lives.push(life);
      lifeOf.set(state, life.events);
      return state;
    },
    take: (state, event, step) => {
      const events = lifeOf.get(state)!;
      events.push(structuredClone(event));
      const after = chart.take(state, event, step);
      lifeOf.set(after, events);
      return after;
    },
    save: (state) => chart.save(state),
    load: (saved) => chart.load(saved),
    done: (state) => chart.done(state),
  };
}
