/** What tells a mutant from the original: by name, asked one after another until one does. */

/** A mutant was told from the original. */
export interface Kill {
  /** What was wrong: checkers that say `invalid`; `defect` where the machine failed; `no end` of a run. */
  readonly by: readonly string[];
  /** What it took, in units of the killer: runs of a campaign, the one that killed it included. */
  readonly runs: number;
  /** What happened, in a line. */
  readonly text: string;
}

/** Something that may tell a protocol from the one that it is a mutant of. */
export interface Killer {
  readonly name: string;
  /** @returns null where it tells nothing */
  readonly kill: (protocolName: string) => Kill | null;
}

/** What became of a mutant. `invalid`: there is no such machine, since XState or the engine refuses it. */
export type Fate =
  | { readonly end: 'invalid'; readonly why: string }
  | ({ readonly end: 'killed'; readonly killer: string } & Kill)
  | { readonly end: 'survived' };

/** Asks one killer after another. */
export function killedBy(protocolName: string, killers: readonly Killer[]): Fate {
  for (const { name, kill } of killers) {
    const killed = kill(protocolName);
    if (killed !== null) return { end: 'killed', killer: name, ...killed };
  }
  return { end: 'survived' };
}
