/**
 * The network as plain data: connections, links, rules. What is in flight lives in the queue.
 */
import type { Verdict } from '../fault.js';
import { createEntry, type Entry, type Instance } from '../kernel.js';
import type { Message, Tag } from '../vocabulary.js';

/** How one directed link behaves where it differs from the others. */
export interface LinkConfig {
  readonly from: string;
  readonly to: string;
  readonly latencyUs?: readonly number[];
  readonly bytesPerSecond?: number;
}

export interface NetworkConfig {
  /** One way, ascending: each entry is as likely as the next. Default [200]. */
  readonly latencyUs: readonly number[];
  /** Of every link; without it bytes cost no time. */
  readonly bytesPerSecond?: number;
  readonly links: readonly LinkConfig[];
  /** What a receiver takes before its process reads; default 65,536. */
  readonly windowBytes: number;
  /** What a sender's kernel takes beyond the window; default 65,536. */
  readonly sendBufferBytes: number;
  /** TCP keepalive of every connection end; without it none. */
  readonly keepalive?: {
    readonly idleMs: number;
    readonly intervalMs: number;
    readonly count: number;
  };
}

/** A rule of the nemesis. `from` and `to` are node indexes, -1 for any. The first match decides. */
export interface Rule {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly on?: 'message' | 'connect';
  readonly type?: string;
  readonly skip?: number;
  readonly times?: number;
  readonly ratio?: readonly [number, number];
  readonly verdict: Verdict;
}

export interface ActiveRule {
  readonly rule: Rule;
  /** How many matching ones it has met, and how many it bit. */
  seen: number;
  bitten: number;
}

/** A rule met a message or a connection attempt. */
export interface Bite {
  readonly rule: number;
  readonly connection: number;
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

export interface Packet {
  readonly connection: Connection;
  /** 0 from the opener to the accepter, 1 back. */
  readonly direction: 0 | 1;
  /** `ack` ends the handshake at the accepter. */
  readonly what: 'ack' | 'data' | 'fin' | 'rst';
  readonly message: Message | undefined;
  readonly bytes: number;
  readonly subject: number;
}

/** One end of a connection: what its kernel and its process hold of it. */
export interface End {
  readonly node: number;
  owner: Instance | undefined;
  /** `closed`: by its own process. `gone`: its kernel knows nothing of it, or it broke. */
  status: 'open' | 'closed' | 'gone';
  /** Arrived and not read. */
  unread: Packet[];
  reading: boolean;
  /** An entry that will read on is queued. */
  readQueued: boolean;
  /** When it last heard of its peer, and keepalive probes unanswered since. */
  heardAt: number;
  missed: number;
}

/** One direction of a connection. */
export interface Stream {
  /** Refused by the full kernel: the process is blocked on them. */
  waiting: Packet[];
  /** In the sender's kernel, not admitted by the window. */
  buffer: Packet[];
  bufferBytes: number;
  /** In flight and unread at the receiver. */
  outstanding: number;
  /** Read, but its acknowledgement can't come back. */
  unreleased: number;
  lastArrival: number;
  /** On the way, in order, but for resets; all of it was sent before what is lost. */
  flight: Entry<Packet>[];
  /** Lost, in order; sent again by the backoff. */
  lost: Packet[];
  /** Held by a rule, and what came after. */
  held: Packet[];
  heldBy: number;
  /** Whatever is sent vanishes, until the connection ends. */
  black: boolean;
  blocked: boolean;
  /** The next try of the retransmission backoff, as queued. */
  retry: Entry | undefined;
  /** The wait that ends with it, 0 without one; how many tries were made. */
  backoffUs: number;
  tries: number;
}

export interface Connection {
  readonly id: number;
  readonly subject: number;
  readonly tag: Tag;
  readonly ends: readonly [End, End];
  readonly streams: readonly [Stream, Stream];
  state: 'opening' | 'open' | 'over';
  /** Connection attempts that were lost. */
  tries: number;
}

export interface NetworkState {
  readonly config: NetworkConfig;
  readonly nodes: number;
  readonly connections: Map<number, Connection>;
  /** Connections opened so far by directed link: history only. */
  readonly opened: number[];
  /** Latency tables by directed link. */
  readonly latency: (readonly number[])[];
  readonly bytesPerSecond: (number | undefined)[];
  /** When each directed link has sent what was given to it. */
  readonly busyUntil: number[];
  /** How many partitions cut each directed link. */
  readonly cuts: number[];
  rules: ActiveRule[];
  /** Not yet recorded by the world. */
  readonly bites: Bite[];
}

const defaults: NetworkConfig = {
  latencyUs: [200],
  links: [],
  windowBytes: 65_536,
  sendBufferBytes: 65_536,
};

/** @throws RangeError naming a link's node that is not there */
export function createNetwork(
  names: readonly string[],
  given: Partial<NetworkConfig> = {},
): NetworkState {
  const config = { ...defaults, ...given };
  const count = names.length;
  if (count > 256) throw new RangeError(`network: ${count} nodes, expected at most 256`);
  const latency = new Array(count * count).fill(config.latencyUs);
  const bytesPerSecond = new Array(count * count).fill(config.bytesPerSecond);
  for (const link of config.links) {
    const at = indexIn(names, link.from) * count + indexIn(names, link.to);
    if (link.latencyUs !== undefined) latency[at] = link.latencyUs;
    if (link.bytesPerSecond !== undefined) bytesPerSecond[at] = link.bytesPerSecond;
  }
  return {
    config,
    nodes: count,
    connections: new Map(),
    opened: new Array(count * count).fill(0),
    latency,
    bytesPerSecond,
    busyUntil: new Array(count * count).fill(0),
    cuts: new Array(count * count).fill(0),
    rules: [],
    bites: [],
  };
}

function indexIn(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new RangeError(`link: unknown node '${name}', expected one of ${names.join(', ')}`);
}

/** @returns a stream that nothing has been sent on */
export function createStream(): Stream {
  return {
    waiting: [],
    buffer: [],
    bufferBytes: 0,
    outstanding: 0,
    unreleased: 0,
    lastArrival: 0,
    flight: [],
    lost: [],
    held: [],
    heldBy: 0,
    black: false,
    blocked: false,
    retry: undefined,
    backoffUs: 0,
    tries: 0,
  };
}

/** @returns an end that has heard nothing yet */
export function createEnd(node: number, owner: Instance | undefined, now: number): End {
  return {
    node,
    owner,
    status: 'open',
    unread: [],
    reading: true,
    readQueued: false,
    heardAt: now,
    missed: 0,
  };
}

/** The end that a node has; an instance tells the two apart when a node speaks to itself. */
export function endOf(connection: Connection, node: number, owner?: Instance): 0 | 1 {
  const [opener, accepter] = connection.ends;
  if (opener.node !== accepter.node) return opener.node === node ? 0 : 1;
  return opener.owner === owner ? 0 : 1;
}

/** Forgets a connection once neither end knows it any more. */
export function forgetIfOver(net: NetworkState, connection: Connection): void {
  if (connection.ends[0].status === 'open' || connection.ends[1].status === 'open') return;
  connection.state = 'over';
  net.connections.delete(connection.id);
}

/** One end or direction of a connection: what an entry is about that is no packet. */
export interface Way {
  readonly connection: Connection;
  readonly direction: 0 | 1;
}

/** @returns an entry for the node that has that end */
export function entryAbout(
  kind: Entry['kind'],
  connection: Connection,
  direction: 0 | 1,
): Entry<Way> {
  const { node } = connection.ends[direction];
  return createEntry(kind, node, connection.id * 2 + direction, { connection, direction });
}
