/**
 * The standard run as a user would build it with XState alone: the same machine objects, each
 * running instance an actor of `createActor`, over a discrete-event clock. Network, disks, workers,
 * polls and scripts are as simple as a run without faults allows. The decisions have the labels of
 * the world's, so the history is the world's to the microsecond.
 */
import type { AnyStateMachine } from 'xstate';
import type { NodeRecord, NoteRecord, ReplyRecord } from '../../runtime/record.js';
import { endOf, logOf, prefixHash } from '../../runtime/storage/log.js';
import type { RunRecord } from '../../sim/checkers/run-record.js';
import { Decisions } from '../labelled.js';
import { plainContents, type Simulation, type Simulator, unfaulted } from '../simulation.js';
import type { Prepared } from '../standard-run.js';
import { EventClock } from './event-clock.js';
import { Network } from './network.js';
import { Process } from './process.js';
import { Scripts } from './scripts.js';

/** Simulates a standard run by actors of XState's. */
export const actors: Simulator = { name: 'actors', start: (prepared) => new Actors(prepared) };

export class Actors implements Simulation {
  readonly clock = new EventClock(() => this.settle());
  readonly decisions: Decisions;
  readonly network: Network;
  readonly scripts: Scripts;
  /** Processes that have got something, in order. */
  readonly ready: Process[] = [];
  readonly replies: ReplyRecord[] = [];
  readonly notes: NoteRecord[] = [];
  private readonly config: Prepared['config'];
  private readonly processes = new Map<string, Process>();

  constructor({ config, scenario }: Prepared) {
    this.config = config;
    this.decisions = new Decisions(scenario.seed);
    this.network = new Network(this, config.network!.latencyUs!);
    this.scripts = new Scripts(this);
    for (const [index, node] of config.nodes.entries()) {
      this.processes.set(node.name, new Process(this, index, node));
    }
    this.scripts.begin(config.scripts ?? []);
    for (const process of this.processes.values()) {
      process.boot();
      this.settle();
    }
  }

  process(name: string): Process {
    return this.processes.get(name)!;
  }

  machine(name: string): AnyStateMachine {
    return this.config.machines[name]!.machine;
  }

  run(untilUs: number): void {
    this.clock.run(untilUs);
  }

  isBusy(): boolean {
    return this.scripts.left > 0;
  }

  record(endedAt: number): RunRecord {
    const stores = [...this.processes.values()].filter(({ config }) => config.machine === 'server');
    const { replies, notes } = this;
    const { operations } = this.scripts;
    return unfaulted({ operations, replies, notes, nodes: stores.map(nodeRecord) }, endedAt);
  }

  private settle(): void {
    const { ready } = this;
    for (let at = 0; at < ready.length; at++) ready[at]!.drain();
    ready.length = 0;
  }
}

function nodeRecord({ name, storage }: Process): NodeRecord {
  const log = logOf(storage.log, Number.MAX_SAFE_INTEGER);
  return {
    node: name,
    status: 'running',
    incarnation: 1,
    persisted: storage.metadata,
    latest: storage.latest,
    applied: storage.applied,
    durable: storage.durable,
    hash: prefixHash(log, endOf(log)),
    lineage: storage.log.map(({ operation }, at) => ({ last: storage.ends[at]!, operation })),
    losses: [],
    contents: plainContents(storage.contents),
  };
}
