/**
 * A direction of a connection: ordered and reliable until broken. A message is delivered when its
 * last byte has arrived; the window holds what is in flight or unread, the kernel's send buffer what
 * the window does not admit, and beyond that the sending process is blocked.
 *
 * A lost packet is sent again after 200 ms, doubling, at most 120 s apart; everything behind it
 * waits. After 15 tries the sender gives up, and its peer is left half-open.
 */
import { EntryKind, type Kernel, type Mail, Purpose } from '../kernel.js';
import type { Message } from '../vocabulary.js';
import { arrivalOf, isCut, verdictOn } from './link.js';
import {
  type Connection,
  type End,
  forgetIfOver,
  type NetworkState,
  type Packet,
  type Stream,
} from './state.js';

export const firstBackoffUs = 200_000;
const lastBackoffUs = 120_000_000;
export const triesMax = 15;
/** How long 15 tries take: what a sender waits on a connection that swallows everything. */
export const giveUpUs = 924_600_000;

interface ConnectionEntry {
  readonly connection: Connection;
  readonly direction: 0 | 1;
}

/** @returns a packet of a stream, not yet sent */
export function createPacket(
  connection: Connection,
  direction: 0 | 1,
  what: Packet['what'],
  message?: Message,
  bytes = 0,
  subject = 0,
): Packet {
  return {
    kind: EntryKind.packet,
    node: connection.ends[1 - direction]!.node,
    lane: connection.id * 2 + direction + 1,
    identity: connection.id * 2 + direction,
    live: true,
    connection,
    direction,
    what,
    message,
    bytes,
    subject,
  };
}

/** Takes a packet from the process: sends, buffers it, or blocks the process. */
export function enqueue(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection, direction } = packet;
  const stream = connection.streams[direction];
  const isFull =
    stream.buffer.length > 0 && stream.bufferBytes + packet.bytes > net.config.sendBufferBytes;
  if (stream.waiting.length === 0 && !isFull) {
    admit(net, kernel, stream, packet);
    return;
  }
  stream.waiting.push(packet);
  if (stream.blocked) return;
  stream.blocked = true;
  tell(kernel, connection.ends[direction], { type: 'blocked', connection: connection.id });
}

function admit(net: NetworkState, kernel: Kernel, stream: Stream, packet: Packet): void {
  if (stream.buffer.length === 0 && fits(net, stream, packet)) {
    transmit(net, kernel, packet);
  } else {
    stream.buffer.push(packet);
    stream.bufferBytes += packet.bytes;
  }
}

function fits(net: NetworkState, stream: Stream, packet: Packet): boolean {
  return (
    packet.bytes === 0 ||
    stream.outstanding === 0 ||
    stream.outstanding + packet.bytes <= net.config.windowBytes
  );
}

/** Puts a packet on the wire for the first time: the rules see it, once. */
function transmit(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection, direction } = packet;
  const stream = connection.streams[direction];
  stream.outstanding += packet.bytes;
  if (stream.black) return;
  let delayUs = 0;
  if (net.rules.length > 0 && packet.message !== undefined) {
    const { type } = packet.message;
    const { subject } = packet;
    const found = verdictOn(net, kernel, connection, direction, 'message', type, subject);
    switch (found.verdict.kind) {
      case 'drop':
        stream.black = true;
        queueRetransmit(kernel, connection, direction, giveUpUs);
        return;
      case 'reset':
        breakOnTheWay(net, kernel, connection);
        return;
      case 'hold':
        if (stream.held.length === 0) stream.heldBy = found.rule;
        stream.held.push(packet);
        return;
      case 'delay':
        delayUs = found.verdict.us;
        break;
      case 'pass':
        break;
    }
  }
  if (stream.held.length > 0) stream.held.push(packet);
  else launch(net, kernel, packet, delayUs);
}

/** Sends a packet towards its receiver, behind what was sent before; a cut link loses it. */
export function launch(net: NetworkState, kernel: Kernel, packet: Packet, delayUs = 0): void {
  const { connection, direction } = packet;
  const stream = connection.streams[direction];
  const from = connection.ends[direction].node;
  const to = packet.node;
  if (stream.lost.length > 0 || isCut(net, from, to)) {
    lose(kernel, packet);
    return;
  }
  const purpose = packet.what === 'data' ? Purpose.latency : Purpose.connect;
  const { subject, bytes } = packet;
  const arrival = arrivalOf(net, kernel, purpose, from, to, subject, bytes) + delayUs;
  stream.lastArrival = Math.max(arrival, stream.lastArrival);
  packet.live = true;
  kernel.schedule(packet, stream.lastArrival);
}

