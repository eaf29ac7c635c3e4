/**
 * A node as plain data: a host with its disk and clocks, and on it one process of machines. A step
 * that a pause interrupted between two effects waits in `work`; answers that cost no time go before
 * the mailbox.
 */
import { type Clock, createClock, readClock } from './clock.js';
import type { NodeConfig } from './config.js';
import type { Action } from './engine.js';
import type { Entry, Instance, Mail, NodeStatus } from './kernel.js';
import { clearLine, createLine, isEmpty, type Line } from './line.js';
import { createPolls, type PollsState } from './process/polls.js';
import { createWorkers, type WorkersState } from './process/workers.js';
import { createStorage, type StorageState } from './storage/storage.js';
import type { MachineInput, Plain, View } from './vocabulary.js';

/** A running machine, with what the digest knows it by. */
export interface Running extends Instance {
  readonly identity: number;
}

/** Something for a machine of the node: an event, or its start. */
export interface Item {
  readonly to: Running;
  readonly mail: Mail | undefined;
  readonly start: MachineInput | undefined;
  /** Triggers before its receipt have been counted: a pause came in between. */
  readonly announced: boolean;
}

/** A fault due within a step, before the action at `index`. */
export interface Boundary {
  readonly index: number;
  readonly fault: number;
}

export interface Work {
  readonly by: Running;
  /** What is left of the step. */
  readonly actions: Action[];
  readonly boundaries: Boundary[];
  /** Triggers before the first of the actions have been counted. */
  readonly announced: boolean;
}

export interface NodeState {
  readonly index: number;
  readonly name: string;
  status: NodeStatus;
  incarnation: number;
  /** The faults that pause the process. */
  pausedBy: number[];
  /** The fault that took the node down, 0 for none. */
  downBy: number;
  monotonic: Clock;
  wall: Clock;
  readonly view: View;
  readonly machines: Map<string, Map<number, Running>>;
  readonly storage: StorageState;
  readonly workers: WorkersState;
  readonly polls: PollsState;
  readonly answers: Line<Item>;
  readonly mailbox: Line<Item>;
  work: Work | undefined;
  /** Entries that came due while the process was paused. */
  deferred: Entry[];
}

/** @returns a node that has not started yet: `incarnation` 0, status `off` */
export function createNode(index: number, config: NodeConfig): NodeState {
  const { monotonicPpm = 0, wallPpm = 0, wallOffsetUs = 0 } = config.clock ?? {};
  return {
    index,
    name: config.name,
    status: 'off',
    incarnation: 0,
    pausedBy: [],
    downBy: 0,
    monotonic: createClock(0, 0, monotonicPpm),
    wall: createClock(0, wallOffsetUs, wallPpm),
    view: { now: 0, wall: 0, latest: 0, applied: 0, durable: 0 },
    machines: new Map(),
    storage: createStorage(index, config.disk ?? {}, config.retain),
    workers: createWorkers(index, config.workers ?? 1, config.services ?? {}),
    polls: createPolls(index),
    answers: createLine<Item>(),
    mailbox: createLine<Item>(),
    work: undefined,
    deferred: [],
  };
}

/** Brings the node's view up to `now` and returns it. */
export function lookAt(node: NodeState, now: number): View {
  const { view, storage } = node;
  view.now = readClock(node.monotonic, now);
  view.wall = readClock(node.wall, now);
  view.latest = storage.latest;
  view.applied = storage.applied;
  view.durable = storage.durable;
  return view;
}

/** Whether a process runs and has nothing in hand. One that has just been resumed may have much. */
export function isIdle({ status, work, answers, mailbox }: NodeState): boolean {
  return status === 'running' && work === undefined && isEmpty(answers) && isEmpty(mailbox);
}

/** @returns the machine of that name and key, if it runs */
export function findMachine(node: NodeState, machine: string, key: number): Running | undefined {
  return node.machines.get(machine)?.get(key);
}

/** Calls `visit` for every running machine, in order of start. */
export function eachMachine(node: NodeState, visit: (machine: Running) => void): void {
  for (const byKey of node.machines.values()) for (const machine of byKey.values()) visit(machine);
}

/** Forgets all that dies with a process. */
export function clearProcess(node: NodeState): void {
  eachMachine(node, (machine) => {
    machine.alive = false;
    for (const timer of machine.timers) timer.live = false;
    machine.timers.length = 0;
  });
  node.machines.clear();
  clearLine(node.answers);
  clearLine(node.mailbox);
  node.work = undefined;
  node.deferred = [];
}

/** @returns the input of a machine that starts now */
export function inputOf(
  node: NodeState,
  key: number,
  connection: number,
  input: Plain,
): MachineInput {
  return {
    input: input ?? null,
    persisted: { ...node.storage.metadata },
    incarnation: node.incarnation,
    self: node.name,
    key,
    connection,
    view: { ...node.view },
  };
}
