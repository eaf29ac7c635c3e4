/**
 * Streams as a process sees TCP: ordered, reliable until broken, over links that have latency and
 * bandwidth and can be cut, held, delayed, reset or made to swallow everything. The verbs of the
 * world and its nemesis; how streams and handshakes work is in the files beside.
 */
import { type Entry, EntryKind, type Instance, type Kernel } from '../kernel.js';
import type { EffectParams } from '../vocabulary.js';
import { dispatchPacket, queueRead, readOn } from './arrival.js';
import { silence } from './backoff.js';
import { type Attempt, dispatchConnect, queueKeepalive } from './connect.js';
import { isCut } from './link.js';
import {
  type Connection,
  type End,
  endOf,
  forgetIfOver,
  type NetworkState,
  type Packet,
  type Stream,
  type Way,
} from './state.js';
import {
  createPacket,
  dispatchRetransmit,
  enqueue,
  giveUp,
  launch,
  launchReset,
  tell,
} from './stream.js';

export { open } from './connect.js';
export { addRule, cut, mend } from './link.js';
export { createNetwork, type NetworkConfig, type NetworkState, type Rule } from './state.js';

const defaultBytes = 64;

/** Takes a due entry of one of the network's kinds. */
export function dispatch(net: NetworkState, kernel: Kernel, entry: Entry): void {
  if (entry.kind === EntryKind.packet) {
    dispatchPacket(net, kernel, entry.of as Packet);
    return;
  }
  if (entry.kind === EntryKind.connect) {
    dispatchConnect(net, kernel, entry.of as Attempt);
    return;
  }
  const at = entry.of as Way;
  if (entry.kind === EntryKind.retransmit) dispatchRetransmit(net, kernel, at);
  else if (entry.kind === EntryKind.read) readOn(net, kernel, at.connection, at.direction);
  else dispatchKeepalive(net, kernel, at.connection, at.direction);
}

/**
 * Writes a message. A connection that has ended under its owner takes nothing more: it was told.
 * @returns whether the kernel took it, or will when the sender is unblocked
 */
export function send(
  net: NetworkState,
  kernel: Kernel,
  by: Instance,
  params: EffectParams['send'],
): boolean {
  const connection = net.connections.get(params.connection);
  if (connection === undefined || connection.state !== 'open') return false;
  const direction = endOf(connection, by.node, by);
  if (connection.ends[direction].status !== 'open') return false;
  const { message, bytes = defaultBytes, subject = 0 } = params;
  enqueue(net, kernel, createPacket(connection, direction, 'data', message, bytes, subject));
  return true;
}

/** Ends a connection from one side; its owner is told nothing more of it. */
export function close(
  net: NetworkState,
  kernel: Kernel,
  by: Instance,
  params: EffectParams['close'],
): void {
  const connection = net.connections.get(params.connection);
  if (connection === undefined) return;
  closeEnd(net, kernel, connection, endOf(connection, by.node, by), params.abort ?? false);
}

function closeEnd(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
  abort: boolean,
): void {
  const end = connection.ends[direction];
  if (end.status !== 'open') return;
  const isAccepted = end.owner !== undefined;
  end.owner = undefined;
  if (connection.state === 'opening' && isAccepted) {
    connection.ends[0].status = 'gone';
    connection.ends[1].status = 'gone';
  } else if (abort || end.unread.length > 0) {
    // Linux: closing with unread input, like an abort, tells the peer that something was lost.
    silence(connection, direction);
    end.status = 'gone';
    launchReset(net, kernel, connection, direction);
  } else if (!isAccepted) {
    // Its opener hears of it when the end of the handshake arrives.
    end.status = 'gone';
  } else {
    end.status = 'closed';
    flush(connection.streams[direction]);
    enqueue(net, kernel, createPacket(connection, direction, 'fin'));
  }
  forgetIfOver(net, connection);
}

/** The kernel takes over what its process still had to write. */
function flush(stream: Stream): void {
  for (const packet of stream.waiting) {
    stream.buffer.push(packet);
    stream.bufferBytes += packet.bytes;
  }
  stream.waiting = [];
}

/** Stops or goes on reading. */
export function receive(
  net: NetworkState,
  kernel: Kernel,
  by: Instance,
  params: EffectParams['receive'],
): void {
  const connection = net.connections.get(params.connection);
  if (connection === undefined) return;
  const at = endOf(connection, by.node, by);
  const end = connection.ends[at];
  end.reading = params.on;
  if (params.on && end.unread.length > 0) queueRead(kernel, connection, at);
}

