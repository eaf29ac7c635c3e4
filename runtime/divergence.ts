/**
 * The run-twice check: a world that reads a real die, iterates in an order of its own or keeps state
 * outside its context is not deterministic. Two worlds of one configuration run in lockstep; after
 * every step their digests and all that their tracers were told must agree. It can show a leak; it
 * can't prove that there is none.
 */
import { formatTime } from './duration.js';
import type { TraceEntry, Tracer } from './trace.js';
import type { World } from './world.js';

/** The first step in which two runs of one world differ. */
export interface Divergence {
  /** Steps taken in agreement before: the one that differs is the next. */
  readonly steps: number;
  readonly timeUs: number;
  /** What each run did in that step. */
  readonly first: readonly TraceEntry[];
  readonly second: readonly TraceEntry[];
  /** Where in the two lists the first difference is. */
  readonly entry: number;
}

/**
 * @param make builds the world with that tracer; called twice
 * @param maxEvents after so many events nothing more is compared
 * @returns undefined when both runs agree to the end
 * @throws what a world throws
 */
export function findDivergence(
  make: (tracer: Tracer) => World,
  maxEvents = 1_000_000,
): Divergence | undefined {
  const first: TraceEntry[] = [];
  const second: TraceEntry[] = [];
  const one = make((entry) => first.push(entry));
  const other = make((entry) => second.push(entry));
  for (let steps = 0; ; steps++) {
    // Before the first step: what building the world did.
    const entry = firstDifference(first, second);
    if (entry !== undefined || one.digest !== other.digest) {
      const timeUs = Math.min(one.now, other.now);
      return { steps: Math.max(0, steps - 1), timeUs, first, second, entry: entry ?? first.length };
    }
    if (one.state.events >= maxEvents) return undefined;
    first.length = 0;
    second.length = 0;
    const more = one.takeOne();
    if (more !== other.takeOne()) {
      return { steps, timeUs: Math.min(one.now, other.now), first, second, entry: 0 };
    }
    if (!more) return undefined;
  }
}

/** A divergence in three lines: the step, and what each run did there first that the other didn't. */
export function describeDivergence({ steps, timeUs, entry, ...runs }: Divergence): string {
  const line = (name: string, entries: readonly TraceEntry[]) => {
    const found = entries[entry];
    return `  ${name} run: ${found === undefined ? 'nothing more' : describe(found)}`;
  };
  return [
    `the runs differ in step ${steps + 1}, at ${formatTime(timeUs).trim()}`,
    line('first', runs.first),
    line('second', runs.second),
  ].join('\n');
}

function describe({ what, at: _, ...rest }: TraceEntry): string {
  const where = 'node' in rest ? ` on ${rest.node}` : '';
  return `${what}${where} ${JSON.stringify(rest)}`;
}

function firstDifference(
  first: readonly TraceEntry[],
  second: readonly TraceEntry[],
): number | undefined {
  const length = Math.max(first.length, second.length);
  for (let at = 0; at < length; at++) if (!isSame(first[at], second[at])) return at;
  return undefined;
}

/** Whether two plain values are equal, fields in any order but lists in theirs. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other);
  }
  const fields = Object.keys(one);
  if (fields.length !== Object.keys(other).length) return false;
  return fields.every((field) =>
    isSame((one as Record<string, unknown>)[field], (other as Record<string, unknown>)[field]),
  );
}