/** A packet got lost: its sender will try again. */
export function lose(kernel: Kernel, packet: Packet): void {
  const { connection, direction } = packet;
  const stream = connection.streams[direction];
  stream.lost.push(packet);
  if (stream.backoffUs > 0) return;
  stream.tries = 0;
  stream.backoffUs = firstBackoffUs;
  queueRetransmit(kernel, connection, direction, firstBackoffUs);
}

function queueRetransmit(
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
  inUs: number,
): void {
  const entry = {
    kind: EntryKind.retransmit,
    node: connection.ends[direction].node,
    lane: 0,
    identity: connection.id * 2 + direction,
    live: true,
    connection,
    direction,
  } as const;
  kernel.schedule(entry, kernel.now + inUs);
}

/** A try of the backoff: what was lost goes out again if it can, or the sender gives up. */
export function dispatchRetransmit(
  net: NetworkState,
  kernel: Kernel,
  { connection, direction }: ConnectionEntry,
): void {
  const end = connection.ends[direction];
  const stream = connection.streams[direction];
  if (connection.state === 'over' || end.status === 'gone') return;
  if (stream.black) {
    giveUp(net, kernel, connection, direction);
    return;
  }
  const peer = connection.ends[1 - direction]!;
  const forward = !isCut(net, end.node, peer.node) && kernel.status(peer.node) !== 'off';
  const back = !isCut(net, peer.node, end.node);
  if (forward && stream.lost.length > 0) {
    const { lost } = stream;
    stream.lost = [];
    stream.backoffUs = 0;
    for (const packet of lost) launch(net, kernel, packet);
  }
  if (back && stream.unreleased > 0) {
    const bytes = stream.unreleased;
    stream.unreleased = 0;
    release(net, kernel, connection, direction, bytes);
  }
  if (stream.lost.length === 0 && stream.unreleased === 0) {
    stream.backoffUs = 0;
  } else if (++stream.tries > triesMax) {
    giveUp(net, kernel, connection, direction);
  } else if (stream.backoffUs > 0) {
    stream.backoffUs = Math.min(stream.backoffUs * 2, lastBackoffUs);
    queueRetransmit(kernel, connection, direction, stream.backoffUs);
  }
}

/** The sender's kernel gives a connection up; its peer hears nothing of it. */
export function giveUp(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
): void {
  const end = connection.ends[direction];
  const wasOpen = end.status === 'open';
  silence(connection, direction);
  end.status = 'gone';
  if (wasOpen) tell(kernel, end, { type: 'reset', connection: connection.id, reason: 'timeout' });
  forgetIfOver(net, connection);
}

/** Forgets whatever an end had not yet put on the wire. */
export function silence(connection: Connection, direction: 0 | 1): void {
  const stream = connection.streams[direction];
  stream.waiting = [];
  stream.buffer = [];
  stream.bufferBytes = 0;
  stream.lost = [];
  stream.held = [];
  connection.ends[direction].unread = [];
}

/** A connection breaks on the way: both ends hear of it, after what is in flight. */
function breakOnTheWay(net: NetworkState, kernel: Kernel, connection: Connection): void {
  for (const direction of [0, 1] as const) {
    connection.streams[direction].black = true;
    launch(net, kernel, createPacket(connection, direction, 'rst'));
  }
}

/** A packet has come to its receiver's host. */
export function dispatchPacket(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection, direction } = packet;
  const stream = connection.streams[direction];
  const end = connection.ends[1 - direction] as End;
  const sender = connection.ends[direction];
  if (connection.state === 'over') return;
  if (kernel.status(end.node) === 'off' || isCut(net, sender.node, end.node)) {
    if (sender.status !== 'gone') lose(kernel, packet);
    return;
  }
  if (stream.lost.length > 0) {
    stream.lost.push(packet);
    return;
  }
  if (end.status !== 'open') {
    if (packet.what === 'data' || packet.what === 'ack') answerReset(net, kernel, packet);
    else forgetIfOver(net, connection);
    return;
  }
  end.heardAt = kernel.now;
  end.missed = 0;
  if (end.unread.length > 0 || !isReading(kernel, end)) end.unread.push(packet);
  else read(net, kernel, packet);
}

