/** The replication thread of a slave: connects, shakes hands, applies what it is fed, acknowledges. */
import type { Topology } from '../../machines/kvrocks/topology.js';
import { submit } from './disk.js';
import { Doing, type Packet, Type } from './entries.js';
import type { Limit } from './limit.js';
import { hangUp, message, open, send, setReading } from './network.js';
import { Replication, type Store } from './store.js';

const second = 1_000_000;

/** Follows the node's master. */
export function follow(sim: Limit, store: Store): void {
  if (store.master === null) return;
  const thread = new Replication(store, sim.storeNamed.get(store.master)!);
  store.replication = thread;
  thread.connection = open(sim, thread, store.index, thread.master, 3100, 0);
}

/** Connected: the first request of the handshake. */
export function onReplicationOpen(sim: Limit, thread: Replication): void {
  ask(sim, thread, Type.dbName);
}

function ask(sim: Limit, thread: Replication, type: number): void {
  const { store, connection } = thread;
  const packet = message(sim, connection!, false, type);
  packet.operation = 0;
  packet.attempt = 0;
  packet.offset = store.applied + 1;
  packet.body = store.name;
  send(sim, packet, store.latest);
}

/** What the master says: a reply of the handshake, or what its feed sends. */
export function onReplication(
  sim: Limit,
  thread: Replication,
  packet: Packet,
  news: (sim: Limit, store: Store, topology: Topology) => void,
): void {
  if (packet.error !== '') throw new Error(`limit: the handshake was refused: ${packet.error}`);
  switch (packet.type) {
    case Type.dbName:
      ask(sim, thread, Type.replconf);
      break;
    case Type.replconf:
      ask(sim, thread, Type.psync);
      break;
    case Type.psync:
      thread.following = true;
      setLink(sim, thread.store, true);
      break;
    case Type.fed:
      onFed(sim, thread, packet);
      break;
    case Type.announce:
      news(sim, thread.store, packet.body as Topology);
      break;
    default:
      throw new Error(`limit: a slave got a message of type ${packet.type}`);
  }
}

function setLink(sim: Limit, store: Store, isUp: boolean): void {
  store.linkUp = isUp;
  sim.note(store, 'link', isUp ? 'up' : 'down');
}

function onFed(sim: Limit, thread: Replication, packet: Packet): void {
  if (packet.count === 0) {
    if ((packet.getack && packet.ping) || isAckDue(sim, thread)) acknowledge(sim, thread);
    return;
  }
  thread.applying = true;
  thread.index = packet.index;
  thread.end = packet.index + packet.count;
  thread.forced = packet.getack;
  setReading(sim, thread.connection!, false);
  applyNext(sim, thread);
}

function applyNext(sim: Limit, thread: Replication): void {
  const { operation, master, store } = thread;
  operation.doing = Doing.appendFed;
  operation.update = master.log[thread.index++]!;
  submit(sim, store, operation);
}

/** A batch is applied. @returns whether the thread has come to the end that somebody waits for */
export function onApplied(sim: Limit, thread: Replication): boolean {
  if (thread.index < thread.end) {
    applyNext(sim, thread);
    return false;
  }
  thread.applying = false;
  if (thread.stopping) return true;
  if (thread.forced || isAckDue(sim, thread)) acknowledge(sim, thread);
  setReading(sim, thread.connection!, true);
  return false;
}

function isAckDue(sim: Limit, thread: Replication): boolean {
  return Math.floor(sim.now / second) > thread.lastAckSecond;
}

function acknowledge(sim: Limit, thread: Replication): void {
  const { applied } = thread.store;
  const packet = message(sim, thread.connection!, false, Type.ack);
  packet.offset = applied;
  send(sim, packet, applied);
  thread.lastAckSecond = Math.floor(sim.now / second);
}

/** Stops the thread, unless a read is in hand: then it ends with that. @returns whether it stopped */
export function stopReplication(sim: Limit, store: Store): boolean {
  const thread = store.replication!;
  if (thread.applying) {
    thread.stopping = true;
    return false;
  }
  endReplication(sim, thread);
  return true;
}

/** Hangs up; the node learns that the link is down. */
export function endReplication(sim: Limit, thread: Replication): void {
  const { store } = thread;
  store.replication = null;
  hangUp(sim, thread.connection!);
  if (thread.following) setLink(sim, store, false);
}
