/**
 * Search in depth: place one operation after another, take back what leads nowhere. After Wing and
 * Gong, "Testing and Verifying Concurrent Objects" (1993), with the memory of Lowe, "Testing for
 * Linearizability" (2017): no configuration is explored twice. Where orders are many it finds one
 * soon. When its memory is full it goes on without remembering more configurations.
 */
import { type Configuration, Configurations, type Placement, type Way } from './configurations.js';
import type { Partition } from './partition.js';
import { Front, type Outcome, type Search } from './search.js';
import { Seen } from './seen.js';

interface Frame {
  readonly from: Configuration;
  readonly ways: readonly Way[];
  next: number;
}

export class DepthFirst implements Search {
  readonly configurations: Configurations;
  readonly front = new Front();
  order: Placement | null = null;
  private seen = new Seen();
  private stack: Frame[] = [];
  /** Reached, and its ways on not known yet. */
  private reached: Configuration | undefined;

  constructor(partition: Partition) {
    this.configurations = new Configurations(partition);
    this.reached = this.configurations.first;
  }

  get stored(): number {
    return this.seen.size + this.configurations.states.size;
  }

  forget(): void {
    this.seen = new Seen();
    this.stack = [];
  }

  advance(until: number, limit: number, memory: number): Outcome | undefined {
    const { configurations, stack, front } = this;
    while (configurations.work < until) {
      if (configurations.states.size > memory) return 'full';
      if (this.reached === undefined) {
        this.reached = this.deeper(memory);
        if (this.reached !== undefined) continue;
        if (stack.length === 0) return 'none';
        stack.pop();
        continue;
      }
      front.reach(this.reached);
      if (configurations.isComplete(this.reached)) {
        this.order = this.reached.order;
        return 'found';
      }
      const found = configurations.waysFrom(this.reached, limit);
      if (found === undefined) return undefined;
      if (found.forGood) {
        this.reached = configurations.behind(this.reached, found.ways[0]!);
      } else {
        stack.push({ from: this.reached, ways: found.ways, next: 0 });
        this.reached = undefined;
      }
    }
    return undefined;
  }

  /** The next configuration behind the last one that was not met before. */
  private deeper(memory: number): Configuration | undefined {
    const { configurations, seen } = this;
    const frame = this.stack.at(-1);
    while (frame !== undefined && frame.next < frame.ways.length) {
      const next = configurations.behind(frame.from, frame.ways[frame.next++]!);
      const key = configurations.keyOf(next);
      if (!seen.isNew(key, next.uses)) continue;
      if (this.stored < memory) seen.add(key, next.uses);
      return next;
    }
    return undefined;
  }
}
