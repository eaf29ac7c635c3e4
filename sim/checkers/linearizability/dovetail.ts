/**
 * Many partitions under one budget. Each is searched with few steps, those that are left up to twice
 * as many, and so on: a partition that can't be decided costs the others no more than it costs them
 * to be decided. The first round in which one has no order ends it all, whatever is left.
 *
 * Between rounds a race waits where it stands if it stores no more than its share of the memory; else
 * it is dropped and begins anew. So one partition may use all the memory while it runs, and no two
 * can. What each is given depends on how many are left and on nothing else about them: neither on
 * names nor on who comes first.
 */
import type { Partition } from './partition.js';
import { type Budget, both, Race, type Searching } from './race.js';
import type { Search } from './search.js';

/** What became of a partition. */
export interface Raced {
  /** `steps` and `memory`: what it would have taken more of. */
  readonly outcome: 'found' | 'none' | 'steps' | 'memory';
  /** The search that knew. */
  readonly search: Search | undefined;
}

export interface Dovetailed {
  /** In the order of the partitions. */
  readonly races: readonly Raced[];
  readonly steps: number;
  /** The most configurations stored at once. */
  readonly stored: number;
}

/** Steps of each search in the first round. */
const firstRound = 4_096;

/** @param budget steps of all searches together, and configurations stored at once */
export function dovetail(
  partitions: readonly Partition[],
  budget: Budget,
  kinds: readonly Searching[] = both,
): Dovetailed {
  const races = partitions.map((): Raced => ({ outcome: 'steps', search: undefined }));
  const waiting = new Map<number, Race>();
  let undecided = [...partitions.keys()];
  let [spent, stored, last] = [0, 0, 0];
  for (let round = firstRound; undecided.length > 0; round *= 2) {
    const left = (budget.steps - spent) / kinds.length + waiting.size * last;
    const steps = Math.min(round, Math.floor(left / undecided.length));
    if (steps <= last) break;
    const mayKeep = budget.memory / undecided.length;
    const open: number[] = [];
    for (const at of undecided) {
      const race = waiting.get(at) ?? new Race(partitions[at]!, kinds);
      const before = race.work;
      race.advance(steps, budget.memory);
      spent += race.work - before;
      stored = Math.max(stored, race.mostStored);
      races[at] = {
        outcome: race.outcome ?? (race.isFull ? 'memory' : 'steps'),
        search: race.winner,
      };
      if (race.goesOn) open.push(at);
      if (race.goesOn && race.stored <= mayKeep) waiting.set(at, race);
      else waiting.delete(at);
    }
    if (undecided.some((at) => races[at]!.outcome === 'none')) break;
    undecided = open;
    last = steps;
  }
  return { races, steps: spent, stored };
}
