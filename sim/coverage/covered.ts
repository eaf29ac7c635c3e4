/** What runs have covered of a protocol's machines: plain data, so that it can be saved and merged. */
import type { Item, Sight } from './inventory.js';

/** Names of what was seen, each once, sorted. */
export type Covered = readonly string[];

/**
 * The name of something seen: `server.job.idle|always|0 taken`. The machine is named beside the
 * transition where that does not begin with it: its root state may have any id.
 */
export function nameOf(
  { machine, transition }: Pick<Item, 'machine' | 'transition'>,
  sight: Sight,
): string {
  const tells = transition.startsWith(`${machine}.`) || transition.startsWith(`${machine}|`);
  return `${tells ? '' : `${machine}: `}${transition} ${sight}`;
}

/** What any of them has covered. */
export function merged(...all: readonly Covered[]): Covered {
  return [...new Set(all.flat())].sort();
}
