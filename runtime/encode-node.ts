/** A node in an encoding: its host, storage, process and machines. */
import { type Clock, readClock } from './clock.js';
import {
  contextText,
  idText,
  isConnection,
  linkOf,
  listText,
  machineText,
  type Names,
  paramsText,
  plainText,
  recordText,
  signed,
} from './encode-text.js';
import type { Action } from './engine.js';
import type { Instance } from './kernel.js';
import { type Line, waiting } from './line.js';
import type { Item, NodeState, Running, Work } from './node.js';
import type { Job, WorkersState } from './process/jobs.js';
import type { PollsState } from './process/polls.js';
import { contentsHash } from './storage/contents.js';
import type { DiskOperation } from './storage/disk.js';
import { endOf, prefixHash } from './storage/log.js';
import type { StorageState } from './storage/storage.js';
import type { Tag } from './vocabulary.js';
import type { World } from './world.js';

const million = 1_000_000;

/** Adds the lines of a node. */
export function encodeNode(lines: string[], names: Names, world: World, node: NodeState): void {
  const { now } = world;
  const { index, status, incarnation, pausedBy, downBy, monotonic, wall } = node;
  const paused = [...pausedBy].sort((one, other) => one - other);
  lines.push(`node ${index} ${status} life ${incarnation} paused by [${paused}] down by ${downBy}`);
  // A clock without power starts anew.
  if (status === 'off') lines.push(` monotonic ${monotonic.ppm} ppm`);
  else lines.push(` monotonic ${rateText(monotonic, now)}`);
  lines.push(` wall ${signed(readClock(wall, now) - now)} ${rateText(wall, now)}`);
  encodeStorage(lines, names, node.storage);
  lines.push(` metadata ${metadataText(names, world, node)}`);
  if (status === 'off' || status === 'crashed') return;
  for (const machine of machinesOf(names, node)) encodeMachine(lines, names, world, node, machine);
  if (names.ordered) lines.push(` started ${plainText([...node.machines.keys()])}`);
  encodeLine(lines, names, 'answer', node.answers);
  encodeLine(lines, names, 'mail', node.mailbox);
  if (node.work !== undefined) lines.push(` work ${workText(names, node.work)}`);
  encodeWorkers(lines, names, node.workers);
  encodePolls(lines, names, node.polls, readClock(monotonic, now));
}

/** A rate error, and how far the clock is past its reading, in millionths of a microsecond. */
function rateText({ anchor, ppm }: Clock, now: number): string {
  const drifted = ((now - anchor) % million) * ppm;
  const phase = ((drifted % million) + million) % million;
  return `${ppm} ppm phase ${phase}`;
}

function encodeStorage(lines: string[], names: Names, storage: StorageState): void {
  const { log, contents, latest, applied, durable, disk } = storage;
  const { a, b } = prefixHash(log, endOf(log));
  lines.push(` log ${log.batches.length} to ${endOf(log)} hash ${a} ${b} from ${log.retainedFrom}`);
  const hash = contentsHash(contents);
  lines.push(` contents ${hash.a} ${hash.b}`);
  lines.push(` latest ${latest} applied ${applied} durable ${durable}`);
  const { stalled, failing, full } = disk;
  const slow = disk.slow.map(([n, d]) => `${n}/${d}`).sort();
  lines.push(` disk stalled ${stalled} failing ${failing} full ${full} slow [${slow}]`);
  if (disk.serving !== null) {
    const { of: operation } = disk.serving;
    const left = stalled > 0 ? ` left ${disk.remaining}` : '';
    lines.push(` serving ${operationText(names, operation)} covers ${operation.covers}${left}`);
  }
  for (const operation of disk.waiting) lines.push(` queued ${operationText(names, operation)}`);
}

/**
 * What a restarted process finds. A time is compared with a clock that goes on after a crash and
 * starts anew after a power loss: it counts as it is and relative to now.
 */
function metadataText(names: Names, world: World, node: NodeState): string {
  const now = node.status === 'off' ? 0 : readClock(node.monotonic, world.now);
  const programs = Object.values(world.config.machines);
  const times = (value: number) => `${value} now${signed(value - now)}`;
  const ids = (value: number) => idText(names, value);
  return recordText(node.storage.metadata, (field) => {
    const kept = programs.map(({ fields }) => fields[field]);
    const is = kept.find((one) => one?.keep === 'persisted')?.is ?? 'plain';
    if (is === 'time') return times;
    return is === 'id' ? ids : String;
  });
}

function operationText(names: Names, { from, effect }: DiskOperation): string {
  return `${effect.type} ${paramsText(names, effect.params)} of ${machineText(names, from)}`;
}

