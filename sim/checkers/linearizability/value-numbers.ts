/**
 * Values numbered as they are met. A table of its own, for a `Map` of a hundred thousand texts costs
 * most of judging a long history: it grows by copying itself, and looks at every text again as it
 * does. Here the size is known beforehand, and a text is looked at when its hash is the same.
 */
import { identityOf, type Value } from './value.js';

type Identity = ReturnType<typeof identityOf>;

export class ValueNumbers {
  /** The number of a value and 1, or 0 for nothing, by the value's hash. */
  private readonly slots: Int32Array;
  /** By number. */
  private readonly hashes: Int32Array;
  private readonly values: Identity[];
  private count = 0;

  /** @param most how many there may be */
  constructor(most: number) {
    let length = 4;
    while (length < 2 * most) length *= 2;
    this.slots = new Int32Array(length);
    this.hashes = new Int32Array(most);
    this.values = new Array<Identity>(most);
  }

  get size(): number {
    return this.count;
  }

  /** The number of a value, which is a new one when it is met for the first time. */
  of(value: Value | undefined): number {
    const identity = identityOf(value);
    const hash = hashOf(identity);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.slots[slot]! - 1;
      if (number < 0) return this.add(slot, hash, identity);
      if (this.hashes[number] === hash && this.values[number] === identity) return number;
    }
  }

  private add(slot: number, hash: number, identity: Identity): number {
    const number = this.count++;
    if (number === this.hashes.length) throw new RangeError(`more than ${number} values`);
    this.slots[slot] = number + 1;
    this.hashes[number] = hash;
    this.values[number] = identity;
    return number;
  }
}

function hashOf(identity: Identity): number {
  const text = typeof identity === 'string' ? identity : String(identity);
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
