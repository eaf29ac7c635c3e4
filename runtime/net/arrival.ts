/**
 * The receiving half of a stream. A message is delivered when its last byte has arrived; what the
 * process does not read stays with its kernel and fills the window.
 */
import { EntryKind, type Kernel } from '../kernel.js';
import type { Message } from '../vocabulary.js';
import { loseOnTheWay, silence } from './backoff.js';
import { isCut } from './link.js';
import {
  type Connection,
  type End,
  entryAbout,
  forgetIfOver,
  type NetworkState,
  type Packet,
} from './state.js';
import { launchReset, release, tell } from './stream.js';

/** A packet has come to its receiver's host. */
export function dispatchPacket(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection, direction, what } = packet;
  if (connection.state === 'over') return;
  const end = connection.ends[1 - direction] as End;
  if (what !== 'rst') connection.streams[direction].flight.shift();
  if (kernel.status(end.node) === 'off' || isCut(net, connection.ends[direction].node, end.node)) {
    if (what !== 'rst') loseOnTheWay(kernel, packet);
    return;
  }
  if (end.status !== 'open') {
    if (what === 'rst') forget(net, connection, packetEnd(packet));
    else refuse(net, kernel, packet);
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

/** A host that knows nothing of a connection says so; what it can't take is as good as lost. */
function refuse(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection } = packet;
  forget(net, connection, packetEnd(packet));
  if (connection.state === 'over') return;
  loseOnTheWay(kernel, packet);
  launchReset(net, kernel, connection, packetEnd(packet));
}

/** The end that a packet goes to. */
function packetEnd({ direction }: Packet): 0 | 1 {
  return direction === 0 ? 1 : 0;
}

/** An end is gone, with all that its kernel held. */
function forget(net: NetworkState, connection: Connection, at: 0 | 1): void {
  silence(connection, at);
  connection.ends[at].status = 'gone';
  forgetIfOver(net, connection);
}

/** The process reads one packet: its machine is told, the window opens. */
function read(net: NetworkState, kernel: Kernel, packet: Packet): void {
  const { connection, direction, what } = packet;
  const { id } = connection;
  const end = connection.ends[1 - direction] as End;
  if (what === 'data') {
    const message = packet.message as Message;
    const type = messageType(message.type);
    tell(kernel, end, { type, connection: id, message, view: undefined });
    release(net, kernel, connection, direction, packet.bytes);
  } else if (what === 'ack') {
    end.owner = kernel.root(end.node);
    tell(kernel, end, {
      type: 'accepted',
      connection: id,
      peer: kernel.nameOf(connection.ends[direction].node),
    });
  } else {
    forget(net, connection, packetEnd(packet));
    if (what === 'fin') tell(kernel, end, { type: 'closed', connection: id });
    else tell(kernel, end, { type: 'reset', connection: id, reason: 'reset' });
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
  kernel.schedule(entryAbout(EntryKind.read, connection, at), kernel.now);
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
