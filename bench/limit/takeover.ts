/**
 * How a node comes by another role: as a slave that takes over, and by a topology that is pushed to
 * it or announced. Both run alone under the guard, stop the replication thread first where they
 * must, and are durable before they count.
 */
import {
  handedOver,
  masterIn,
  sameContent,
  type Topology,
} from '../../machines/kvrocks/topology.js';
import { submit } from './disk.js';
import { Doing, Job, Type } from './entries.js';
import { become, noteRole, persist, setTopology, type TakeOverCall } from './handover.js';
import type { Limit } from './limit.js';
import { message, send } from './network.js';
import { follow, stopReplication } from './replication.js';
import { replyOk } from './reply.js';
import type { Store } from './store.js';
import { occupy, vacate } from './workers.js';

/** TAKEOVER: stop replicating first, then test, sync, persist, answer. */
export function onTakeOver(sim: Limit, store: Store, job: Job): void {
  store.asked = job;
  if (stopReplication(sim, store)) onStopped(sim, store);
}

/** The replication thread has stopped, which a command of this node waited for. */
export function onStopped(sim: Limit, store: Store): void {
  const job = store.asked!;
  if (job.type === Type.setnodes) {
    linkAnew(sim, store, job);
    return;
  }
  const { master, intent } = job.body as TakeOverCall;
  const isNext = intent.epoch === store.topology.version + 1;
  if (master !== store.master || !isNext || store.applied < intent.offset) {
    throw new Error('limit: the slave would refuse to take over');
  }
  store.syncing.doing = Doing.sync;
  submit(sim, store, store.syncing);
}

/** The slave's log is durable up to here: the verdict. */
export function onSynced(sim: Limit, store: Store): void {
  const { master, intent } = store.asked!.body as TakeOverCall;
  const verdict = { number: intent.number, epoch: intent.epoch, outcome: 'taken' as const };
  store.verdicts = { ...store.verdicts, [master]: verdict };
  persist(sim, store, { topology: promoted(store), verdicts: store.verdicts });
}

function promoted({ topology, name }: Store): Topology {
  return handedOver(topology, name, topology.version + 1);
}

/** What a command of this node persisted is durable. */
export function onCommandPersisted(sim: Limit, store: Store): void {
  const job = store.asked!;
  if (job.type === Type.takeover) takeOver(sim, store, job);
  else replace(sim, store, job);
}

function takeOver(sim: Limit, store: Store, job: Job): void {
  setTopology(store, promoted(store));
  store.master = null;
  store.linkUp = false;
  noteRole(sim, store);
  become(sim, store, 'none');
  store.asked = null;
  const packet = message(sim, job.connection!, true, Type.takeover);
  packet.body = (job.body as TakeOverCall).intent.number;
  send(sim, packet, 0);
  vacate(sim, store, job);
}

/** News of a new master from the old one: carried out like a push, once. */
export function onAnnounce(sim: Limit, store: Store, topology: Topology): void {
  if (topology.version <= Math.max(store.announced, store.topology.version)) return;
  store.announced = topology.version;
  const job = new Job(store, null);
  job.type = Type.setnodes;
  job.exclusive = true;
  job.body = topology;
  occupy(sim, store, job);
}

/** SETNODES: nothing to do where the same topology is in force already. */
export function onSetNodes(sim: Limit, store: Store, job: Job): void {
  const topology = job.body as Topology;
  const { version } = store.topology;
  if (topology.version === version && sameContent(topology, store.topology)) {
    replyOk(sim, store, job);
    vacate(sim, store, job);
    return;
  }
  if (topology.version <= version) throw new Error('limit: SETNODES would be refused');
  store.asked = job;
  persist(sim, store, { topology, intent: null });
}

function replace(sim: Limit, store: Store, job: Job): void {
  setTopology(store, job.body as Topology);
  const master = masterIn(store.topology, store.name);
  if (store.master === master) finishPush(sim, store, job);
  else if (store.master === null) linkAnew(sim, store, job);
  else if (stopReplication(sim, store)) linkAnew(sim, store, job);
}

/** Follows the master that the new topology names. */
function linkAnew(sim: Limit, store: Store, job: Job): void {
  store.master = masterIn(store.topology, store.name);
  store.linkUp = false;
  finishPush(sim, store, job);
  follow(sim, store);
}

function finishPush(sim: Limit, store: Store, job: Job): void {
  store.asked = null;
  noteRole(sim, store);
  become(sim, store, 'none');
  replyOk(sim, store, job);
  vacate(sim, store, job);
}
