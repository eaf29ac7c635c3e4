/**
 * The life of a process: boot, pause, resume, crash, power loss, restart.
 *
 * Restart is the initial transition of the root machine with what was persisted and what the storage
 * recovered. A pause stops everything of the process but its clocks; on resume, buffered input, what
 * came due meanwhile and the rest of an interrupted step are all due at that instant.
 */
import { createClock } from './clock.js';
import { createEntry, EntryKind } from './kernel.js';
import { label } from './keyed.js';
import * as net from './net/network.js';
import { clearProcess, eachMachine, inputOf, type NodeState, type Running } from './node.js';
import { crashedPolls, pausePolls, resumePolls } from './process/polls.js';
import { crashedWorkers, pauseWorkers, resumeWorkers } from './process/workers.js';
import { scriptsCrashed, scriptsRestarted } from './script.js';
import { crashStorage, loseUnsynced } from './storage/recovery.js';
import type { Plain } from './vocabulary.js';
import type { World } from './world.js';

/** Queues the first start of every node. */
export function bootAll(world: World): void {
  for (const [index, { startAtUs = 0 }] of world.config.nodes.entries()) {
    world.schedule(createEntry(EntryKind.boot, index, 0, undefined, -1), startAtUs);
  }
}

/** Starts the process of a node that is down. */
export function restart(world: World, node: NodeState): void {
  if (node.status === 'off') {
    node.monotonic = createClock(world.now, 0, node.monotonic.ppm);
  }
  node.incarnation++;
  node.status = 'running';
  node.pausedBy = [];
  node.downBy = 0;
  startMachine(world, node, world.config.nodes[node.index]!.machine, 0, 0, rootInput(world, node));
  scriptsRestarted(world, node);
}

function rootInput(world: World, node: NodeState): Plain {
  return world.config.nodes[node.index]!.input ?? null;
}

/** Starts a machine of the process; its initial step comes before any other event of the node. */
export function startMachine(
  world: World,
  node: NodeState,
  machine: string,
  key: number,
  connection: number,
  input: Plain,
): void {
  world.chart(machine, `start on ${node.name}`);
  const { state } = world;
  let byKey = node.machines.get(machine);
  if (byKey === undefined) {
    byKey = new Map();
    node.machines.set(machine, byKey);
  }
  if (byKey.has(key)) {
    throw new Error(`${machine}/${key} runs already on ${node.name} at ${world.where()}`);
  }
  const running: Running = {
    slot: state.slots++,
    node: node.index,
    machine,
    key,
    identity: label(textNumber(machine), node.index, key, node.incarnation),
    alive: true,
    timers: [],
  };
  byKey.set(key, running);
  if (connection !== 0) net.adopt(state.network, connection, node.index, running);
  world.hand({
    to: running,
    mail: undefined,
    start: inputOf(node, key, connection, input),
    announced: false,
  });
}

/** The process ends; what it had handed to its kernel lives on. */
export function crash(world: World, node: NodeState): void {
  end(world, node);
  node.status = 'crashed';
  net.crashed(world.state.network, world, node.index);
  crashStorage(node.storage);
}

/** The host loses power. @returns what its disk lost */
export function losePower(
  world: World,
  node: NodeState,
  tail: 'draw' | 'keep' | 'lose' | 'torn',
): { lost: number; torn: boolean } {
  if (node.status !== 'crashed') end(world, node);
  node.status = 'off';
  net.powerLost(world.state.network, node.index);
  return loseUnsynced(node.storage, world, tail, node.incarnation);
}

function end(world: World, node: NodeState): void {
  const { deferred } = node;
  eachMachine(node, (machine) => {
    for (const timer of machine.timers) world.cancel(timer);
    world.running[machine.slot] = undefined;
  });
  clearProcess(node);
  crashedWorkers(node.workers);
  crashedPolls(node.polls);
  scriptsCrashed(world, node, deferred);
}

/** Stops the process from running, until no fault pauses it any more. */
export function pause(world: World, node: NodeState, fault: number): void {
  node.pausedBy.push(fault);
  if (node.status !== 'running') return;
  node.status = 'paused';
  pauseWorkers(node.workers, world);
  pausePolls(node.polls, world, node.monotonic);
}

/** Undoes the pause of one fault; the process that it paused may be gone. */
export function resume(world: World, node: NodeState, fault: number): void {
  node.pausedBy = node.pausedBy.filter((id) => id !== fault);
  if (node.status !== 'paused' || node.pausedBy.length > 0) return;
  node.status = 'running';
  resumeWorkers(node.workers, world);
  resumePolls(node.polls, world, node.monotonic);
  net.resumed(world.state.network, world, node.index);
  const { deferred } = node;
  node.deferred = [];
  for (const entry of deferred) world.schedule(entry, world.now);
  world.state.ready.push(node.index);
}

/** A name as a number, so that identities do not depend on what was started before. */
function textNumber(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash >>> 0;
}
