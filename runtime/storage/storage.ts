/**
 * The storage of one node: the replicated log, the contents it leads to, the durable metadata, and
 * the disk in front of them. A node outlives its role and its process; its storage outlives both.
 *
 * Three offsets are kept apart (the view of every event): *latest*, received, perhaps waiting for
 * the disk; *applied*, in the log and visible to reads, survives a process crash (it is in the
 * page cache); *durable*, synced, survives a power loss.
 *
 * An operation has its effect at the instant it completes at the disk, whole or not at all, and
 * its answer goes to the machine that asked. A paused process does not stop its disk: what it
 * submitted completes on time, and only the answers wait (`Kernel.emit` holds them back).
 *
 * Assumptions: an append is written to the page cache and is durable by `sync` only (Kvrocks:
 * `rocksdb.write_options.sync no`), unless it asks to be synced before it is seen. Truncate, install
 * and persist are durable when they complete.
 */
import type { Entry, Instance, Kernel, Mail } from '../kernel.js';
import type { LossRecord } from '../record.js';
import type { Checkpoint, Plain } from '../vocabulary.js';
import { type Contents, carryOut, contentsFrom, contentsOf, noContents } from './contents.js';
import {
  begin,
  beginFault,
  createDisk,
  type Disk,
  type DiskConfig,
  type DiskMode,
  type DiskOperation,
  endFault,
  type Factor,
  finish,
  isFree,
  refusal,
  type StorageEffect,
} from './disk.js';
import {
  appendTo,
  commonCount,
  countUpTo,
  emptyLog,
  endOf,
  type Log,
  lineageOf,
  logOf,
  prefixHash,
  readRange,
  truncateAfter,
} from './log.js';

/** Plain data: a snapshot clones it together with the queue. */
export interface StorageState {
  readonly node: number;
  log: Log;
  contents: Contents;
  /** The record that the last completed persist left. */
  metadata: Readonly<Record<string, Plain>>;
  /** The end of the log, and what the batches will take that wait for the disk. */
  latest: number;
  /** The end of the log. */
  applied: number;
  durable: number;
  readonly disk: Disk;
  /** What the log lost, for the record. */
  readonly losses: LossRecord[];
}

/**
 * An empty storage. Kinds of operation that `config` leaves out take their default service times.
 * `retain`: how many of the last offsets `readLog` serves, all by default.
 */
export function createStorage(
  node: number,
  config: Partial<DiskConfig> = {},
  retain?: number,
): StorageState {
  return {
    node,
    log: emptyLog(retain),
    contents: noContents(),
    metadata: {},
    latest: 0,
    applied: 0,
    durable: 0,
    disk: createDisk(node, config),
    losses: [],
  };
}

/** Submit what a machine asks of its storage. When it costs no time the answer comes at once. */
export function submit(
  storage: StorageState,
  kernel: Kernel,
  from: Instance,
  effect: StorageEffect,
): void {
  if (effect.type === 'append') storage.latest += effect.params.batch.count;
  const { disk } = storage;
  const operation = { from, effect, covers: 0 };
  if (!isFree(disk) || disk.waiting.length > 0) {
    disk.waiting.push(operation);
  } else if (begin(disk, kernel, operation, storage.applied)) {
    complete(storage, kernel, operation);
  }
}

/** Take a due entry of kind `disk`, also while the process is paused. */
export function dispatchDisk(storage: StorageState, kernel: Kernel, entry: Entry): void {
  complete(storage, kernel, finish(storage.disk, kernel, entry));
  advance(storage, kernel);
}

/**
 * A fault of the disk begins. Faults of one mode may overlap; each is lifted by itself. `factor`
 * counts for `slow` only.
 */
export function beginDiskFault(
  storage: StorageState,
  kernel: Kernel,
  mode: DiskMode,
  factor: Factor = [1, 1],
): void {
  beginFault(storage.disk, kernel, mode, factor);
}

/** A fault of the disk ends, and what waited for its end goes on: it may complete at once. */
export function endDiskFault(
  storage: StorageState,
  kernel: Kernel,
  mode: DiskMode,
  factor: Factor = [1, 1],
): void {
  endFault(storage.disk, kernel, mode, factor);
  advance(storage, kernel);
}

/** The whole state at the applied offset. */
export function checkpointOf(storage: StorageState): Checkpoint {
  const offset = storage.applied;
  return {
    offset,
    hash: prefixHash(storage.log, offset),
    batches: storage.log.batches.slice(),
    contents: [...storage.contents.values],
  };
}

