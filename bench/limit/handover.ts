/**
 * The failover job of the master: sample the slave's lag, pause writes, wait for the slave, make
 * the intent durable, ask the slave to take over, step down. Whatever a run without faults cannot
 * meet is an error here.
 */

import { handedOver, ownerOf, type Topology } from '../../machines/kvrocks/topology.js';
import type { FailoverState, Intent } from '../../machines/kvrocks-handover/context.js';
import { submit } from './disk.js';
import { Doing, type Job, type Packet, Type } from './entries.js';
import { announce, askForAck } from './feed.js';
import type { Limit } from './limit.js';
import { hangUp, message, open, send } from './network.js';
import { follow } from './replication.js';
import { replyOk } from './reply.js';
import type { Feed, Handover, Store } from './store.js';
import { drain, vacate } from './workers.js';

/** What FAILOVER says. */
export interface FailoverCall {
  readonly target: string;
  readonly timeoutMs: number;
}

/** Assigns the failover state, and the write gate with it. */
export function become(sim: Limit, store: Store, state: FailoverState): void {
  store.failover = state;
  const isPaused = state === 'pause_write' || state === 'wait_sync';
  store.gate = state === 'switching' ? 'all' : isPaused ? 'writes' : 'open';
  sim.note(store, 'failover', state);
  sim.note(store, 'gate', store.gate);
}

/** Notes who this node says it is. */
export function noteRole(sim: Limit, store: Store): void {
  const { owner, name, master, topology } = store;
  const role = owner === name ? 'master' : master === null ? 'none' : 'slave';
  sim.note(store, 'role', { role, epoch: topology.version, master });
}

/** FAILOVER: answered at once; the job begins with a connection to the target. */
export function onFailover(sim: Limit, store: Store, job: Job): void {
  const { handover } = store;
  const { target, timeoutMs } = job.body as FailoverCall;
  const slave = store.slaves.find(({ address }) => address === target);
  if (slave === undefined || handover.stage !== 'idle') {
    throw new Error(`limit: FAILOVER to ${target} would be refused`);
  }
  handover.target = target;
  handover.timeoutMs = timeoutMs;
  handover.stage = 'calling';
  replyOk(sim, store, job);
  vacate(sim, store, job);
  become(sim, store, 'started');
  become(sim, store, 'check_slave');
  handover.call = open(sim, handover, store.index, sim.storeNamed.get(target)!, 1000, 0);
}

/** The call is connected. */
export function onCallOpen(sim: Limit, handover: Handover): void {
  handover.stage = 'awaiting';
  askForAck(sim, feedOf(handover));
  handover.patience.arm(sim.heap, sim.now + 1_000_000);
}

function feedOf({ store, target }: Handover): Feed {
  const feed = store.feeds.find(({ slave }) => slave.address === target);
  if (feed === undefined) throw new Error(`limit: ${target} is not attached`);
  return feed;
}

/** The target has acknowledged something. */
export function onAck(sim: Limit, handover: Handover): void {
  switch (handover.stage) {
    case 'awaiting':
      handover.stage = 'sleeping';
      handover.patience.disarm();
      handover.sample = feedOf(handover).slave.ack;
      handover.sampledAt = sim.now;
      sim.heap.push(sim.now + samplingUs(handover), handover.sampling);
      break;
    case 'awaiting again':
      judgeLag(sim, handover);
      pauseWrites(sim, handover);
      break;
    case 'listening':
      look(sim, handover);
      break;
  }
}

function samplingUs({ timeoutMs }: Handover): number {
  return Math.max(100, Math.min(3000, Math.floor(timeoutMs / 2))) * 1000;
}

/** The first sample is old enough: a second one. */
export function onSampled(sim: Limit, handover: Handover): void {
  handover.stage = 'awaiting again';
  askForAck(sim, feedOf(handover));
  handover.patience.arm(sim.heap, sim.now + 1_000_000);
}

