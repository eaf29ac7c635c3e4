/**
 * The whole world as one canonical text. Two worlds of one configuration whose texts are equal will
 * behave alike from here on, whatever schedule led there: at the same distances of time their
 * machines get the same events, in the same order, for the same answers to the decisions.
 *
 * - Times are distances from now; one that has passed and only kept something from being earlier is
 *   left out. A node's monotonic clock is its rate error and the fraction of a microsecond that it
 *   is past its reading. Of its wall clock, which machines of several nodes may compare, there is
 *   also how far it is ahead of the simulated time; never what it reads.
 * - Connections are numbered per link in order of appearance. So is a machine's key, a job, a tag
 *   or a decision's subject that is a connection's id. Contexts are written by declared fields.
 * - The queue is in order of (time, sequence), without the numbers and without what will come to
 *   nothing: cancelled entries, packets of connections that are over, ends of faults that ended.
 * - A log is its length and prefix hash, contents are their hash.
 * - An oracle that decides which of several events due at one instant goes first can take them in
 *   any order: then that order is no state, and neither is any that only decides it (of opening
 *   connections to several nodes, of starting machines, of arming timers).
 *
 * Left out as history: record, digest, how often each decision was asked for, numbers of events,
 * slots and connections so far. A life of a node stays, for machines see it.
 *
 * It assumes what the declared fields say: a machine that keeps a reading of a clock elsewhere, in
 * an undeclared field or in a message to itself, must not compare it with a later one.
 */
import { readClock } from './clock.js';
import { createDigest, digestText, foldText } from './digest.js';
import { encodeNetwork, packetText } from './encode-network.js';
import { encodeNode, pollText } from './encode-node.js';
import {
  createNames,
  idText,
  machineText,
  type Names,
  paramsText,
  plainText,
  signed,
} from './encode-text.js';
import { type Entry, EntryKind, type Timer } from './kernel.js';
import type { Attempt } from './net/connect.js';
import type { Packet, Way } from './net/state.js';
import type { Job } from './process/jobs.js';
import type { Poll } from './process/polls.js';
import { inOrder } from './queue.js';
import type { World } from './world.js';

const kindNames = Object.fromEntries(
  Object.entries(EntryKind).map(([name, kind]) => [kind, name]),
) as Record<Entry['kind'], keyof typeof EntryKind>;

/** @returns the world as it is between two steps, as text of one fact a line */
export function encodeWorld(world: World): string {
  const { state, config } = world;
  const names = createNames(state.network, !config.oracle.asksNext);
  const lines: string[] = [];
  encodePlan(lines, world);
  encodeNetwork(lines, names, state.now);
  for (const node of state.nodes) encodeNode(lines, names, world, node);
  encodeQueue(lines, names, world);
  return lines.join('\n');
}

/** @returns the encoding's hash, two 32-bit lanes as 16 hexadecimal digits */
export function encodeHash(world: World): string {
  const digest = createDigest();
  foldText(digest, encodeWorld(world));
  return digestText(digest);
}

/** Where scripts and fault plan stand. */
function encodePlan(lines: string[], world: World): void {
  const { faults, healed, scripts, open, now } = world.state;
  if (healed) lines.push('healed');
  for (const [index, { phase, left, bit }] of faults.entries()) {
    const count = phase === 'armed' ? ` left ${left}` : '';
    lines.push(`fault ${index} ${phase}${count}${phase === 'active' && bit ? ' bit' : ''}`);
  }
  for (const [index, { next, open: current, waiting }] of scripts.entries()) {
    const { items } = world.config.scripts![index]!;
    const isQueued = !waiting && current === 0;
    const leads: string[] = [];
    // What is due in the queue has its time there.
    for (let at = isQueued ? next + 1 : next; at < items.length; at++) {
      const lead = items[at]!.atUs - now;
      if (lead > 0) leads.push(`${at} +${lead}`);
    }
    const waits = waiting ? ' waiting' : '';
    lines.push(`script ${index} next ${next} open ${current}${waits} leads [${leads}]`);
  }
  for (const id of [...open.keys()].sort((one, other) => one - other)) {
    const { operation, script } = open.get(id)!;
    lines.push(`open ${id} of script ${script} at ${JSON.stringify(operation.node)}`);
  }
}