/**
 * Drop the batches that end after an offset, from log and contents. Returns how many. The contents
 * are replayed from the lineage: truncating is rare, and appending keeps no undo for it.
 */
export function dropAfter(
  storage: StorageState,
  offset: number,
  cause: LossRecord['cause'],
  at: number,
): number {
  noteLoss(storage, countUpTo(storage.log, offset), cause, at);
  const dropped = truncateAfter(storage.log, offset);
  if (dropped > 0) storage.contents = contentsOf(storage.log.batches);
  logChanged(storage);
  storage.durable = Math.min(storage.durable, storage.applied);
  return dropped;
}

/** Keep for the record what goes from the log behind so many batches, if anything does. */
function noteLoss(
  { log, losses }: StorageState,
  kept: number,
  cause: LossRecord['cause'],
  at: number,
): void {
  const lost = lineageOf(log, kept);
  if (lost.length === 0) return;
  losses.push({ at, cause, after: kept === 0 ? 0 : (log.ends[kept - 1] as number), lost });
}

/**
 * Begin what waits and complete what costs no time. An answer may run a machine at once, and
 * that machine may ask again: so each round starts from the state as it is, and each completion
 * leaves the state whole before it answers.
 */
function advance(storage: StorageState, kernel: Kernel): void {
  const { disk } = storage;
  while (disk.waiting.length > 0 && isFree(disk)) {
    const operation = disk.waiting.shift() as DiskOperation;
    if (begin(disk, kernel, operation, storage.applied)) complete(storage, kernel, operation);
  }
}

function complete(storage: StorageState, kernel: Kernel, operation: DiskOperation): void {
  const { effect, from } = operation;
  if (effect.type === 'append') storage.latest -= effect.params.batch.count;
  const tag = effect.params.tag ?? '';
  const reason = refusal(storage.disk, effect.type);
  if (reason === null) kernel.emit(from, perform(storage, kernel, operation));
  else kernel.emit(from, { type: 'storageFailed', tag, effect: effect.type, reason });
}

/** Carry an operation out and return its answer. */
function perform(storage: StorageState, kernel: Kernel, { effect, covers }: DiskOperation): Mail {
  const tag = effect.params.tag ?? '';
  switch (effect.type) {
    case 'readKey': {
      const { key } = effect.params;
      const value = storage.contents.values.get(key) ?? null;
      return { type: 'value', tag, key, value, view: undefined };
    }
    case 'readLog': {
      const read = readRange(storage.log, effect.params.from, effect.params.limit);
      const { from, next, status, batches } = read;
      return { type: 'range', tag, from, next, status, batches, view: undefined };
    }
    case 'readCheckpoint':
      return { type: 'checkpoint', tag, checkpoint: checkpointOf(storage) };
    case 'append': {
      const batch = carryOut(storage.contents, effect.params.batch);
      const last = appendTo(storage.log, batch);
      logChanged(storage);
      if (effect.params.sync === true) storage.durable = last;
      const first = last - batch.count + 1;
      const { operation } = batch;
      return { type: 'appended', tag, first, last, operation, view: undefined };
    }
    case 'truncate':
      dropAfter(storage, effect.params.after, 'truncated', kernel.now);
      return { type: 'truncated', tag };
    case 'install':
      install(storage, kernel, effect.params.checkpoint);
      return { type: 'installed', tag };
    case 'sync':
      storage.durable = covers;
      return { type: 'synced', tag };
    case 'persist':
      storage.metadata = { ...storage.metadata, ...effect.params.fields };
      return { type: 'persisted', tag };
  }
}

function install(storage: StorageState, kernel: Kernel, checkpoint: Checkpoint): void {
  const log = logOf(checkpoint.batches, storage.log.retention);
  const end = endOf(log);
  const hash = prefixHash(log, end);
  const { offset } = checkpoint;
  if (end !== offset || hash.a !== checkpoint.hash.a || hash.b !== checkpoint.hash.b) {
    const name = kernel.nameOf(storage.node);
    throw new Error(`install on ${name}: the checkpoint of offset ${offset} is not its lineage's`);
  }
  noteLoss(storage, commonCount(storage.log, log), 'replaced', kernel.now);
  storage.log = log;
  storage.contents = contentsFrom(checkpoint.contents);
  logChanged(storage);
  storage.durable = end;
}

/** Follow the end of the log; what is received and not applied stays as much as it was. */
function logChanged(storage: StorageState): void {
  const waiting = storage.latest - storage.applied;
  storage.applied = endOf(storage.log);
  storage.latest = storage.applied + waiting;
}
