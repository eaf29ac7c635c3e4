/** How many mutants there are, and how many of them were killed. */
import type { Hunted } from './hunt.js';

export interface Score {
  readonly generated: number;
  /** Machines that there can't be. */
  readonly invalid: number;
  /** Mutated where no run of the original comes by. */
  readonly notReached: number;
  readonly killed: number;
  readonly survived: number;
  /** The process that was at it died. */
  readonly unknown: number;
  /** Runs until a mutant was killed, the median; null where none was. */
  readonly medianRuns: number | null;
  /** How many each checker, or whatever it was, has killed; several may kill one. */
  readonly by: Readonly<Record<string, number>>;
}

/** @returns the score of some mutants */
export function scoreOf(hunted: readonly Hunted[]): Score {
  const ended = (end: Hunted['fate']['end']) =>
    hunted.filter(({ fate }) => fate.end === end).length;
  const kills = hunted.flatMap(({ fate }) => (fate.end === 'killed' ? [fate] : []));
  const runs = kills.map((one) => one.runs).sort((one, other) => one - other);
  const by = new Map<string, number>();
  for (const one of kills.flatMap((kill) => kill.by)) by.set(one, (by.get(one) ?? 0) + 1);
  return {
    generated: hunted.length,
    invalid: ended('invalid'),
    notReached: ended('not reached'),
    killed: kills.length,
    survived: ended('survived'),
    unknown: ended('unknown'),
    medianRuns: runs[Math.ceil(runs.length / 2) - 1] ?? null,
    by: Object.fromEntries([...by].sort(([, one], [, other]) => other - one)),
  };
}

/** Those that could be killed: machines that there are, mutated where runs come by. */
export const killable = ({ generated, invalid, notReached }: Score): number =>
  generated - invalid - notReached;
