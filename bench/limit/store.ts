/** A node of the store as fields and arrays: storage, workers, role, and the threads on it. */

import { masterIn, oneShard, ownerOf, type Topology } from '../../machines/kvrocks/topology.js';
import type { FailoverState, Intent, Verdict } from '../../machines/kvrocks-handover/context.js';
import {
  type Connection,
  Deadline,
  DiskOperation,
  Due,
  DueKind,
  type Job,
  type Update,
} from './entries.js';
import type { Limit } from './limit.js';

/** Tables of microseconds of one node: services of workers, and of its disk. */
export interface Times {
  readonly read: readonly number[];
  readonly write: readonly number[];
  readonly admin: readonly number[];
  readonly append: readonly number[];
  readonly sync: readonly number[];
  readonly persist: readonly number[];
}

export class Store {
  readonly index: number;
  readonly name: string;
  readonly times: Times;

  // Storage: the log and where each update of it ends, and what it leads to.
  readonly log: Update[] = [];
  readonly ends: number[] = [];
  /** Values by number of key. */
  readonly contents: string[] = [];
  metadata: Readonly<Record<string, unknown>> = {};
  latest = 0;
  applied = 0;
  durable = 0;
  readonly diskQueue: DiskOperation[] = [];
  serving: DiskOperation | null = null;
  readonly diskDue: Due;

  // Workers and the guard.
  readonly workers: number;
  readonly waiting: Job[] = [];
  readonly atGuard: Job[] = [];
  readonly admitted: Job[] = [];
  barrier: Barrier | null = null;

  // Role.
  topology: Topology;
  /** Who owns the slots in its topology. */
  owner: string;
  master: string | null;
  linkUp = false;
  gate: 'open' | 'writes' | 'all' = 'open';
  failover: FailoverState = 'none';
  announced = 0;
  verdicts: Readonly<Record<string, Verdict>> = {};

  // Threads.
  readonly slaves: Slave[] = [];
  readonly feeds: Feed[] = [];
  replication: Replication | null = null;
  readonly handover: Handover;
  /** The push that is carried out, and the TAKEOVER that is decided: one command at a time. */
  asked: Job | null = null;
  readonly persisting: DiskOperation;
  readonly syncing: DiskOperation;
  readonly cleanUp: Deadline;

  constructor(
    index: number,
    name: string,
    shard: readonly string[],
    workers: number,
    times: Times,
  ) {
    this.index = index;
    this.name = name;
    this.workers = workers;
    this.times = times;
    this.topology = oneShard(shard, 1);
    this.owner = ownerOf(this.topology, 0)!;
    this.master = masterIn(this.topology, name);
    this.diskDue = new Due(DueKind.disk, this);
    this.persisting = new DiskOperation(this);
    this.syncing = new DiskOperation(this);
    this.handover = new Handover(this);
    this.cleanUp = new Deadline('a clean-up', DueKind.cleanUp, this);
  }
}

/** Somebody who waits until the commands admitted before have been answered. */
export interface Barrier {
  left: number;
  readonly then: (sim: Limit, store: Store) => void;
}

/** A slave that has said its address. */
export interface Slave {
  readonly connection: Connection;
  readonly address: string;
  ack: number;
  feed: 'none' | 'running' | 'stopped';
}

/** The feed thread of one attached slave. */
export class Feed {
  readonly store: Store;
  readonly connection: Connection;
  readonly slave: Slave;
  next: number;
  /** The last number to be sent before an ack is asked for that the master wants; 0: none. */
  owed = 0;
  idle = false;
  ended = false;
  polls = 0;
  /** Since when it idles: the anchor of its polls. */
  since = 0;
  /** The key of its next poll, 0 while its log has nothing new. */
  polled = 0;
  readonly pollDue: Due;
  readonly pinging: Deadline;
  readonly operation: DiskOperation;

  constructor(store: Store, connection: Connection, slave: Slave, next: number) {
    this.store = store;
    this.connection = connection;
    this.slave = slave;
    this.next = next;
    this.pollDue = new Due(DueKind.poll, this);
    this.pinging = new Deadline('a ping', DueKind.ping, this);
    this.operation = new DiskOperation(this);
  }
}

/** The replication thread of a slave. */
export class Replication {
  readonly role = 'replication';
  readonly store: Store;
  readonly master: Store;
  connection: Connection | null = null;
  following = false;
  applying = false;
  /** Somebody waits for it to stop once the read in hand is applied. */
  stopping = false;
  /** The read in hand: places in the master's log. */
  index = 0;
  end = 0;
  forced = false;
  lastAckSecond = -1;
  readonly connecting = new Deadline('a connection attempt');
  readonly operation: DiskOperation;

  constructor(store: Store, master: Store) {
    this.store = store;
    this.master = master;
    this.operation = new DiskOperation(this);
  }
}

/** The failover job of a master, and its call to the target. */
export class Handover {
  readonly role = 'call';
  readonly store: Store;
  stage:
    | 'idle'
    | 'calling'
    | 'awaiting'
    | 'sleeping'
    | 'awaiting again'
    | 'draining'
    | 'listening'
    | 'intending'
    | 'asking'
    | 'stepping down' = 'idle';
  target = '';
  timeoutMs = 1000;
  sample = 0;
  sampledAt = 0;
  startedAt = 0;
  targetOffset = 0;
  attempts = 0;
  intent: Intent | null = null;
  call: Connection | null = null;
  readonly sampling: Due;
  readonly connecting = new Deadline('a connection attempt');
  readonly patience = new Deadline('a step of the failover');
  readonly callPatience = new Deadline('the answer to TAKEOVER');

  constructor(store: Store) {
    this.store = store;
    this.sampling = new Due(DueKind.sampling, this);
  }
}
