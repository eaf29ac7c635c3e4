/**
 * What lies in the heap, and what it is about. One class each, allocated once and used again: a
 * packet comes from a pool, a disk, a job or a poll has one entry of its own.
 */
import type { Heap } from './heap.js';

/** What an entry of the heap is about. */
export const DueKind = {
  invoke: 0,
  connect: 1,
  packet: 2,
  read: 3,
  service: 4,
  disk: 5,
  poll: 6,
  ping: 7,
  clientPause: 8,
  operatorPause: 9,
  sampling: 10,
  cleanUp: 11,
  deadline: 12,
} as const;

export class Due {
  readonly kind: number;
  readonly of: object;

  constructor(kind: number, of: object) {
    this.kind = kind;
    this.of = of;
  }
}

/** What a packet is to the kernels. */
export const What = { ack: 0, data: 1, fin: 2, rst: 3 } as const;

/** What a message is; a reply has the code of its command. */
export const Type = {
  set: 0,
  get: 1,
  failover: 2,
  info: 3,
  setnodes: 4,
  takeover: 5,
  dbName: 6,
  replconf: 7,
  psync: 8,
  ack: 9,
  fed: 10,
  announce: 11,
} as const;

/** Names of messages by code, as the record has them. */
export const typeNames = ['set', 'get', 'failover', 'info', 'setnodes', 'takeover'] as const;

export class Packet {
  readonly due: Due;
  connection: Connection | null = null;
  /** From the accepter to the opener. */
  back = false;
  what: number = What.data;
  type = 0;
  operation = 0;
  attempt = 0;
  /** How often the same operation was sent to the same node before. */
  nth = 0;
  key = 0;
  value: string | null = null;
  numbers = 1;
  /** '' for none. */
  error = '';
  /** An offset; where it stands in its sender's log; how many batches. */
  offset = 0;
  index = 0;
  count = 0;
  getack = false;
  ping = false;
  /** What is rare: a topology, an intent, facts, an address. */
  body: unknown = null;
  /** The next one in the pool. */
  next: Packet | null = null;

  constructor() {
    this.due = new Due(DueKind.packet, this);
  }
}

/** Whoever opens connections. */
export interface Opener {
  readonly role: 'client' | 'operator' | 'replication' | 'call';
  /** How long a connection attempt may take; one at a time. */
  readonly connecting: Deadline;
}

/** Whoever accepts them: a node of the store. */
export interface Accepter {
  readonly index: number;
}

export class Connection {
  readonly from: number;
  readonly to: number;
  readonly subject: number;
  readonly opener: Opener;
  readonly accepter: Accepter;
  state: 'syn' | 'answer' | 'open' | 'over' = 'syn';
  openerOpen = true;
  accepterOpen = false;
  /** A packet met an end that was closed: what is behind it is lost. */
  forwardLost = false;
  backLost = false;
  lastForward = 0;
  lastBack = 0;
  /** The command in service at the accepter, and the feed that took the connection over. */
  readonly job: Job;
  feed: object | null = null;
  /** What the opener has not read. */
  readonly unread: Packet[] = [];
  reading = true;
  readQueued = false;
  readonly due: Due;
  readonly readDue: Due;

  constructor(from: number, to: Accepter, opener: Opener, subject: number) {
    this.from = from;
    this.to = to.index;
    this.opener = opener;
    this.accepter = to;
    this.subject = subject;
    this.job = new Job(to, this);
    this.due = new Due(DueKind.connect, this);
    this.readDue = new Due(DueKind.read, this);
  }
}

/** A command in service. */
export class Job {
  readonly at: Accepter;
  /** Null for what a node asks of itself. */
  readonly connection: Connection | null;
  readonly due: Due;
  readonly operation: DiskOperation;
  type = 0;
  id = 0;
  attempt = 0;
  nth = 0;
  key = 0;
  value: string | null = null;
  numbers = 1;
  body: unknown = null;
  offset = 0;
  exclusive = false;
  /** A barrier waits for it. */
  awaited = false;
  /** The key of the end of its service. */
  served = 0;

  constructor(at: Accepter, connection: Connection | null) {
    this.at = at;
    this.connection = connection;
    this.due = new Due(DueKind.service, this);
    this.operation = new DiskOperation(this);
  }
}

/** A write as the log keeps it: one key, by its number, and how many offsets it takes. */
export class Update {
  readonly count: number;
  readonly operation: number;
  readonly key: number;
  readonly value: string;

  constructor(count: number, operation: number, key: number, value: string) {
    this.count = count;
    this.operation = operation;
    this.key = key;
    this.value = value;
  }
}

/** What a disk does. */
export const Doing = {
  appendCommand: 0,
  appendFed: 1,
  readKey: 2,
  readForFeed: 3,
  readForPsync: 4,
  persist: 5,
  sync: 6,
} as const;

/** Whoever asks a disk has one of these at a time. */
export class DiskOperation {
  readonly of: object;
  doing = 0;
  update: Update | null = null;
  key = 0;
  /** What a read brought: a value, or a place in the log, from an offset on. */
  value: string | null = null;
  offset = 0;
  index = 0;
  count = 0;
  next = 0;
  /** Whether the log had it. */
  found = true;
  /** The end of the log when its service began. */
  covers = 0;
  fields: Readonly<Record<string, unknown>> | null = null;

  constructor(of: object) {
    this.of = of;
  }
}

/**
 * A timer that is armed often and fires never or rarely. One entry waits in the heap; when it is
 * due and the deadline has moved on, it is put in again under the key that the deadline had got.
 */
export class Deadline {
  readonly what: string;
  readonly due: Due;
  key = 0;
  private queued = 0;

  constructor(what: string, kind: number = DueKind.deadline, of?: object) {
    this.what = what;
    this.due = new Due(kind, of ?? this);
  }

  arm(heap: Heap<Due>, time: number): void {
    const key = heap.keyFor(time);
    this.key = key;
    if (this.queued === 0 || key < this.queued) {
      this.queued = key;
      heap.insert(key, this.due);
    }
  }

  disarm(): void {
    this.key = 0;
  }

  /** Takes its entry. @returns whether the deadline has come */
  isOver(heap: Heap<Due>): boolean {
    if (heap.popped !== this.queued) return false;
    this.queued = 0;
    if (this.key === 0) return false;
    if (this.key > heap.popped) {
      this.queued = this.key;
      heap.insert(this.key, this.due);
      return false;
    }
    this.key = 0;
    return true;
  }
}
