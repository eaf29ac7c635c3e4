/** Everything that changes in a world, as plain data; machine states live with the engine. */
import type { WorldConfig } from './config.js';
import { createDigest, type Digest } from './digest.js';
import type { Entry } from './kernel.js';
import { createNetwork, type NetworkState } from './net/network.js';
import { createNode, type NodeState } from './node.js';
import { createQueue, type Queue } from './queue.js';
import { createRecord, type OperationRecord, type WorldRecord } from './record.js';
import { createUses, type Uses } from './uses.js';

/** Where a script stands. */
export interface ScriptState {
  /** Index of the next item to invoke. */
  next: number;
  /** The operation that is open in a closed loop, 0 for none. */
  open: number;
  /** Its next call waits for the process to start again. */
  waiting: boolean;
}

/** Where a fault of the plan stands. */
export interface FaultState {
  phase: 'armed' | 'due' | 'active' | 'over';
  /** How many matches its trigger still needs. */
  left: number;
  /** Whether it found something to do when it began. */
  bit: boolean;
}

export interface WorldState {
  now: number;
  /** Events taken: by machines, kernels, disks and the nemesis. */
  events: number;
  readonly queue: Queue<Entry>;
  /** About how many cancelled entries are still queued: tells when to compact. */
  dead: number;
  /** How many entries of this instant the oracle has picked. */
  picks: number;
  readonly nodes: NodeState[];
  readonly network: NetworkState;
  /** Slots given to machines so far. */
  slots: number;
  /** Nodes with something in their mailbox, in order. */
  ready: number[];
  readonly scripts: ScriptState[];
  /** Operations invoked and not completed, with the script they came from. */
  readonly open: Map<number, { readonly operation: OperationRecord; readonly script: number }>;
  readonly faults: FaultState[];
  /** Set once the world has healed: nothing of the fault plan begins any more. */
  healed: boolean;
  readonly uses: Uses;
  readonly digest: Digest;
  readonly record: WorldRecord;
}

/** @returns the state before anything has started */
export function createState(config: WorldConfig): WorldState {
  return {
    now: 0,
    events: 0,
    queue: createQueue<Entry>(),
    dead: 0,
    picks: 0,
    nodes: config.nodes.map((node, index) => createNode(index, node)),
    network: createNetwork(
      config.nodes.map(({ name }) => name),
      config.network,
    ),
    slots: 0,
    ready: [],
    scripts: (config.scripts ?? []).map(() => ({ next: 0, open: 0, waiting: false })),
    faults: (config.faults ?? []).map((fault) => ({
      phase: 'armed',
      left: 'trigger' in fault.at ? (fault.at.trigger.nth ?? 1) : 0,
      bit: false,
    })),
    open: new Map(),
    healed: false,
    uses: createUses(),
    digest: createDigest(),
    record: createRecord(),
  };
}
