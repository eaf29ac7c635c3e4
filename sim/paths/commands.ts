/** Events of a test model as fast-check's commands: random walks that shrink drive the cluster too. */
import * as fc from 'fast-check';
import type { KnobValues } from '../../machines/protocol.js';
import { knobsOf, protocolNamed } from '../protocols.js';
import { Driver } from './drive.js';
import { graphOf, type ModelEdge, type ModelGraph } from './model-graph.js';
import { modelNamed } from './run-path.js';

/** What the commands are about. */
export interface PathCommandOptions {
  /** A protocol by name. Default `graceful`. */
  readonly protocol?: string;
  /** Its knobs, where they are others than the protocol's own. */
  readonly knobs?: KnobValues;
  /** One of the protocol's test models, by name. */
  readonly model: string;
  /** Events of a walk at most; fast-check's own default where it is left out. */
  readonly maxCommands?: number;
  /** Whether clients are at work beside the walk. Default false. */
  readonly beside?: boolean;
}

/** The state of the test model that a walk is in: its place in the model's graph. */
export interface WalkModel {
  state: number;
}

/** The cluster that a walk drives: what was done to it so far. */
export interface WalkCluster {
  readonly driver: Driver;
  readonly way: ModelEdge[];
}

/**
 * Commands for `fc.commands` runs, and where each run of them begins:
 *
 *     const { commands, setup } = pathCommands({ model: 'coordinator' });
 *     fc.assert(fc.property(commands, (walk) => fc.modelRun(setup, walk)));
 *
 * @throws InputError naming the protocol, knob or model that there is not
 */
export function pathCommands({
  protocol = 'graceful',
  knobs = {},
  model: name,
  maxCommands,
  beside = false,
}: PathCommandOptions): {
  commands: fc.Arbitrary<Iterable<fc.Command<WalkModel, WalkCluster>>>;
  setup: () => { model: WalkModel; real: WalkCluster };
} {
  const model = modelNamed(protocol, name, 'model');
  knobsOf(protocolNamed(protocol), knobs);
  const graph = graphOf(model);
  const driver = new Driver(model, { name: protocol, knobs }, beside);
  const most = Math.max(...graph.leaving.map(({ length }) => length));
  const nth: fc.Arbitrary<fc.Command<WalkModel, WalkCluster>> = fc
    .nat(most - 1)
    .map((at) => new NthEvent(at, graph));
  return {
    commands: fc.commands([nth], maxCommands === undefined ? {} : { maxCommands }),
    setup: () => ({ model: { state: 0 }, real: { driver, way: [] } }),
  };
}

/**
 * One of the events that a state takes, by its place among them: any number fits every state, so a
 * walk is as long as it was drawn, and what is left of one that shrinks is a walk too.
 */
class NthEvent implements fc.Command<WalkModel, WalkCluster> {
  private readonly nth: number;
  private readonly graph: ModelGraph;
  private taken = 'nothing';

  constructor(nth: number, graph: ModelGraph) {
    this.nth = nth;
    this.graph = graph;
  }

  check({ state }: Readonly<WalkModel>): boolean {
    return this.graph.leaving[state]!.length > 0;
  }

  run(model: WalkModel, { driver, way }: WalkCluster): void {
    const choices = this.graph.leaving[model.state]!;
    const edge = choices[this.nth % choices.length]!;
    this.taken = edge.event;
    way.push(edge);
    model.state = edge.to;
    const { stray } = driver.drive(way);
    if (stray !== undefined) throw new Error(`step ${stray.step}: ${stray.text}`);
  }

  toString(): string {
    return this.taken;
  }
}
