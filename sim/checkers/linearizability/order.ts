/** Orders that a search came to, as operations. */
import type { Placement } from './configurations.js';
import type { KeyedOperation } from './operation.js';
import type { Search } from './search.js';

/** The operations of an order that was found, or that led to some configuration. */
export function orderOf({ configurations, order }: Search, last = order): KeyedOperation[] {
  const { operations, infos } = configurations.partition;
  const placements: Placement[] = [];
  for (let at = last; at !== null; at = at.before) placements.push(at);
  const used = new Array<number>(infos.length).fill(0);
  return placements
    .reverse()
    .flatMap(({ operation, chain }) => [
      ...chain.map((index) => infos[index]!.operations[used[index]!++]!),
      operations[operation]!,
    ]);
}
