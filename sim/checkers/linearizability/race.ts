/**
 * Two searches for one partition, step by step side by side: the first to know decides. Each is quick
 * where the other may not be: in depth an order is found soon, in breadth its absence takes little
 * memory.
 */
import { DepthFirst } from './depth-first.js';
import { JustInTime } from './just-in-time.js';
import type { Partition } from './partition.js';
import type { Search } from './search.js';

export interface Budget {
  /** Steps of all searches together. */
  readonly steps: number;
  /** Configurations that may be stored at once. */
  readonly memory: number;
}

export type Searching = new (partition: Partition) => Search;

/** Both, in the order in which they take turns. */
export const both: readonly Searching[] = [DepthFirst, JustInTime];

/** Steps until it is the other's turn. */
const turn = 128;

export class Race {
  /** `undefined` while nobody knows. */
  outcome: 'found' | 'none' | undefined;
  /** The search that knew. */
  winner: Search | undefined;
  /** Whether a search was given up for want of memory. */
  isFull = false;
  /** The most configurations stored at once. */
  mostStored = 0;
  private running: readonly Search[];
  private done = 0;
  private gone = 0;

  /** @param kinds one alone, or both */
  constructor(partition: Partition, kinds: readonly Searching[] = both) {
    this.running = kinds.map((kind) => new kind(partition));
  }

  /** Whether more steps may decide it. */
  get goesOn(): boolean {
    return this.outcome === undefined && this.running.length > 0;
  }

  /** Steps of all searches so far. */
  get work(): number {
    return this.running.reduce((sum, { configurations }) => sum + configurations.work, this.gone);
  }

  /** Configurations stored now. */
  get stored(): number {
    return this.running.reduce((sum, search) => sum + search.stored, 0);
  }

  /**
   * Go on until each search has done so many steps in all, or one knows.
   * @param memory how many configurations all may store together
   */
  advance(steps: number, memory: number): void {
    while (this.goesOn && this.done < steps) {
      this.done = Math.min(this.done + turn, steps);
      for (const search of this.running) this.takeTurn(search, steps, memory);
    }
  }

  private takeTurn(search: Search, steps: number, memory: number): void {
    if (this.outcome !== undefined) return;
    const others = this.stored - search.stored;
    const outcome = search.advance(this.done, steps, memory - others);
    this.mostStored = Math.max(this.mostStored, others + search.stored);
    if (outcome === 'full') {
      this.isFull = true;
      this.gone += search.configurations.work;
      this.running = this.running.filter((one) => one !== search);
    } else if (outcome !== undefined) {
      this.outcome = outcome;
      this.winner = search;
      search.forget();
    }
  }
}
