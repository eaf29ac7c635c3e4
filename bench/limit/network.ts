/**
 * Streams over links with latency: connect, send, deliver in order, end. What no run without faults
 * makes use of is left out: windows that fill, keepalive, loss.
 */
import { linkIdentity, Purpose } from '../../runtime/kernel.js';
import { type Accepter, Connection, type Opener, type Packet, What } from './entries.js';
import type { Limit } from './limit.js';

/** Begins to connect. @returns the connection, once it is open known to both */
export function open(
  sim: Limit,
  opener: Opener,
  from: number,
  to: Accepter,
  timeoutMs: number,
  subject: number,
): Connection {
  const connection = new Connection(from, to, opener, subject);
  opener.connecting.arm(sim.heap, sim.now + timeoutMs * 1000);
  sim.heap.push(sim.now + leg(sim, connection, false), connection.due);
  return connection;
}

/** A leg of the handshake has arrived. @returns whether the connection is open now */
export function shakeHands(sim: Limit, connection: Connection): boolean {
  if (connection.state === 'syn') {
    connection.state = 'answer';
    connection.accepterOpen = true;
    sim.heap.push(sim.now + leg(sim, connection, true), connection.due);
    return false;
  }
  connection.state = 'open';
  connection.opener.connecting.disarm();
  const packet = sim.take();
  packet.what = What.ack;
  packet.connection = connection;
  packet.back = false;
  travel(sim, packet, connection, connection.subject);
  return true;
}

function leg(sim: Limit, connection: Connection, back: boolean): number {
  const link = linkOf(connection, back);
  return sim.decisions.draw(Purpose.connect, link, connection.subject, sim.latency);
}

/** A message to be filled in and sent. */
export function message(sim: Limit, connection: Connection, back: boolean, type: number): Packet {
  const packet = sim.take();
  packet.what = What.data;
  packet.connection = connection;
  packet.back = back;
  packet.type = type;
  packet.error = '';
  packet.value = null;
  return packet;
}

/** Sends a message. @returns false when its sender's end is closed: it is gone */
export function send(sim: Limit, packet: Packet, subject: number): boolean {
  const connection = packet.connection!;
  const isOpen = packet.back ? connection.accepterOpen : connection.openerOpen;
  if (connection.state !== 'open' || !isOpen) {
    sim.give(packet);
    return false;
  }
  travel(sim, packet, connection, subject);
  return true;
}

/** The same for the nth message about a subject on its link, as its sender knows. */
export function sendNth(sim: Limit, packet: Packet, subject: number, nth: number): boolean {
  const connection = packet.connection!;
  const isOpen = packet.back ? connection.accepterOpen : connection.openerOpen;
  if (connection.state !== 'open' || !isOpen) {
    sim.give(packet);
    return false;
  }
  const link = linkOf(connection, packet.back);
  const takes = sim.decisions.drawNth(Purpose.latency, link, subject, nth, sim.latency);
  travelUntil(sim, packet, connection, sim.now + takes);
  return true;
}

function linkOf({ from, to }: Connection, back: boolean): number {
  return back ? linkIdentity(to, from) : linkIdentity(from, to);
}

function travel(sim: Limit, packet: Packet, connection: Connection, subject: number): void {
  const purpose = packet.what === What.data ? Purpose.latency : Purpose.connect;
  const link = linkOf(connection, packet.back);
  const takes = sim.decisions.draw(purpose, link, subject, sim.latency);
  travelUntil(sim, packet, connection, sim.now + takes);
}

/** Nothing overtakes what was sent before in the same direction. */
function travelUntil(sim: Limit, packet: Packet, connection: Connection, arrival: number): void {
  let at = arrival;
  if (packet.back) {
    if (at < connection.lastBack) at = connection.lastBack;
    connection.lastBack = at;
  } else {
    if (at < connection.lastForward) at = connection.lastForward;
    connection.lastForward = at;
  }
  sim.heap.push(at, packet.due);
}

/** The opener ends a connection: behind what it has sent, or at once when it leaves input unread. */
export function hangUp(sim: Limit, connection: Connection): void {
  if (!connection.openerOpen) return;
  if (connection.state !== 'open') throw new Error('limit: hung up before it was connected');
  connection.openerOpen = false;
  endFrom(sim, connection, false, connection.unread.length > 0 ? What.rst : What.fin);
}

function endFrom(sim: Limit, connection: Connection, back: boolean, what: number): void {
  const packet = sim.take();
  packet.what = what;
  packet.connection = connection;
  packet.back = back;
  travel(sim, packet, connection, connection.subject);
  forgetIfOver(connection);
}

function forgetIfOver(connection: Connection): void {
  if (!connection.openerOpen && !connection.accepterOpen) connection.state = 'over';
}

/** A packet has arrived. @returns whether its receiver is to be told of it now */
export function arrive(sim: Limit, packet: Packet): boolean {
  const connection = packet.connection!;
  const { back } = packet;
  if (connection.state === 'over' || (back ? connection.backLost : connection.forwardLost)) {
    sim.give(packet);
    return false;
  }
  if (!(back ? connection.openerOpen : connection.accepterOpen)) {
    refuse(sim, packet, connection);
    return false;
  }
  if (back && (connection.unread.length > 0 || !connection.reading || connection.readQueued)) {
    connection.unread.push(packet);
    return false;
  }
  return read(packet, connection);
}

/** A host that knows nothing of a connection any more says so. */
function refuse(sim: Limit, packet: Packet, connection: Connection): void {
  const { back, what } = packet;
  sim.give(packet);
  forgetIfOver(connection);
  if (what === What.rst || connection.state === 'over') return;
  if (back) connection.backLost = true;
  else connection.forwardLost = true;
  endFrom(sim, connection, !back, What.rst);
}

function read(packet: Packet, connection: Connection): boolean {
  if (packet.what === What.fin || packet.what === What.rst) {
    if (packet.back) connection.openerOpen = false;
    else connection.accepterOpen = false;
    forgetIfOver(connection);
  }
  return true;
}

/** Stops or goes on reading. */
export function setReading(sim: Limit, connection: Connection, on: boolean): void {
  connection.reading = on;
  if (on && connection.unread.length > 0) queueRead(sim, connection);
}

function queueRead(sim: Limit, connection: Connection): void {
  if (connection.readQueued) return;
  connection.readQueued = true;
  sim.heap.push(sim.now, connection.readDue);
}

/** It is the turn of unread input. @returns the packet that the opener is to be told of, if any */
export function readOn(sim: Limit, connection: Connection): Packet | null {
  connection.readQueued = false;
  if (!connection.openerOpen || !connection.reading) return null;
  const packet = connection.unread.shift();
  if (packet === undefined) return null;
  const isTold = read(packet, connection);
  if (connection.unread.length > 0) queueRead(sim, connection);
  return isTold ? packet : null;
}
