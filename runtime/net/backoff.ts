/**
 * What got lost, and when it is sent again: after 200 ms, doubling, at most 120 s apart, with all
 * that is behind it. When the wait after the 15th try is over too, 924.6 s after the first loss, the
 * sender gives up.
 *
 * What is in flight was sent before all that is lost: a packet that is lost on its way takes what is
 * in flight behind it along, for its receiver could not use that before.
 */
import { EntryKind, type Kernel } from '../kernel.js';
import { type Connection, entryAbout, type Packet, type Stream } from './state.js';

const firstBackoffUs = 200_000;
const lastBackoffUs = 120_000_000;
const triesMax = 15;

/** A packet does not even leave: its sender will try again. */
export function loseAtDeparture(kernel: Kernel, packet: Packet): void {
  const { connection, direction } = packet;
  connection.streams[direction].lost.push(packet);
  startBackoff(kernel, connection, direction);
}

/** A packet was on its way, first of those in flight: its sender, if it lives, will try again. */
export function loseOnTheWay(kernel: Kernel, packet: Packet): void {
  const { connection, direction } = packet;
  const stream = connection.streams[direction];
  const behind = stream.flight;
  stream.flight = [];
  stream.lastArrival = kernel.now;
  for (const one of behind) one.live = false;
  if (connection.ends[direction].status === 'gone') return;
  stream.lost = [packet, ...behind.map(({ of }) => of), ...stream.lost];
  startBackoff(kernel, connection, direction);
}

/** Begins to wait for the first try, unless the sender waits for one already. */
export function startBackoff(kernel: Kernel, connection: Connection, direction: 0 | 1): void {
  const stream = connection.streams[direction];
  if (stream.retry !== undefined) return;
  stream.tries = 0;
  stream.backoffUs = firstBackoffUs;
  queueRetry(kernel, connection, direction);
}

/** Waits twice as long for the next try. @returns false when there were enough */
export function backOff(kernel: Kernel, connection: Connection, direction: 0 | 1): boolean {
  const stream = connection.streams[direction];
  stream.tries++;
  if (stream.tries > triesMax) return false;
  stream.backoffUs = Math.min(stream.backoffUs * 2, lastBackoffUs);
  queueRetry(kernel, connection, direction);
  return true;
}

/** Nothing is left to try again. */
export function stopBackoff(stream: Stream): void {
  if (stream.retry !== undefined) stream.retry.live = false;
  stream.retry = undefined;
  stream.backoffUs = 0;
}

function queueRetry(kernel: Kernel, connection: Connection, direction: 0 | 1): void {
  const stream = connection.streams[direction];
  const entry = entryAbout(EntryKind.retransmit, connection, direction);
  stream.retry = entry;
  kernel.schedule(entry, kernel.now + stream.backoffUs);
}

/** Forgets whatever an end had not yet put on the wire, and what it has not read. */
export function silence(connection: Connection, direction: 0 | 1): void {
  const stream = connection.streams[direction];
  stream.waiting = [];
  stream.buffer = [];
  stream.bufferBytes = 0;
  stream.lost = [];
  stream.held = [];
  stopBackoff(stream);
  connection.ends[direction].unread = [];
}
