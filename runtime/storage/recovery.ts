/**
 * What a storage is left with when its process or its power goes. Recovery itself takes no time
 * here: the state is already the one that a restarted process finds, and its view says so.
 *
 * A process crash takes what has not completed at the disk; what is applied stays, for the page
 * cache belongs to the host, and `durable` stays what it was. A power loss takes, besides, some
 * of the batches after `durable`, always from the end: the log is written in order, so what
 * survives is a prefix of it (no holes: recovery stops at the first batch it can't read).
 */
import { type Kernel, Purpose } from '../kernel.js';
import { clearDisk } from './disk.js';
import { countUpTo } from './log.js';
import { dropAfter, type StorageState } from './storage.js';

/**
 * How a power loss treats the batches that are applied and not durable. `draw`: a decision, from
 * all kept (the mildest) to all lost. `keep` and `lose`: all of them. `torn`: at least the last is
 * half written, and recovery, which checks each batch, drops it.
 */
export type Tail = 'draw' | 'keep' | 'lose' | 'torn';

/** The process is gone: operations that have not completed never happen. */
export function crashStorage(storage: StorageState): void {
  clearDisk(storage.disk);
  storage.latest = storage.applied;
}

/**
 * The power is gone. `subject` names the decision: the incarnation that ends. Returns how many
 * batches were lost and whether one of them was torn; what is left is durable.
 */
export function loseUnsynced(
  storage: StorageState,
  kernel: Kernel,
  tail: Tail,
  subject: number,
): { lost: number; torn: boolean } {
  crashStorage(storage);
  const { log } = storage;
  const unsynced = log.batches.length - countUpTo(log, storage.durable);
  const lost = unsynced === 0 ? 0 : lostOf(storage, kernel, tail, subject, unsynced);
  if (lost > 0) {
    const kept = log.batches.length - lost;
    const after = kept === 0 ? 0 : (log.ends[kept - 1] as number);
    dropAfter(storage, after, 'power', kernel.now);
  }
  storage.durable = storage.applied;
  return { lost, torn: tail === 'torn' && lost > 0 };
}

function lostOf(
  storage: StorageState,
  kernel: Kernel,
  tail: Tail,
  subject: number,
  unsynced: number,
): number {
  if (tail === 'keep') return 0;
  if (tail === 'lose') return unsynced;
  if (tail === 'draw') return kernel.choose(Purpose.tail, storage.node, subject, unsynced + 1);
  return unsynced === 1 ? 1 : 1 + kernel.choose(Purpose.torn, storage.node, subject, unsynced);
}
