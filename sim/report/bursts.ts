/** Many alike as one line: what the same node did again and again, without a pause. */

export interface Occurrence {
  readonly at: number;
  /** What is alike has the same key. */
  readonly key: string;
  /** Who was concerned. */
  readonly who: string;
}

export interface Burst {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Each once, in order of first appearance. */
  readonly who: readonly string[];
}

/** After so long a silence, in microseconds, the next one begins a burst of its own. */
export const silenceUs = 1_000_000;

/** Groups occurrences, given in order of time, by key; bursts in order of their beginning. */
export function bursts(occurrences: readonly Occurrence[]): Burst[] {
  const found: { key: string; from: number; to: number; count: number; who: Set<string> }[] = [];
  const open = new Map<string, (typeof found)[number]>();
  for (const { at, key, who } of occurrences) {
    const burst = open.get(key);
    if (burst !== undefined && at - burst.to < silenceUs) {
      burst.to = at;
      burst.count += 1;
      burst.who.add(who);
      continue;
    }
    const begun = { key, from: at, to: at, count: 1, who: new Set([who]) };
    open.set(key, begun);
    found.push(begun);
  }
  return found.map((burst) => ({ ...burst, who: [...burst.who] }));
}

/** Names in few words: `c1-c4, c7`. */
export function span(names: readonly string[]): string {
  const numbered = names.map((name) => /^(.*?)(\d+)$/.exec(name));
  if (numbered.some((match) => match === null)) return names.join(', ');
  const parts = numbered
    .map((match) => ({ stem: match![1]!, number: Number(match![2]) }))
    .sort((one, other) =>
      one.stem < other.stem ? -1 : one.stem > other.stem ? 1 : one.number - other.number,
    );
  const ranges: { stem: string; from: number; to: number }[] = [];
  for (const { stem, number } of parts) {
    const last = ranges.at(-1);
    if (last !== undefined && last.stem === stem && number === last.to + 1) last.to = number;
    else ranges.push({ stem, from: number, to: number });
  }
  return ranges
    .map(({ stem, from, to }) => {
      if (from === to) return `${stem}${from}`;
      return `${stem}${from}${to === from + 1 ? ', ' : '-'}${stem}${to}`;
    })
    .join(', ');
}
