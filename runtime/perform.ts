/**
 * Performs the effects of a step, one by one: between any two a fault may pause the process (the
 * rest waits in the node's `work`), crash it (the rest never happens) or break a connection.
 */
import { foldInteger, foldPlain, foldText } from './digest.js';
import type { Action, EngineState } from './engine.js';
import { type Mail, Purpose } from './kernel.js';
import { startMachine } from './lifecycle.js';
import * as net from './net/network.js';
import { type Boundary, findMachine, type NodeState, type Running } from './node.js';
import * as polls from './process/polls.js';
import * as workers from './process/workers.js';
import { completeOperation } from './script.js';
import type { StorageEffect } from './storage/disk.js';
import * as storage from './storage/storage.js';
import { arm, disarm } from './timers.js';
import { traceEffect, traceEvent } from './trace.js';
import type { Effect, EffectParams, Plain } from './vocabulary.js';
import type { World } from './world.js';

const none: readonly Boundary[] = [];

/** Performs what the engine has just left in `world.step`. */
export function performStep(world: World, node: NodeState, by: Running, mail?: Mail): void {
  const { step, nemesis } = world;
  if (step.report) report(world, node, by, mail);
  const watches = nemesis.watchesStates || nemesis.watchesMessages;
  const boundaries = watches ? nemesis.boundaries(node, by, mail) : none;
  performAll(world, node, by, step.actions, boundaries, false);
}

/** Tells tracer and coverage of a step. */
function report(world: World, node: NodeState, by: Running, mail?: Mail): void {
  const { step, config } = world;
  if (config.tracer !== undefined) traceEvent(world, node, by, mail);
  if (config.coverage === undefined) return;
  for (const { transitions } of step.microsteps) {
    for (const name of transitions) config.coverage(by.machine, name);
  }
}

/** Goes on with a step that a pause interrupted. */
export function resumeWork(world: World, node: NodeState): void {
  const { by, actions, boundaries, announced } = node.work!;
  node.work = undefined;
  performAll(world, node, by, actions, boundaries, announced);
}

function performAll(
  world: World,
  node: NodeState,
  by: Running,
  actions: Action[],
  boundaries: readonly Boundary[],
  announcedBefore: boolean,
): void {
  const { nemesis } = world;
  const { bites } = world.state.network;
  let announced = announcedBefore;
  world.performing = node.index;
  let at = 0;
  let passed = 0;
  while (by.alive) {
    while (passed < boundaries.length && boundaries[passed]!.index === at) {
      nemesis.hit(boundaries[passed++]!.fault);
    }
    if (node.status !== 'running' || at === actions.length) break;
    const action = actions[at] as Action;
    if (nemesis.watchesEffects && !announced) {
      nemesis.aroundEffect(node, by, action, 'before');
      announced = node.status !== 'running';
      if (announced) break;
    }
    announced = false;
    at++;
    performOne(world, node, by, action);
    if (bites.length > 0) nemesis.recordBites();
    if (nemesis.watchesEffects) nemesis.aroundEffect(node, by, action, 'after');
  }
  if (by.alive) {
    if (at < actions.length || passed < boundaries.length) {
      node.work = {
        by,
        actions: actions.slice(at),
        boundaries: boundaries.slice(passed).map((one) => ({ ...one, index: one.index - at })),
        announced,
      };
    } else if (isOver(world, by)) {
      stopMachine(world, node, by);
    }
  }
  world.performing = -1;
}

/** Whether a machine has reached its end. The root never ends: it is the process. */
function isOver(world: World, by: Running): boolean {
  const done = world.charts.of(by).done(world.running[by.slot] as EngineState);
  return done && by !== world.root(by.node);
}

/** Folds an effect that stays in the record or on the disk and comes back in no event. */
function foldLasting(world: World, { type, params }: Effect): void {
  foldText(world.state.digest, type);
  foldPlain(world.state.digest, params as Plain);
}

/** In the order of how often each is asked: the kinds are compared one after another. */
function performOne(world: World, node: NodeState, by: Running, action: Action): void {
  if (action.type === 'arm') {
    arm(world, node, by, action.id, action.delayMs, action.event);
    return;
  }
  if (action.type === 'disarm') {
    disarm(world, by, action.id);
    return;
  }
  if (world.config.tracer !== undefined) traceEffect(world, node, by, action);
  switch (action.type) {
    case 'send':
      if (net.send(world.state.network, world, by, action.params)) {
        if (action.params.answers !== undefined) recordReply(world, node, action.params);
      }
      break;
    case 'append':
    case 'persist':
    case 'truncate':
      foldLasting(world, action);
      storage.submit(node.storage, world, by, action);
      world.stored(node);
      break;
    case 'readLog':
    case 'readKey':
    case 'sync':
    case 'readCheckpoint':
    case 'install':
      storage.submit(node.storage, world, by, action);
      world.stored(node);
      break;
    case 'receive':
      net.receive(world.state.network, world, by, action.params);
      break;
    default:
      performProcessEffect(world, node, by, action);
  }
}