/** The lag test: would the slave catch up in the time that is left? */
function judgeLag(sim: Limit, handover: Handover): void {
  const { store, sample, sampledAt, timeoutMs } = handover;
  const { ack } = feedOf(handover).slave;
  const lag = Math.max(0, store.applied - ack);
  if (lag === 0) return;
  const elapsedUs = sim.now - sampledAt;
  const gained = Math.max(0, ack - sample);
  const isReplicating = gained * 10_000_000 > elapsedUs;
  const leftMs = timeoutMs - Math.floor(elapsedUs / 1000);
  if (isReplicating && Math.floor((lag * elapsedUs) / gained / 1000) <= leftMs) return;
  throw new Error(`limit: the failover fails, the slave lags by ${lag}`);
}

function pauseWrites(sim: Limit, handover: Handover): void {
  const { store } = handover;
  handover.stage = 'draining';
  handover.startedAt = sim.now;
  handover.patience.arm(sim.heap, sim.now + handover.timeoutMs * 1000);
  become(sim, store, 'pause_write');
  drain(sim, store, onDrained);
}

function onDrained(sim: Limit, store: Store): void {
  const { handover } = store;
  handover.targetOffset = store.applied;
  become(sim, store, 'wait_sync');
  look(sim, handover);
}

/** Has the slave caught up? */
function look(sim: Limit, handover: Handover): void {
  const { timeoutMs, startedAt, targetOffset } = handover;
  const passed = sim.now - startedAt;
  if (passed > timeoutMs * 1000) throw new Error('limit: the slave has not caught up in time');
  if (feedOf(handover).slave.ack < targetOffset) {
    handover.stage = 'listening';
    askForAck(sim, feedOf(handover));
    handover.patience.arm(sim.heap, sim.now + timeoutMs * 1000 - passed);
    return;
  }
  const { store, target } = handover;
  handover.stage = 'intending';
  handover.patience.disarm();
  handover.attempts++;
  const epoch = store.topology.version + 1;
  handover.intent = { number: handover.attempts, epoch, target, offset: targetOffset };
  become(sim, store, 'switching');
  persist(sim, store, { attempts: handover.attempts, intent: handover.intent });
}

/** Replaces fields of the durable record. */
export function persist(sim: Limit, store: Store, fields: Readonly<Record<string, unknown>>): void {
  const { persisting } = store;
  persisting.doing = Doing.persist;
  persisting.fields = fields;
  submit(sim, store, persisting);
}

/** What the job persisted is durable. */
export function onJobPersisted(sim: Limit, handover: Handover): void {
  if (handover.stage === 'intending') askToTakeOver(sim, handover);
  else stepDown(sim, handover);
}

function askToTakeOver(sim: Limit, handover: Handover): void {
  handover.stage = 'asking';
  const packet = message(sim, handover.call!, false, Type.takeover);
  packet.operation = 0;
  packet.attempt = 0;
  packet.offset = handover.targetOffset;
  packet.body = { master: handover.store.name, intent: handover.intent! } satisfies TakeOverCall;
  send(sim, packet, handover.intent!.number);
  handover.callPatience.arm(sim.heap, sim.now + 1_000_000);
}

/** What TAKEOVER says. */
export interface TakeOverCall {
  readonly master: string;
  readonly intent: Intent;
}

/** The slave has taken over: the old master's role and the end of the intent are one record. */
export function onTaken(sim: Limit, handover: Handover, packet: Packet): void {
  const { store, intent } = handover;
  if (packet.body !== intent!.number) throw new Error('limit: the answer is of another attempt');
  handover.callPatience.disarm();
  hangUp(sim, handover.call!);
  handover.call = null;
  if (store.applied > intent!.offset) throw new Error('limit: the log goes beyond the target');
  handover.stage = 'stepping down';
  persist(sim, store, { topology: newTopology(handover), intent: null });
}

function newTopology({ store, intent }: Handover): Topology {
  return handedOver(store.topology, intent!.target, intent!.epoch);
}

function stepDown(sim: Limit, handover: Handover): void {
  const { store } = handover;
  setTopology(store, newTopology(handover));
  store.master = handover.intent!.target;
  handover.intent = null;
  handover.stage = 'idle';
  noteRole(sim, store);
  become(sim, store, 'success');
  follow(sim, store);
  for (const slave of store.slaves) {
    const feed = store.feeds.find((one) => one.slave === slave);
    if (feed !== undefined) announce(sim, feed, store.topology);
  }
}

/** Another topology is in force. */
export function setTopology(store: Store, topology: Topology): void {
  store.topology = topology;
  store.owner = ownerOf(topology, 0)!;
}
