/** What the searches for a linearization share: how they are driven, and how far they came. */
import type { Configuration, Configurations, Placement } from './configurations.js';

/**
 * `found`: some order explains every answer. `none`: no order does. `full`: it may store no more
 * configurations and can't go on without.
 */
export type Outcome = 'found' | 'none' | 'full';

export interface Search {
  readonly configurations: Configurations;
  /** Configurations, states and moves kept now. */
  readonly stored: number;
  readonly front: Front;
  /** The order that was found. */
  readonly order: Placement | null;
  /**
   * Go on until so much work is done in all.
   * @param limit of work for a question that can't be asked by halves; at least `until`
   * @param memory how much may be stored
   * @returns undefined when more work is needed
   */
  advance(until: number, limit: number, memory: number): Outcome | undefined;
  /** Keep no more than what was found: it does not go on. */
  forget(): void;
}

/**
 * The farthest that a search came: the most operations, in order of completion, that an order of
 * them and of what had begun by then explains. When there is no order of all, the one after these is
 * the first that can't be placed.
 */
export class Front {
  low = -1;
  /** One of the configurations there for each state, in order of discovery. */
  readonly byState = new Map<number, Configuration>();

  reach(configuration: Configuration): void {
    if (configuration.low < this.low) return;
    if (configuration.low > this.low) {
      this.low = configuration.low;
      this.byState.clear();
    }
    if (!this.byState.has(configuration.state)) {
      this.byState.set(configuration.state, configuration);
    }
  }
}
