/** What a node does with the messages that it gets, and when its disk and workers are done. */
import { roleIn } from '../../machines/kvrocks/topology.js';
import { submit } from './disk.js';
import {
  type Connection,
  type DiskOperation,
  Doing,
  type Job,
  type Packet,
  Type,
  Update,
} from './entries.js';
import { endFeed, onRange, startFeed } from './feed.js';
import { onAck, onFailover, onJobPersisted } from './handover.js';
import type { Limit } from './limit.js';
import { endReplication, onApplied } from './replication.js';
import { replyOk, replyValue } from './reply.js';
import type { Feed, Replication, Slave, Store } from './store.js';
import { onCommandPersisted, onSetNodes, onStopped, onSynced, onTakeOver } from './takeover.js';
import { occupy, vacate } from './workers.js';

/** A message of a connection that was accepted: a command, or the ack of a slave that is fed. */
export function onMessage(sim: Limit, store: Store, packet: Packet): void {
  const connection = packet.connection!;
  if (packet.type === Type.ack) {
    acknowledged(sim, store, connection, packet.offset);
    return;
  }
  const { job } = connection;
  job.type = packet.type;
  job.id = packet.operation;
  job.attempt = packet.attempt;
  job.nth = packet.nth;
  job.key = packet.key;
  job.value = packet.value;
  job.numbers = packet.numbers;
  job.offset = packet.offset;
  job.body = packet.body;
  job.exclusive = packet.type === Type.setnodes || packet.type === Type.takeover;
  occupy(sim, store, job);
}

function acknowledged(sim: Limit, store: Store, { feed }: Connection, offset: number): void {
  const { slave } = feed as Feed;
  slave.ack = offset;
  const { handover } = store;
  if (handover.stage !== 'idle' && slave.address === handover.target) onAck(sim, handover);
}

/** The service of a command is over. */
export function onServed(sim: Limit, job: Job): void {
  if (job.served !== sim.heap.popped) return;
  const store = job.at as Store;
  const { operation } = job;
  switch (job.type) {
    case Type.set:
      operation.doing = Doing.appendCommand;
      operation.update = new Update(job.numbers, job.id, job.key, job.value!);
      submit(sim, store, operation);
      break;
    case Type.get:
      operation.doing = Doing.readKey;
      operation.key = job.key;
      if (submit(sim, store, operation)) onDiskDone(sim, store, operation);
      break;
    case Type.psync:
      operation.doing = Doing.readForPsync;
      operation.offset = job.offset;
      if (submit(sim, store, operation)) onDiskDone(sim, store, operation);
      break;
    case Type.failover:
      onFailover(sim, store, job);
      break;
    case Type.setnodes:
      onSetNodes(sim, store, job);
      break;
    case Type.takeover:
      onTakeOver(sim, store, job);
      break;
    case Type.replconf:
      listSlave(store, job);
      done(sim, store, job);
      break;
    case Type.info:
      replyOk(sim, store, job, factsOf(store));
      vacate(sim, store, job);
      break;
    default:
      done(sim, store, job);
  }
}

function done(sim: Limit, store: Store, job: Job): void {
  replyOk(sim, store, job);
  vacate(sim, store, job);
}

function listSlave(store: Store, { connection, body }: Job): void {
  const address = body as string;
  store.slaves.push({ connection: connection!, address, ack: 0, feed: 'none' });
}

/** What CLUSTER INFO prints. */
function factsOf(store: Store): Record<string, string | number | null> {
  return {
    role: roleIn(store.topology, store.name),
    master: store.master,
    cluster_current_epoch: store.topology.version,
    cluster_failover_state: store.failover,
    failover_reason: '',
    attached: store.feeds.length,
  };
}

/** A disk has carried an operation out. */
export function onDiskDone(sim: Limit, store: Store, operation: DiskOperation): void {
  switch (operation.doing) {
    case Doing.appendCommand:
      done(sim, store, operation.of as Job);
      break;
    case Doing.appendFed:
      if (onApplied(sim, operation.of as Replication)) {
        endReplication(sim, operation.of as Replication);
        onStopped(sim, store);
      }
      break;
    case Doing.readKey:
      replyValue(sim, store, operation.of as Job, operation.value);
      vacate(sim, store, operation.of as Job);
      break;
    case Doing.readForFeed:
      onRange(sim, operation.of as Feed);
      break;
    case Doing.readForPsync:
      onPlace(sim, store, operation);
      break;
    case Doing.persist:
      if (store.handover.stage !== 'idle') onJobPersisted(sim, store.handover);
      else onCommandPersisted(sim, store);
      break;
    case Doing.sync:
      onSynced(sim, store);
      break;
  }
}

/** The log has the place from which a slave wants to go on: it is fed from now on. */
function onPlace(sim: Limit, store: Store, operation: DiskOperation): void {
  const job = operation.of as Job;
  if (!operation.found) throw new Error('limit: a slave would need a full sync');
  done(sim, store, job);
  const slave = store.slaves.find(({ connection }) => connection === job.connection) as Slave;
  startFeed(sim, store, job.connection!, slave, job.offset);
}

/** A connection that was accepted has ended. */
export function onClosed(sim: Limit, store: Store, { feed }: Connection): void {
  if (feed === null) return;
  if (!(feed as Feed).ended) endFeed(feed as Feed);
  const untilTick = 100_000 - (sim.now % 100_000);
  store.cleanUp.arm(sim.heap, sim.now + untilTick);
}

/** The cron of a node: feeds that have ended are listed no more. */
export function onCleanUp(sim: Limit, store: Store): void {
  if (!store.cleanUp.isOver(sim.heap)) return;
  const running = store.slaves.filter(({ feed }) => feed !== 'stopped');
  store.slaves.splice(0, store.slaves.length, ...running);
}
