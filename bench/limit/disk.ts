/** The disk of a node: first come, first served, one operation at a time; reads take no time. */
import { Purpose } from '../../runtime/kernel.js';
import { type DiskOperation, Doing, type Update } from './entries.js';
import type { Limit } from './limit.js';
import type { Store } from './store.js';

/** Kinds of operation that no client operation names have numbers of their own, as in the world. */
const KIND = 1_099_511_627_776;

/** Asks for an operation. @returns whether it was carried out at once: its answer is the caller's */
export function submit(sim: Limit, store: Store, operation: DiskOperation): boolean {
  if (operation.update !== null) store.latest += operation.update.count;
  if (store.serving !== null) {
    store.diskQueue.push(operation);
    return false;
  }
  return begin(sim, store, operation);
}

/** @returns whether it took no time and is done */
function begin(sim: Limit, store: Store, operation: DiskOperation): boolean {
  const time = timeOf(sim, store, operation);
  if (time === 0) {
    read(store, operation);
    return true;
  }
  store.serving = operation;
  sim.heap.push(sim.now + time, store.diskDue);
  return false;
}

function timeOf(sim: Limit, store: Store, operation: DiskOperation): number {
  const { times, index } = store;
  switch (operation.doing) {
    case Doing.appendCommand:
    case Doing.appendFed: {
      // No client sends a write twice, so it comes to a disk once.
      const { operation: id } = operation.update!;
      return sim.decisions.drawNth(Purpose.disk, index, id, 0, times.append);
    }
    case Doing.persist:
      return sim.decisions.draw(Purpose.disk, index, 6 * KIND, times.persist);
    case Doing.sync: {
      operation.covers = store.applied;
      return sim.decisions.draw(Purpose.disk, index, 2 * KIND + store.applied, times.sync);
    }
    default:
      return 0;
  }
}

/**
 * The operation in service is done, and reads behind it.
 * @param told gets them, in order
 * @returns how many
 */
export function finish(sim: Limit, store: Store, told: DiskOperation[]): number {
  const done = store.serving!;
  store.serving = null;
  complete(store, done);
  told[0] = done;
  let count = 1;
  while (store.serving === null && store.diskQueue.length > 0) {
    const next = store.diskQueue.shift()!;
    if (begin(sim, store, next)) told[count++] = next;
  }
  return count;
}

function complete(store: Store, operation: DiskOperation): void {
  switch (operation.doing) {
    case Doing.appendCommand:
    case Doing.appendFed:
      append(store, operation.update!);
      operation.update = null;
      break;
    case Doing.persist:
      store.metadata = { ...store.metadata, ...operation.fields };
      break;
    case Doing.sync:
      store.durable = operation.covers;
      break;
  }
}

function append(store: Store, update: Update): void {
  store.contents[update.key] = update.value;
  store.applied += update.count;
  store.log.push(update);
  store.ends.push(store.applied);
}

function read(store: Store, operation: DiskOperation): void {
  switch (operation.doing) {
    case Doing.readKey:
      operation.value = store.contents[operation.key] ?? null;
      break;
    case Doing.readForFeed:
      readRange(store, operation, 16);
      break;
    case Doing.readForPsync:
      readRange(store, operation, 1);
      break;
  }
}

/** The batches from the one that begins at `offset`: where they stand, how many, what is next. */
function readRange({ log, ends, applied }: Store, operation: DiskOperation, limit: number): void {
  const { offset } = operation;
  operation.count = 0;
  operation.next = offset;
  operation.found = offset <= applied + 1;
  if (offset > applied) return;
  const index = firstEndingFrom(ends, offset);
  operation.found = (index === 0 ? 1 : ends[index - 1]! + 1) === offset;
  if (!operation.found) return;
  operation.index = index;
  operation.count = Math.min(limit, log.length - index);
  operation.next = ends[index + operation.count - 1]! + 1;
}

function firstEndingFrom(ends: readonly number[], offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
