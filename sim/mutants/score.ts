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
  /** Runs of a killer until a mutant was killed, the median; null where none was. */
  readonly medianRuns: number | null;
  /** How many each checker, or whatever it was, has killed; several may kill one. */
  readonly by: Readonly<Record<string, number>>;
  /** How many each killer has killed: the first that could. */
  readonly killers: Readonly<Record<string, number>>;
}

/** @returns the score of some mutants */
export function scoreOf(hunted: readonly Hunted[]): Score {
  const ended = (end: Hunted['fate']['end']) =>
    hunted.filter(({ fate }) => fate.end === end).length;
  const kills = hunted.flatMap(({ fate }) => (fate.end === 'killed' ? [fate] : []));
  const runs = kills.map((one) => one.runs).sort((one, other) => one - other);
  return {
    generated: hunted.length,
    invalid: ended('invalid'),
    notReached: ended('not reached'),
    killed: kills.length,
    survived: ended('survived'),
    unknown: ended('unknown'),
    medianRuns: runs[Math.ceil(runs.length / 2) - 1] ?? null,
    by: tallied(kills.flatMap((kill) => kill.by)),
    killers: tallied(kills.map(({ killer }) => killer)),
  };
}

/** How often each is there, the most frequent first. */
function tallied(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}

/** Those that could be killed: machines that there are, mutated where runs come by. */
export const killable = ({ generated, invalid, notReached }: Score): number =>
  generated - invalid - notReached;
