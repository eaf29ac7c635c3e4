/**
 * A binary heap by (time, turn), where turns count pushes: both in one number, so that an order is
 * one comparison. The lesser child is chosen by arithmetic, not by a branch.
 */

/** Keys that one heap can give. Times stay below 2^53 / 2^25 microseconds, with a minute to spare. */
const TURNS = 2 ** 25;
const TIMES = 2 ** 28 - 60_000_000;

export class Heap<T> {
  /** The key of what was popped last. */
  popped = 0;
  private readonly keys: number[] = [];
  private readonly items: T[] = [];
  private size = 0;
  private turn = 0;

  /** A key for something due at a time, behind all that has a key for that time already. */
  keyFor(time: number): number {
    return time * TURNS + this.turn++;
  }

  /** @throws when so many keys were given, or so late ones, that they may have lost their order */
  check(time: number): void {
    if (this.turn < TURNS && time < TIMES) return;
    throw new RangeError(`heap: ${this.turn} keys given at ${time} µs`);
  }

  /** When something is due at the earliest, Infinity when nothing waits. */
  peekTime(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : Math.floor(this.keys[0]! / TURNS);
  }

  push(time: number, item: T): number {
    const key = this.keyFor(time);
    this.insert(key, item);
    return key;
  }

  /** Puts an item in by a key of `keyFor`, perhaps an older one. */
  insert(key: number, item: T): void {
    const { keys, items } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentKey = keys[parent]!;
      if (parentKey < key) break;
      keys[hole] = parentKey;
      items[hole] = items[parent]!;
      hole = parent;
    }
    keys[hole] = key;
    items[hole] = item;
  }

  /** Takes what is due first; the heap must not be empty. */
  pop(): T {
    const { keys, items } = this;
    const first = items[0]!;
    this.popped = keys[0]!;
    const size = --this.size;
    const key = keys[size]!;
    const item = items[size]!;
    let hole = 0;
    for (let left = 1; left < size; left = 2 * hole + 1) {
      const right = left + 1;
      // Beyond the end stands a stale key or none: neither may win.
      const child = right < size ? left + +(keys[right]! < keys[left]!) : left;
      const childKey = keys[child]!;
      if (childKey > key) break;
      keys[hole] = childKey;
      items[hole] = items[child]!;
      hole = child;
    }
    keys[hole] = key;
    items[hole] = item;
    return first;
  }
}
