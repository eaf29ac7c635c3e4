/**
 * What is due when: a binary heap ordered by (time, seq), where seq counts pushes, so that no
 * comparison ever ties and equal times leave in the order they came.
 *
 * Plain data in three parallel arrays that hold the entries and nothing else: what has left is not
 * kept alive. The lesser of two children is chosen by arithmetic, not by a branch. To a processor
 * it is a coin flip which of them is due first, and a wrong guess costs more than both comparisons.
 */

/** A heap: the children of slot `i` are `2i + 1` and `2i + 2`. To be changed by this file only. */
export interface Queue<T> {
  /** Integer microseconds. */
  readonly times: number[];
  readonly seqs: number[];
  readonly items: T[];
  nextSeq: number;
}

/** An empty queue. */
export function createQueue<T>(): Queue<T> {
  return { times: [], seqs: [], items: [], nextSeq: 1 };
}

/** How many items wait. */
export function sizeOf(queue: Queue<unknown>): number {
  return queue.times.length;
}

/**
 * Add an item due at `time`, behind all others due at that time.
 * @throws when `time` is not a number, or is negative: the heap would silently lose its order.
 */
export function push<T>(queue: Queue<T>, time: number, item: T): void {
  if (!(time >= 0)) throw new RangeError(`queue: due at ${time}, expected 0 or more`);
  const { times, seqs, items } = queue;
  const slot = times.length;
  const seq = queue.nextSeq++;
  times.push(time);
  seqs.push(seq);
  items.push(item);
  rise(queue, slot, time, seq, item);
}

/** Remove and return the item that is due first, or undefined when nothing waits. */
export function pop<T>(queue: Queue<T>): T | undefined {
  return queue.times.length === 0 ? undefined : removeAt(queue, 0);
}

/** The earliest time at which something is due, Infinity when nothing waits. */
export function peekTime(queue: Queue<unknown>): number {
  return queue.times.length === 0 ? Infinity : queue.times[0]!;
}

/**
 * Fill `out` with the slots of all items due at the earliest time, in order of arrival, and return
 * it. A slot indexes `items` and is for `removeAt`; it holds until the queue next changes.
 */
export function dueNow(queue: Queue<unknown>, out: number[]): number[] {
  const { times, seqs } = queue;
  const size = times.length;
  out.length = 0;
  if (size === 0) return out;
  // In a heap, the entries of the least time are a tree at the root: walk it, level by level.
  const time = times[0]!;
  out.push(0);
  for (let next = 0; next < out.length; next++) {
    const left = 2 * out[next]! + 1;
    if (left < size && times[left] === time) out.push(left);
    if (left + 1 < size && times[left + 1] === time) out.push(left + 1);
  }
  return out.length > 1 ? out.sort((x, y) => seqs[x]! - seqs[y]!) : out;
}

/**
 * Remove and return the item of one slot, as listed by `dueNow`.
 * @throws when there is no such slot.
 */
export function removeAt<T>(queue: Queue<T>, slot: number): T {
  const { times, seqs, items } = queue;
  const size = times.length - 1;
  if (!(slot >= 0 && slot <= size)) throw new RangeError(`queue: no slot ${slot}`);
  const removed = items[slot]!;
  const time = times.pop()!;
  const seq = seqs.pop()!;
  const item = items.pop()!;
  // The last entry fills the hole. From another branch of the tree it may belong above the hole.
  if (slot < size && rise(queue, slot, time, seq, item) === slot) {
    sink(queue, slot, time, seq, item);
  }
  return removed;
}

/** Drop every item that `keep` refuses; the others stay in order. Linear. */
export function compact<T>(queue: Queue<T>, keep: (item: T) => boolean): void {
  const { times, seqs, items } = queue;
  let size = 0;
  for (let slot = 0; slot < items.length; slot++) {
    const item = items[slot]!;
    if (!keep(item)) continue;
    times[size] = times[slot]!;
    seqs[size] = seqs[slot]!;
    items[size++] = item;
  }
  times.length = size;
  seqs.length = size;
  items.length = size;
  for (let slot = (size >> 1) - 1; slot >= 0; slot--) {
    sink(queue, slot, times[slot]!, seqs[slot]!, items[slot]!);
  }
}

/** Every [time, item] in the order in which they would leave; the queue stays as it is. */
export function inOrder<T>(queue: Queue<T>): [time: number, item: T][] {
  const { times, seqs, items } = queue;
  return times
    .map((_, slot) => slot)
    .sort((x, y) => times[x]! - times[y]! || seqs[x]! - seqs[y]!)
    .map((slot) => [times[slot]!, items[slot]!]);
}

/** Put an entry into the hole at `slot`, or above it; returns the slot that it took. */
function rise<T>(queue: Queue<T>, slot: number, time: number, seq: number, item: T): number {
  const { times, seqs, items } = queue;
  let hole = slot;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const parentTime = times[parent]!;
    if (parentTime < time || (parentTime === time && seqs[parent]! < seq)) break;
    times[hole] = parentTime;
    seqs[hole] = seqs[parent]!;
    items[hole] = items[parent]!;
    hole = parent;
  }
  times[hole] = time;
  seqs[hole] = seq;
  items[hole] = item;
  return hole;
}

/** Put an entry into the hole at `slot`, or below it. */
function sink<T>(queue: Queue<T>, slot: number, time: number, seq: number, item: T): void {
  const { times, seqs, items } = queue;
  const size = times.length;
  let hole = slot;
  for (let left = 2 * hole + 1; left < size; left = 2 * hole + 1) {
    const right = left + 1;
    let child = left;
    if (right < size) {
      const a = times[left]!;
      const b = times[right]!;
      child += +(b < a) | (+(b === a) & +(seqs[right]! < seqs[left]!));
    }
    const childTime = times[child]!;
    if (childTime > time || (childTime === time && seqs[child]! > seq)) break;
    times[hole] = childTime;
    seqs[hole] = seqs[child]!;
    items[hole] = items[child]!;
    hole = child;
  }
  times[hole] = time;
  seqs[hole] = seq;
  items[hole] = item;
}
