/** The standard run in the world itself, with one engine or another. */
import type { Engine } from '../runtime/engine.js';
import { World } from '../runtime/world.js';
import type { RunRecord } from '../sim/checkers/run-record.js';
import { nodeNames } from '../sim/scenario.js';
import { plainContents, type Simulation, type Simulator, unfaulted } from './simulation.js';
import type { Prepared } from './standard-run.js';

/** Runs the world with that engine. */
export function worldSimulator(name: string, engine: Engine): Simulator {
  return { name, start: (prepared) => new WorldSimulation(prepared, engine) };
}

/** A world as a simulation; `world` counts its events. */
export class WorldSimulation implements Simulation {
  readonly world: World;
  private readonly calls: readonly number[];
  private readonly stores: number;

  constructor({ config, scenario }: Prepared, engine: Engine) {
    this.world = new World({ ...config, engine });
    this.calls = (config.scripts ?? []).map(({ items }) => items.length);
    this.stores = nodeNames(scenario.cluster.slaves).length;
  }

  run(untilUs: number): void {
    this.world.run({ untilUs });
  }

  isBusy(): boolean {
    const { open, scripts } = this.world.state;
    return open.size > 0 || this.calls.some((length, at) => scripts[at]!.next < length);
  }

  record(endedAt: number): RunRecord {
    const nodes = this.world.nodes().slice(0, this.stores);
    const plain = nodes.map((node) => ({ ...node, contents: plainContents(node.contents) }));
    return unfaulted({ ...this.world.record, nodes: plain }, endedAt);
  }
}