function encodeQueue(lines: string[], names: Names, world: World): void {
  for (const { index, deferred } of world.state.nodes) {
    const entries = deferred.filter((entry) => entry.live);
    for (const text of inTurn(names, world, entries)) lines.push(`deferred ${index} ${text}`);
  }
  let now = -1;
  let ties: Entry[] = [];
  const flush = () => {
    for (const text of inTurn(names, world, ties)) lines.push(`${signed(now)} ${text}`);
    ties = [];
  };
  for (const [at, entry] of inOrder(world.state.queue)) {
    if (!entry.live || comesToNothing(world, entry)) continue;
    if (at - world.now !== now) flush();
    now = at - world.now;
    ties.push(entry);
  }
  flush();
}

/** Entries of one instant: in order of coming, or sorted where only that within a lane counts. */
function inTurn(names: Names, world: World, entries: readonly Entry[]): string[] {
  const texts = entries.map((entry) => entryText(names, world, entry));
  if (names.ordered) return texts;
  const lanes = new Map<number, string>();
  const alone: string[] = [];
  for (const [at, { lane }] of entries.entries()) {
    const before = lanes.get(lane);
    if (lane === 0) alone.push(texts[at] as string);
    else lanes.set(lane, before === undefined ? texts[at]! : `${before}, then ${texts[at]}`);
  }
  return [...alone, ...lanes.values()].sort();
}

/** Whether nothing at all will happen when an entry of the queue is due. */
export function comesToNothing(world: World, { kind, of }: Entry): boolean {
  const { healed, faults, network } = world.state;
  const index = of as number;
  const { connection, direction } = (of ?? {}) as Packet;
  switch (kind) {
    case EntryKind.packet:
      return connection.state === 'over';
    case EntryKind.connect:
      return connection.state !== 'opening';
    case EntryKind.retransmit:
      return connection.state === 'over' || connection.ends[direction].status === 'gone';
    case EntryKind.read:
      return connection.ends[direction].status !== 'open';
    case EntryKind.keepalive:
      if (connection.state !== 'open' || network.config.keepalive === undefined) return true;
      return connection.ends[direction].status !== 'open';
    case EntryKind.faultBegin:
      return healed || faults[index]!.phase === 'active' || faults[index]!.phase === 'over';
    case EntryKind.faultEnd:
      return faults[index]!.phase !== 'active';
    default:
      return false;
  }
}

function entryText(names: Names, world: World, entry: Entry): string {
  return `${kindNames[entry.kind]} ${entry.node} ${detailText(names, world, entry)}`;
}

function detailText(names: Names, world: World, { kind, node, of }: Entry): string {
  switch (kind) {
    case EntryKind.timer: {
      const now = readClock(world.node(node).monotonic, world.now);
      const { instance, id, event, reading } = of as Timer;
      const what = `${plainText(id)} ${signed(reading - now)} ${paramsText(names, event)}`;
      return `${machineText(names, instance)} ${what}`;
    }
    case EntryKind.packet:
      return `${wayText(names, of as Packet)} ${packetText(names, of as Packet)}`;
    case EntryKind.connect: {
      const { connection, stage } = of as Attempt;
      return `${idText(names, connection.id)} ${stage}`;
    }
    case EntryKind.retransmit:
    case EntryKind.keepalive:
    case EntryKind.read:
      return wayText(names, of as Way);
    case EntryKind.service:
      return `job ${idText(names, (of as Job).job)}`;
    case EntryKind.poll: {
      const { from, tag } = of as Poll;
      return pollText(names, from, tag);
    }
    case EntryKind.invoke:
      return `script ${of}`;
    case EntryKind.faultBegin:
    case EntryKind.faultEnd:
      return `fault ${of}`;
    case EntryKind.disk:
    case EntryKind.boot:
      return '';
  }
}

/** A connection and which of its two ends or directions. */
function wayText(names: Names, { connection, direction }: Way): string {
  return `${idText(names, connection.id)} ${direction}`;
}
