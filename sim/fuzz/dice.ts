/**
 * A die for drawing scenarios: a stream of integers that a seed and a name determine. Each part of a
 * scenario throws dice of its own name, so that one part's throws move no other part.
 */
import { keyed, label } from '../../runtime/keyed.js';

/** The purposes of the draws of scenarios; far from the world's and the workload's. */
const purpose = 200;

export class Dice {
  private thrown = 0;
  private readonly seed: number;
  private readonly name: number;

  /** @param name tells the streams of one seed apart, from 0 */
  constructor(seed: number, name: number) {
    this.seed = seed;
    this.name = name;
  }

  /** From 0 to n - 1. */
  below(n: number): number {
    return keyed(this.seed, label(purpose, this.name, 0, this.thrown++), n);
  }

  /** From `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** Whether something of a chance of n in d happens. */
  chance(n: number, d: number): boolean {
    return this.below(d) < n;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** One of several, each as likely as its weight says. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    let left = this.below(items.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [item, weight] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    throw new Error('no weight is left');
  }

  /** The items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }

  /** Some of the items, in their order: each is there or not. */
  some<T>(items: readonly T[]): T[] {
    return items.filter(() => this.chance(1, 2));
  }

  /** Long and short alike: each power of ten as likely as the next. */
  anyDuration(leastUs: number, mostUs: number): number {
    let decades = 0;
    for (let top = leastUs; top < mostUs; top *= 10) decades++;
    let low = leastUs;
    for (let more = this.below(Math.max(1, decades)); more > 0; more--) low *= 10;
    return Math.min(mostUs, low + Math.floor((low * this.below(9000)) / 1000));
  }
}