/** Hands the end that a node has over to another machine of its process. */
export function adopt(net: NetworkState, id: number, node: number, to: Instance): void {
  const connection = net.connections.get(id);
  if (connection === undefined) return;
  connection.ends[endOf(connection, node)].owner = to;
}

/** A machine has ended: its connections close. */
export function stopped(net: NetworkState, kernel: Kernel, instance: Instance): void {
  for (const connection of net.connections.values()) {
    for (const direction of [0, 1] as const) {
      if (connection.ends[direction].owner === instance) {
        closeEnd(net, kernel, connection, direction, false);
      }
    }
  }
}

/** A process runs again: its unread input is read, in order of arrival, each in its turn. */
export function resumed(net: NetworkState, kernel: Kernel, node: number): void {
  for (const connection of net.connections.values()) {
    for (const direction of [0, 1] as const) {
      const end = connection.ends[direction];
      if (end.node === node && end.unread.length > 0) queueRead(kernel, connection, direction);
    }
  }
}

/** A process is gone: its kernel delivers what it had been given, then ends each connection. */
export function crashed(net: NetworkState, kernel: Kernel, node: number): void {
  for (const connection of net.connections.values()) {
    for (const direction of [0, 1] as const) {
      const end = connection.ends[direction];
      if (end.node !== node || end.status !== 'open') continue;
      connection.streams[direction].waiting = [];
      closeEnd(net, kernel, connection, direction, false);
    }
  }
}

/** A host has lost power: it says nothing more; what is on the wire still arrives. */
export function powerLost(net: NetworkState, node: number): void {
  for (const connection of net.connections.values()) {
    for (const direction of [0, 1] as const) {
      const end = connection.ends[direction];
      if (end.node !== node) continue;
      end.status = 'gone';
      end.owner = undefined;
      silence(connection, direction);
      if (connection.state === 'opening' && direction === 0) connection.ends[1].status = 'gone';
      forgetIfOver(net, connection);
    }
  }
}

/** Every connection between two nodes breaks now. @returns how many */
export function resetConnections(
  net: NetworkState,
  kernel: Kernel,
  one: number,
  other: number,
): number {
  let broken = 0;
  for (const connection of net.connections.values()) {
    const [a, b] = connection.ends;
    const between = (a.node === one && b.node === other) || (a.node === other && b.node === one);
    if (!between || connection.state !== 'open') continue;
    broken++;
    for (const direction of [0, 1] as const) breakEnd(kernel, connection, direction);
    forgetIfOver(net, connection);
  }
  return broken;
}

function breakEnd(kernel: Kernel, connection: Connection, direction: 0 | 1): void {
  const end = connection.ends[direction];
  const wasOpen = end.status === 'open';
  silence(connection, direction);
  end.status = 'gone';
  if (wasOpen) tell(kernel, end, { type: 'reset', connection: connection.id, reason: 'reset' });
}

/** A rule goes; what it held goes on its way. */
export function removeRule(net: NetworkState, kernel: Kernel, id: number): void {
  net.rules = net.rules.filter(({ rule }) => rule.id !== id);
  for (const connection of net.connections.values()) {
    for (const stream of connection.streams) {
      if (stream.heldBy !== id) continue;
      const { held } = stream;
      stream.held = [];
      stream.heldBy = 0;
      for (const packet of held) launch(net, kernel, packet);
    }
  }
}

function dispatchKeepalive(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
): void {
  const end = connection.ends[direction];
  const { keepalive } = net.config;
  if (end.status !== 'open' || connection.state !== 'open' || keepalive === undefined) return;
  const idleUs = keepalive.idleMs * 1000;
  const quiet = kernel.now - end.heardAt;
  if (quiet < idleUs) {
    end.missed = 0;
    queueKeepalive(kernel, connection, direction, idleUs - quiet);
  } else if (!isReachable(net, kernel, connection, direction)) {
    end.missed++;
    if (end.missed > keepalive.count) giveUp(net, kernel, connection, direction);
    else queueKeepalive(kernel, connection, direction, keepalive.intervalMs * 1000);
  } else if ((connection.ends[1 - direction] as End).status === 'gone') {
    breakEnd(kernel, connection, direction);
    forgetIfOver(net, connection);
  } else {
    end.heardAt = kernel.now;
    end.missed = 0;
    queueKeepalive(kernel, connection, direction, idleUs);
  }
}

/** Whether a keepalive probe would be answered by the peer's host now. */
function isReachable(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
): boolean {
  const { node } = connection.ends[direction];
  const peer = connection.ends[1 - direction] as End;
  if (connection.streams[0].black || connection.streams[1].black) return false;
  if (isCut(net, node, peer.node) || isCut(net, peer.node, node)) return false;
  return kernel.status(peer.node) !== 'off';
}