function isReading(kernel: Kernel, end: End): boolean {
  return end.reading && !end.readQueued && kernel.status(end.node) === 'running';
}

/** A host that knows nothing of a connection says so. */
function answerReset(net: NetworkState, kernel: Kernel, to: Packet): void {
  const back = to.direction === 0 ? 1 : 0;
  const { connection } = to;
  connection.streams[to.direction].black = true;
  if (connection.ends[to.direction].status === 'gone') return;
  launch(net, kernel, createPacket(connection, back, 'rst'));
}

/** The process reads one packet: its machine is told, the window opens. */
function read(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection, direction, what } = packet;
  const { id } = connection;
  const end = connection.ends[1 - direction] as End;
  if (what === 'data') {
    const message = packet.message as Message;
    tell(kernel, end, { type: messageType(message.type), connection: id, message });
    release(net, kernel, connection, direction, packet.bytes);
  } else if (what === 'ack') {
    end.owner = kernel.root(end.node);
    tell(kernel, end, {
      type: 'accepted',
      connection: id,
      peer: kernel.nameOf(connection.ends[direction].node),
    });
  } else {
    silence(connection, direction === 0 ? 1 : 0);
    end.status = 'gone';
    if (what === 'fin') tell(kernel, end, { type: 'closed', connection: id });
    else tell(kernel, end, { type: 'reset', connection: id, reason: 'reset' });
    forgetIfOver(net, connection);
  }
}

/** Reads the first unread packet of an end; the next follows as an entry of its own. */
export function readOn(net: NetworkState, kernel: Kernel, connection: Connection, at: 0 | 1): void {
  const end = connection.ends[at];
  end.readQueued = false;
  if (end.status !== 'open' || !isReading(kernel, end)) return;
  const packet = end.unread.shift();
  if (packet === undefined) return;
  read(net, kernel, packet);
  if (end.unread.length > 0) queueRead(kernel, connection, at);
}

/** Queues the reading of an end's unread input, at once but in its turn. */
export function queueRead(kernel: Kernel, connection: Connection, at: 0 | 1): void {
  const end = connection.ends[at];
  if (end.readQueued) return;
  end.readQueued = true;
  const entry = {
    kind: EntryKind.read,
    node: end.node,
    lane: 0,
    identity: connection.id * 2 + at,
    live: true,
    connection,
    direction: at,
  } as const;
  kernel.schedule(entry, kernel.now);
}

/** Bytes have been read: the window opens, unless the acknowledgement has no way back. */
function release(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
  bytes: number,
): void {
  const stream = connection.streams[direction];
  const sender = connection.ends[direction];
  if (isCut(net, connection.ends[1 - direction]!.node, sender.node)) {
    stream.unreleased += bytes;
    if (bytes === 0 || stream.backoffUs > 0) return;
    stream.tries = 0;
    stream.backoffUs = firstBackoffUs;
    queueRetransmit(kernel, connection, direction, firstBackoffUs);
    return;
  }
  stream.outstanding -= bytes;
  if (stream.buffer.length > 0) refill(net, kernel, connection, direction);
}

function refill(net: NetworkState, kernel: Kernel, connection: Connection, direction: 0 | 1): void {
  const stream = connection.streams[direction];
  while (stream.buffer.length > 0 && fits(net, stream, stream.buffer[0] as Packet)) {
    const packet = stream.buffer.shift() as Packet;
    stream.bufferBytes -= packet.bytes;
    transmit(net, kernel, packet);
  }
  while (stream.waiting.length > 0) {
    const { bytes } = stream.waiting[0] as Packet;
    if (stream.buffer.length > 0 && stream.bufferBytes + bytes > net.config.sendBufferBytes) break;
    admit(net, kernel, stream, stream.waiting.shift() as Packet);
  }
  if (!stream.blocked || stream.waiting.length > 0) return;
  stream.blocked = false;
  tell(kernel, connection.ends[direction], { type: 'writable', connection: connection.id });
}

/** Gives an event to the machine that owns an end, if one does. */
export function tell(kernel: Kernel, end: End, mail: Mail): void {
  if (end.owner !== undefined) kernel.emit(end.owner, mail);
}

const messageTypes: Map<string, `message.${string}`> = new Map();

/** The event type of a message, made once per message type. */
function messageType(type: string): `message.${string}` {
  let known = messageTypes.get(type);
  if (known === undefined) {
    known = `message.${type}`;
    messageTypes.set(type, known);
  }
  return known;
}