/** In order of start: in this order a change of rate queues timers anew that are due together. */
function machinesOf(names: Names, node: NodeState): Running[] {
  const machines = [...node.machines.values()].flatMap((byKey) => [...byKey.values()]);
  if (names.ordered) return machines;
  return machines.sort((one, other) => {
    if (one.machine !== other.machine) return one.machine < other.machine ? -1 : 1;
    return compareKeys(names, one.key, other.key);
  });
}

/** Numbers first, then connections link by link, each in order. */
function compareKeys(names: Names, one: number, other: number): number {
  const link = (key: number) => (isConnection(names, key) ? linkOf(key) : -1);
  return link(one) - link(other) || one - other;
}

function encodeMachine(
  lines: string[],
  names: Names,
  world: World,
  node: NodeState,
  machine: Running,
): void {
  const name = machineText(names, machine);
  const timers = machine.timers.map(({ of }) => of.id);
  const armed = plainText(names.ordered ? timers : timers.sort());
  const state = world.running[machine.slot];
  if (state === undefined) {
    lines.push(` machine ${name} to be started timers ${armed}`);
    return;
  }
  const { value, context, status, history } = world.chart(machine.machine).save(state);
  const { fields } = world.config.machines[machine.machine]!;
  const now = readClock(node.monotonic, world.now);
  lines.push(` machine ${name} ${status} ${plainText(value)}`);
  lines.push(`  context ${contextText(names, context, fields, now)}`);
  if (Object.keys(history).length > 0) lines.push(`  history ${plainText(history)}`);
  if (timers.length > 0) lines.push(`  timers ${armed}`);
}

function encodeLine(lines: string[], names: Names, what: string, line: Line<Item>): void {
  for (const { to, mail, start, announced } of waiting(line)) {
    if (!to.alive) continue;
    const text = paramsText(names, mail ?? { start: true, ...start });
    lines.push(` ${what} for ${machineText(names, to)} ${text}${announced ? ' announced' : ''}`);
  }
}

function workText(names: Names, { by, actions, boundaries, announced }: Work): string {
  const left = listText(actions.map((action) => actionText(names, action)));
  const faults = listText(boundaries.map(({ index, fault }) => `${fault} at ${index}`));
  const before = announced ? ' announced' : '';
  return `of ${machineText(names, by)} ${left} faults ${faults}${before}`;
}

function actionText(names: Names, action: Action): string {
  if (action.type === 'disarm') return `disarm ${JSON.stringify(action.id)}`;
  if (action.type !== 'arm') return `${action.type} ${paramsText(names, action.params)}`;
  const { id, delayMs, event } = action;
  return `arm ${JSON.stringify(id)} ${delayMs} ${paramsText(names, event)}`;
}

function encodeWorkers(lines: string[], names: Names, workers: WorkersState): void {
  for (const place of ['waiting', 'atGuard', 'admitted', 'parked'] as const) {
    for (const job of workers[place]) lines.push(` job ${place} ${jobText(names, job)}`);
  }
  for (const { from, tag, jobs } of workers.drains) {
    const left = [...jobs].map((job) => idText(names, job)).sort();
    lines.push(` drain ${paramsText(names, { tag })} of ${machineText(names, from)} [${left}]`);
  }
}

function jobText(names: Names, job: Job): string {
  const { from, entry, remaining, place: _, due: __, ...rest } = job;
  const left = remaining === null ? '' : ` left ${remaining}`;
  const served = entry === null ? '' : ' in service';
  return `${paramsText(names, rest)} of ${machineText(names, from)}${served}${left}`;
}

function encodePolls(lines: string[], names: Names, state: PollsState, now: number): void {
  const { polls, applied, pausedAt } = state;
  if (polls.length > 0) lines.push(` polls see ${applied}`);
  for (const { from, tag, anchor, every, beyond, woken, missed, entry, point } of polls) {
    // Its sleep is over if a point of the grid lies between the pause and now.
    const points = (reading: number) => Math.floor((reading - anchor) / every);
    const slept = missed || (pausedAt !== null && points(now) > points(pausedAt));
    const fields: string[] = [`every ${every} phase ${(now - anchor) % every}`];
    if (beyond !== null) fields.push(`beyond ${beyond}`);
    if (woken) fields.push('woken');
    if (slept) fields.push('slept');
    if (entry !== null) fields.push(`due ${signed(point - now)}`);
    lines.push(` poll ${pollText(names, from, tag)} ${fields.join(' ')}`);
  }
}

/** A poll by whose it is and its tag: no machine has two of one tag. */
export function pollText(names: Names, from: Instance, tag: Tag): string {
  return `${paramsText(names, { tag })} of ${machineText(names, from)}`;
}
