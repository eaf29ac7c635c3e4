/** How soon campaigns find something, as a distribution. */
import type { Detection } from '../fuzz/detect.js';

/** How soon some campaigns found something: runs made until then, in order. */
export interface Soon {
  readonly found: number;
  readonly of: number;
  /** Of all campaigns; null where it lies beyond what the campaigns made. */
  readonly median: number | null;
  readonly p90: number | null;
}

/** Campaigns that found nothing count as later than any that did. */
export function soonOf(detections: readonly Detection[]): Soon {
  const all = detections
    .map(({ made, found }) => (found === undefined ? Number.POSITIVE_INFINITY : made))
    .sort((one, other) => one - other);
  const at = (share: number): number | null => {
    const value = all[Math.max(0, Math.ceil(all.length * share) - 1)];
    return value === undefined || value === Number.POSITIVE_INFINITY ? null : value;
  };
  const found = all.filter(Number.isFinite).length;
  return { found, of: all.length, median: at(0.5), p90: at(0.9) };
}