type ProcessEffect = Exclude<Effect, StorageEffect | { type: 'send' | 'receive' }>;

function performProcessEffect(
  world: World,
  node: NodeState,
  by: Running,
  effect: ProcessEffect,
): void {
  switch (effect.type) {
    case 'occupy':
      workers.occupy(node.workers, world, by, effect.params);
      break;
    case 'vacate':
      workers.vacate(node.workers, world, effect.params.job);
      break;
    case 'complete':
      foldLasting(world, effect);
      completeOperation(world, node, effect.params);
      break;
    case 'poll': {
      const { polls: state, monotonic, storage: stored } = node;
      polls.poll(state, world, monotonic, by, effect.params, stored.applied);
      break;
    }
    case 'park':
      workers.park(node.workers, world, effect.params.job);
      break;
    case 'release':
      workers.release(node.workers, world);
      break;
    case 'drain':
      workers.drain(node.workers, world, by, effect.params.tag ?? '');
      break;
    case 'wake':
      polls.wake(node.polls, world, node.monotonic, effect.params.tag);
      break;
    case 'endPoll':
      polls.endPoll(node.polls, by, effect.params.tag);
      break;
    default:
      performOtherEffect(world, node, by, effect);
  }
}

type OtherEffect = Extract<
  Effect,
  { type: 'start' | 'stop' | 'tell' | 'choose' | 'note' | 'open' | 'close' }
>;

function performOtherEffect(world: World, node: NodeState, by: Running, effect: OtherEffect): void {
  switch (effect.type) {
    case 'start': {
      const { machine, key = 0, input = null, connection = 0 } = effect.params;
      startMachine(world, node, machine, key, connection, input);
      break;
    }
    case 'stop': {
      const machine = findMachine(node, effect.params.machine, effect.params.key ?? 0);
      if (machine !== undefined) stopMachine(world, node, machine);
      break;
    }
    case 'tell': {
      const { machine, key = 0, message } = effect.params;
      const to = findMachine(node, machine, key);
      if (to === undefined) break;
      world.emit(to, { type: toldType(message.type), message, view: undefined });
      break;
    }
    case 'choose': {
      const { tag, n, subject = 0 } = effect.params;
      const value = world.choose(Purpose.machine, node.index, subject, n);
      world.emit(by, { type: 'chosen', tag, value });
      break;
    }
    case 'note':
      foldLasting(world, effect);
      recordNote(world, node, by, effect.params);
      break;
    case 'open': {
      const to = world.indexOf(effect.params.to, 'open');
      net.open(world.state.network, world, by, effect.params, to);
      break;
    }
    case 'close':
      net.close(world.state.network, world, by, effect.params);
      break;
    default:
      throw new Error(
        `${by.machine} asks for an unknown effect '${(effect as Effect).type}' at ${world.where()}`,
      );
  }
}

/** Ends a machine: its timers, connections, jobs and polls go with it. */
export function stopMachine(world: World, node: NodeState, machine: Running): void {
  machine.alive = false;
  for (const timer of machine.timers) world.cancel(timer);
  machine.timers.length = 0;
  node.machines.get(machine.machine)?.delete(machine.key);
  world.running[machine.slot] = undefined;
  net.stopped(world.state.network, world, machine);
  workers.stoppedWorkers(node.workers, world, machine);
  polls.stoppedPolls(node.polls, machine);
}

function recordNote(
  world: World,
  node: NodeState,
  by: Running,
  { subject, value }: EffectParams['note'],
): void {
  world.state.record.notes.push({
    at: world.now,
    node: node.name,
    incarnation: node.incarnation,
    machine: by.machine,
    key: by.key,
    subject,
    value,
    applied: node.storage.applied,
  });
}

function recordReply(
  world: World,
  node: NodeState,
  params: Extract<Effect, { type: 'send' }>['params'],
): void {
  const { operation, epoch } = params.answers!;
  foldInteger(world.state.digest, operation);
  foldInteger(world.state.digest, epoch);
  world.state.record.replies.push({
    at: world.now,
    node: node.name,
    incarnation: node.incarnation,
    operation,
    epoch,
    applied: node.storage.applied,
    durable: node.storage.durable,
    message: params.message,
  });
}

const toldTypes: Map<string, `told.${string}`> = new Map();

/** The event type of a message told, made once per message type. */
function toldType(type: string): `told.${string}` {
  let told = toldTypes.get(type);
  if (told === undefined) {
    told = `told.${type}`;
    toldTypes.set(type, told);
  }
  return told;
}
