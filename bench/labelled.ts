/**
 * Decisions as the world takes them, for simulations beside it: the same labels, counted and
 * answered the same way, so that every latency, disk time and think time is the world's.
 */
import { absorbSeed, keyedBy, keyedFrom, label } from '../runtime/keyed.js';
import { countUse, createUses } from '../runtime/uses.js';

/** Answers the labelled decisions of one run. */
export class Decisions {
  /** The seed, as decisions begin with it. */
  private readonly absorbed: number;
  private readonly uses = createUses();

  constructor(seed: number) {
    this.absorbed = absorbSeed(seed);
  }

  /**
   * One of an ascending table's integers; a table of one asks nobody. How often the same was asked
   * before is counted.
   */
  draw(purpose: number, identity: number, subject: number, table: readonly number[]): number {
    if (table.length === 1) return table[0] as number;
    const base = label(purpose, identity, subject, 0);
    const nth = countUse(this.uses, base);
    const name = nth === 0 ? base : label(purpose, identity, subject, nth);
    return table[keyedFrom(this.absorbed, name, table.length)] as number;
  }

  /** The same for a caller who knows how often the same was asked before: nothing is counted. */
  drawNth(
    purpose: number,
    identity: number,
    subject: number,
    nth: number,
    table: readonly number[],
  ): number {
    if (table.length === 1) return table[0] as number;
    return table[keyedBy(this.absorbed, purpose, identity, subject, nth, table.length)] as number;
  }
}
