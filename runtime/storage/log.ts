/**
 * The replicated log of one node: batches in order, each taking `count` consecutive offsets and
 * named by its first. Offsets begin at 1; 0 is the end of an empty log. After Kvrocks, where a
 * batch of n operations takes n sequence numbers of RocksDB (`GetUpdatesSince`, `getLatestSeqNum`).
 *
 * Retention limits what a reader is served (RocksDB's WAL limits), not what is kept: the lineage
 * stays whole, because the record of a run compares it. Batches are immutable and shared between
 * the logs of all nodes; a hash of each prefix stands beside them, so two logs are compared by
 * two numbers and never by walking them.
 */
import { createDigest, type Digest, foldInteger, foldText } from '../digest.js';
import type { Batch, EventParams, PrefixHash, Write } from '../vocabulary.js';

/** Parallel arrays, one place per batch. */
export interface Log {
  batches: Batch[];
  /** The last offset of each batch. */
  ends: number[];
  /** Hash of the prefix up to and including each batch, lane by lane. */
  hashA: number[];
  hashB: number[];
  /** The first offset a reader is still served. */
  retainedFrom: number;
  /** At most so many of the last offsets are served. */
  retention: number;
}

/** What a reader is served: the answer `range` without its tag. */
export type Range = Omit<EventParams['range'], 'tag'>;

/** A log without a batch. `retention` in offsets; left out, everything is served. */
export function emptyLog(retention: number = Number.MAX_SAFE_INTEGER): Log {
  return { batches: [], ends: [], hashA: [], hashB: [], retainedFrom: 1, retention };
}

/**
 * The log that a checkpoint installs. It serves no offset of the checkpoint: a checkpoint carries
 * the state and its lineage, not the files of the log (RocksDB flushes before it makes one).
 */
export function logOf(batches: readonly Batch[], retention: number): Log {
  const log = emptyLog(retention);
  for (const batch of batches) appendTo(log, batch);
  log.retainedFrom = endOf(log) + 1;
  return log;
}

/** The last offset, 0 in an empty log. */
export function endOf(log: Log): number {
  return log.ends.length === 0 ? 0 : (log.ends[log.ends.length - 1] as number);
}

/**
 * Write a batch at the end and return its last offset.
 * @throws when the batch takes no offset: every batch has a name of its own.
 */
export function appendTo(log: Log, batch: Batch): number {
  if (!Number.isSafeInteger(batch.count) || batch.count < 1) {
    throw new Error(`batch of operation ${batch.operation}: count ${batch.count}, at least 1`);
  }
  const hash = hashUpTo(log, log.ends.length - 1);
  foldBatch(hash, batch);
  const end = endOf(log) + batch.count;
  log.batches.push(batch);
  log.ends.push(end);
  log.hashA.push(hash.a);
  log.hashB.push(hash.b);
  retain(log, end);
  return end;
}

/** Hash of the batches that end at or before an offset. */
export function prefixHash(log: Log, offset: number): PrefixHash {
  return hashUpTo(log, countUpTo(log, offset) - 1);
}

/**
 * Each batch in order, by its last offset and its operation: what the record of a run compares.
 * @param from how many of the first to leave out
 */
export function lineageOf(
  log: Log,
  from = 0,
): { readonly last: number; readonly operation: number }[] {
  return log.batches.slice(from).map(({ operation }, index) => ({
    last: log.ends[from + index] as number,
    operation,
  }));
}

/** How many batches two logs have in common from their beginning. */
export function commonCount(one: Log, other: Log): number {
  let low = 0;
  let high = Math.min(one.batches.length, other.batches.length);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const [mine, its] = [hashUpTo(one, middle - 1), hashUpTo(other, middle - 1)];
    if (mine.a === its.a && mine.b === its.b) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many batches end at or before an offset. */
export function countUpTo(log: Log, offset: number): number {
  return firstEndingFrom(log.ends, offset + 1);
}

/**
 * Drop every batch that ends after an offset; one that the offset falls inside goes whole, for a
 * batch is atomic. Returns how many were dropped.
 */
export function truncateAfter(log: Log, offset: number): number {
  const kept = countUpTo(log, offset);
  const dropped = log.batches.length - kept;
  log.batches.length = kept;
  log.ends.length = kept;
  log.hashA.length = kept;
  log.hashB.length = kept;
  log.retainedFrom = Math.min(log.retainedFrom, endOf(log) + 1);
  return dropped;
}

/**
 * At most `limit` batches from the one that starts at `from`. The end + 1 is where a reader that
 * has everything stands: ok, and empty. An offset that is both gone and inside a batch is gone.
 */
export function readRange(log: Log, from: number, limit: number): Range {
  const end = endOf(log);
  const nothing = (status: Range['status']): Range => ({ from, next: from, status, batches: [] });
  if (from > end + 1) return nothing('beyond');
  if (from < log.retainedFrom) return nothing('gone');
  if (from === end + 1) return nothing('ok');
  const index = firstEndingFrom(log.ends, from);
  if (startOf(log, index) !== from) return nothing('inside');
  const batches = log.batches.slice(index, index + Math.max(0, limit));
  const next = startOf(log, index + batches.length);
  return { from, next, status: 'ok', batches };
}

/** The first offset of a batch, or of the one to come. */
function startOf(log: Log, index: number): number {
  return index === 0 ? 1 : (log.ends[index - 1] as number) + 1;
}

/** Index of the first batch that ends at `offset` or later; the number of batches when none. */
function firstEndingFrom(ends: readonly number[], offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Hash of the prefix up to and including the batch of an index; -1 is the empty prefix. */
function hashUpTo(log: Log, index: number): Digest {
  if (index < 0) return createDigest();
  return { a: log.hashA[index] as number, b: log.hashB[index] as number };
}

/** Serve only whole batches within the last `retention` offsets. */
function retain(log: Log, end: number): void {
  const floor = end - log.retention + 1;
  if (log.retainedFrom >= floor) return;
  log.retainedFrom = startOf(log, firstEndingFrom(log.ends, floor - 1) + 1);
}

const writeKinds: Record<Write['kind'], number> = { put: 1, delete: 2, deleteRange: 3, append: 4 };

function foldBatch(hash: Digest, batch: Batch): void {
  foldInteger(hash, batch.count);
  foldInteger(hash, batch.operation);
  foldInteger(hash, batch.writes.length);
  for (const write of batch.writes) {
    foldInteger(hash, writeKinds[write.kind]);
    if (write.kind === 'deleteRange') {
      foldText(hash, write.from);
      foldText(hash, write.to);
    } else {
      foldText(hash, write.key);
      if (write.kind !== 'delete') foldText(hash, write.value);
    }
  }
}
