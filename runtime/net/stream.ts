/**
 * The sending half of a stream, ordered and reliable until broken. The window holds what is in
 * flight or unread, the kernel's send buffer what the window does not admit, and beyond that the
 * sending process is blocked. What is lost is sent again; a sender that gives up leaves its peer
 * half-open.
 */
import { createEntry, type Entry, EntryKind, type Kernel, type Mail, Purpose } from '../kernel.js';
import type { Message } from '../vocabulary.js';
import { backOff, loseAtDeparture, silence, startBackoff, stopBackoff } from './backoff.js';
import { arrivalOf, isCut, verdictOn } from './link.js';
import {
  type Connection,
  type End,
  forgetIfOver,
  type NetworkState,
  type Packet,
  type Stream,
  type Way,
} from './state.js';

/** @returns a packet of a stream, not yet sent */
export function createPacket(
  connection: Connection,
  direction: 0 | 1,
  what: Packet['what'],
  message?: Message,
  bytes = 0,
  subject = connection.subject,
): Packet {
  return { connection, direction, what, message, bytes, subject };
}

/** Takes a packet from the process: sends, buffers it, or blocks the process. */
export function enqueue(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection, direction } = packet;
  const stream = connection.streams[direction];
  if (stream.waiting.length === 0 && hasRoom(net, stream, packet)) {
    admit(net, kernel, stream, packet);
    return;
  }
  stream.waiting.push(packet);
  if (stream.blocked) return;
  stream.blocked = true;
  tell(kernel, connection.ends[direction], { type: 'blocked', connection: connection.id });
}

/** Whether the kernel takes a packet; what takes no room always. */
function hasRoom(net: NetworkState, stream: Stream, { bytes }: Packet): boolean {
  return (
    bytes === 0 ||
    stream.buffer.length === 0 ||
    stream.bufferBytes + bytes <= net.config.sendBufferBytes
  );
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
        startBackoff(kernel, connection, direction);
        return;
      case 'reset':
        // Should the resets get lost, the connection lives, and the packet is sent again.
        if (stream.held.length > 0) stream.held.push(packet);
        else loseAtDeparture(kernel, packet);
        launchReset(net, kernel, connection, 0);
        launchReset(net, kernel, connection, 1);
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
  const to = connection.ends[1 - direction]!.node;
  if (stream.lost.length > 0 || isCut(net, from, to)) {
    loseAtDeparture(kernel, packet);
    return;
  }
  stream.flight.push(travel(net, kernel, packet, delayUs));
}

/** Tells an end's peer, behind what is in flight, that the connection is no more; it may get lost. */
export function launchReset(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
): void {
  const from = connection.ends[direction].node;
  const to = connection.ends[1 - direction]!.node;
  if (connection.streams[direction].black || isCut(net, from, to)) return;
  travel(net, kernel, createPacket(connection, direction, 'rst'), 0);
}

/** @returns the packet's arrival, as queued */
function travel(net: NetworkState, kernel: Kernel, packet: Packet, delayUs: number): Entry<Packet> {
  const { connection, direction, subject, bytes } = packet;
  const stream = connection.streams[direction];
  const from = connection.ends[direction].node;
  const to = connection.ends[1 - direction]!.node;
  const purpose = packet.what === 'data' ? Purpose.latency : Purpose.connect;
  const arrival = arrivalOf(net, kernel, purpose, from, to, subject, bytes) + delayUs;
  stream.lastArrival = Math.max(arrival, stream.lastArrival);
  const identity = connection.id * 2 + direction;
  const entry = createEntry(EntryKind.packet, to, identity, packet, identity + 1);
  kernel.schedule(entry, stream.lastArrival);
  return entry;
}

/** A try of the backoff: what was lost goes out again if it can, or the sender gives up. */
export function dispatchRetransmit(
  net: NetworkState,
  kernel: Kernel,
  { connection, direction }: Way,
): void {
  const { node, status } = connection.ends[direction];
  if (connection.state === 'over' || status === 'gone') return;
  const stream = connection.streams[direction];
  const { lost, unreleased } = stream;
  const forward = isAnswered(net, kernel, connection, direction);
  const back = !isCut(net, connection.ends[1 - direction]!.node, node);
  stream.retry = undefined;
  if (forward && (back || unreleased === 0)) {
    stopBackoff(stream);
  } else if (!backOff(kernel, connection, direction)) {
    giveUp(net, kernel, connection, direction);
    return;
  }
  if (!forward) return;
  stream.lost = [];
  for (const packet of lost) launch(net, kernel, packet);
  if (back && unreleased > 0) release(net, kernel, connection, direction, 0);
}

/** Whether what an end sends gets there now, and the reset back if nobody there knows of it. */
function isAnswered(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
): boolean {
  const { node } = connection.ends[direction];
  const peer = connection.ends[1 - direction] as End;
  if (connection.streams[direction].black || isCut(net, node, peer.node)) return false;
  if (kernel.status(peer.node) === 'off') return false;
  if (peer.status !== 'gone') return true;
  return !connection.streams[1 - direction]!.black && !isCut(net, peer.node, node);
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

/** Bytes have been read: the window opens, unless the acknowledgement has no way back. */
export function release(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
  bytes: number,
): void {
  const stream = connection.streams[direction];
  const sender = connection.ends[direction];
  stream.unreleased += bytes;
  if (isCut(net, connection.ends[1 - direction]!.node, sender.node)) {
    if (bytes > 0 && sender.status !== 'gone') startBackoff(kernel, connection, direction);
    return;
  }
  // An acknowledgement that comes through makes up for those that didn't.
  stream.outstanding -= stream.unreleased;
  stream.unreleased = 0;
  if (stream.lost.length === 0 && !stream.black) stopBackoff(stream);
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
    if (!hasRoom(net, stream, stream.waiting[0] as Packet)) break;
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
