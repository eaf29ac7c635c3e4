/** One sentence of a story, before it is known whether there is room for it. */
export interface Deed {
  readonly at: number;
  /** Without the full stop. */
  readonly text: string;
  /** Where there is no room for all, the lighter ones are left out. */
  readonly weight: number;
}

/** A part of a sentence. */
export interface Clause {
  readonly at: number;
  readonly text: string;
}

/** Clauses in order of time, as one sentence. */
export function joined(clauses: readonly Clause[]): string {
  const sorted = clauses.toSorted((one, other) => one.at - other.at);
  return sorted.map(({ text }) => text).join('; ');
}
