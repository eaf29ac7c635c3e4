/**
 * Configurations that were met, by their key. Of those that differ in no more than the `info`
 * operations they have used, one that used less of each class has every future of the other, and
 * stands for it (dominance). So only those are kept that no other stands for.
 */
import { type Uses, within } from './uses.js';

export class Seen {
  private readonly byKey = new Map<string, Uses[]>();

  /** How many are kept. */
  size = 0;

  /** Whether nothing met before stands for this one. */
  isNew(key: string, uses: Uses): boolean {
    const known = this.byKey.get(key);
    return known === undefined || !known.some((one) => within(one, uses));
  }

  /** Keep one that is new, in the place of all that it stands for. */
  add(key: string, uses: Uses): void {
    const known = this.byKey.get(key);
    if (known === undefined) {
      this.byKey.set(key, [uses]);
      this.size += 1;
      return;
    }
    const kept = known.filter((one) => !within(uses, one));
    this.size += kept.length + 1 - known.length;
    kept.push(uses);
    this.byKey.set(key, kept);
  }
}
