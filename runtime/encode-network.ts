/**
 * The network in an encoding: links, rules, connections. A time that has passed and only kept
 * something from being earlier counts as none, and so does a count that nothing looks at any more.
 */
import {
  idText,
  linkText,
  listText,
  machineText,
  type Names,
  paramsText,
  plainText,
} from './encode-text.js';
import type { ActiveRule, Connection, End, NetworkState, Packet, Stream } from './net/state.js';
import type { Plain } from './vocabulary.js';

/** Adds the lines of the network, and numbers every connection that is there. */
export function encodeNetwork(lines: string[], names: Names, now: number): void {
  const { network } = names;
  for (let from = 0; from < network.nodes; from++) {
    for (let to = 0; to < network.nodes; to++) {
      const at = from * network.nodes + to;
      const busy = Math.max(0, (network.busyUntil[at] as number) - now);
      const cuts = network.cuts[at] as number;
      if (busy > 0) lines.push(`link ${linkText(from, to)} busy +${busy}`);
      if (cuts > 0) lines.push(`link ${linkText(from, to)} cut ${cuts}`);
    }
  }
  for (const active of network.rules) lines.push(ruleText(active));
  const connections = inCanonicalOrder(names);
  for (const { id } of connections) idText(names, id);
  for (const connection of connections) encodeConnection(lines, names, now, connection);
}

function ruleText({ rule, seen, bitten }: ActiveRule): string {
  const skipped = Math.min(seen, rule.skip ?? 0);
  const bites = rule.times === undefined ? 0 : Math.min(bitten, rule.times);
  return `rule ${plainText(rule as unknown as Plain)} skipped ${skipped} bitten ${bites}`;
}

/**
 * The order of opening is the order in which connections break, and so in which their owners hear
 * of it: on one pair of nodes it is always state, among pairs only where it decides ties.
 */
function inCanonicalOrder({ network, ordered }: Names): Connection[] {
  const connections = [...network.connections.values()];
  return ordered ? connections : connections.sort((one, other) => pairOf(one) - pairOf(other));
}

function pairOf({ ends: [{ node: one }, { node: other }] }: Connection): number {
  return Math.min(one, other) * 256 + Math.max(one, other);
}

function encodeConnection(
  lines: string[],
  names: Names,
  now: number,
  connection: Connection,
): void {
  const { network } = names;
  const { id, state, tries, tag, subject } = connection;
  // What the attempt was named and how often it was made counts until it has succeeded.
  const attempt = paramsText(names, state === 'opening' ? { tries, tag, subject } : { subject });
  lines.push(`connection ${idText(names, id)} ${state} ${attempt}`);
  for (const end of connection.ends) lines.push(` end ${endText(names, network, now, end)}`);
  for (const [direction, stream] of connection.streams.entries()) {
    const text = streamText(names, now, stream);
    if (text !== '') lines.push(` stream ${direction} ${text}`);
  }
}

function endText(names: Names, { config }: NetworkState, now: number, end: End): string {
  const { status, owner, reading, readQueued, heardAt, missed, unread } = end;
  const fields: string[] = [status, `owner ${machineText(names, owner)}`];
  if (!reading) fields.push('not reading');
  if (readQueued && status === 'open') fields.push('reads on');
  if (config.keepalive !== undefined) {
    // Longer than the idle time is all the same to the next look.
    const quiet = Math.min(now - heardAt, config.keepalive.idleMs * 1000);
    fields.push(`quiet ${quiet} missed ${missed}`);
  }
  if (unread.length > 0) fields.push(`unread ${packetsText(names, unread)}`);
  return fields.join(' ');
}

function streamText(names: Names, now: number, stream: Stream): string {
  const { waiting, buffer, bufferBytes, outstanding, unreleased, lastArrival } = stream;
  const { lost, held, heldBy, black, blocked, backoffUs, tries } = stream;
  const fields: string[] = [];
  const packets = { waiting, buffer, lost, held };
  for (const [name, list] of Object.entries(packets)) {
    if (list.length > 0) fields.push(`${name} ${packetsText(names, list)}`);
  }
  if (held.length > 0) fields.push(`by ${heldBy}`);
  const last = Math.max(0, lastArrival - now);
  const numbers = { bufferBytes, outstanding, unreleased, last, backoffUs };
  for (const [name, value] of Object.entries(numbers)) {
    if (value !== 0) fields.push(`${name} ${value}`);
  }
  // The count begins anew with the next backoff.
  if (backoffUs > 0) fields.push(`tries ${tries}`);
  if (black) fields.push('black');
  if (blocked) fields.push('blocked');
  return fields.join(' ');
}

function packetsText(names: Names, packets: readonly Packet[]): string {
  return listText(packets.map((packet) => packetText(names, packet)));
}

/** A packet apart from the connection and direction it belongs to. */
export function packetText(names: Names, { what, message, bytes, subject }: Packet): string {
  const text = message === undefined ? '-' : plainText(message);
  return `${what} ${text} ${bytes} bytes subject ${idText(names, subject)}`;
}
