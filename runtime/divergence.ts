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

/** Two runs of one world, step by step together. */
export class Lockstep {
  readonly one: World;
  private readonly other: World;
  private readonly first: TraceEntry[] = [];
  private readonly second: TraceEntry[] = [];
  private steps = 0;
  /** Whether nothing is left to compare. */
  isOver = false;

  /** @param make builds the world with that tracer; called twice */
  constructor(make: (tracer: Tracer) => World) {
    this.one = make((entry) => this.first.push(entry));
    this.other = make((entry) => this.second.push(entry));
  }

  /**
   * Goes on until the runs differ or end, or the first has taken so many events.
   * @returns undefined when they agree so far
   * @throws what a world throws
   */
  run(maxEvents: number): Divergence | undefined {
    const { one, other, first, second } = this;
    while (!this.isOver && one.state.events < maxEvents) {
      const more = one.takeOne();
      const same = more === other.takeOne() && one.digest === other.digest;
      const entry = firstDifference(first, second);
      if (!same || entry !== undefined) {
        this.isOver = true;
        const timeUs = Math.min(one.now, other.now);
        return { steps: this.steps, timeUs, first, second, entry: entry ?? first.length };
      }
      this.isOver = !more;
      this.steps++;
      first.length = 0;
      second.length = 0;
    }
    return undefined;
  }
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
  return new Lockstep(make).run(maxEvents);
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
