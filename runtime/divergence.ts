/**
 * The run-twice check: a world that reads a real die, iterates in an order of its own or keeps state
 * outside its context is not deterministic. Two worlds of one configuration run in lockstep; their
 * digests must agree after every step. It can show a leak; it can't prove that there is none.
 */
import type { TraceEntry, Tracer } from './trace.js';
import type { World } from './world.js';

/** The first step after which two runs of one world differ. */
export interface Divergence {
  /** Steps taken in agreement before. */
  readonly steps: number;
  readonly timeUs: number;
  /** What each run did in the step that differs. */
  readonly first: readonly TraceEntry[];
  readonly second: readonly TraceEntry[];
}

/**
 * @param make builds the world with that tracer; called twice
 * @returns undefined when both runs agree to the end or to `maxSteps`
 */
export function findDivergence(
  make: (tracer: Tracer) => World,
  maxSteps = 1_000_000,
): Divergence | undefined {
  const first: TraceEntry[] = [];
  const second: TraceEntry[] = [];
  const one = make((entry) => first.push(entry));
  const other = make((entry) => second.push(entry));
  for (let steps = 0; steps < maxSteps; steps++) {
    first.length = 0;
    second.length = 0;
    const more = one.takeOne();
    if (more !== other.takeOne() || one.digest !== other.digest) {
      return { steps, timeUs: one.now, first, second };
    }
    if (!more) return undefined;
  }
  return undefined;
}
