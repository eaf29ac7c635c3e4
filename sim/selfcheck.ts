/**
 * The simulator checks itself: a world of every fault runs twice in lockstep, once by each engine,
 * and everything that the two do must agree. Its digest, printed, compares machines, Node versions
 * and releases.
 */
import { setImmediate } from 'node:timers/promises';
import { everyFaultWorld } from '../runtime/fixtures/every-fault.js';
import {
  compiledEngine,
  type Divergence,
  describeDivergence,
  type Engine,
  type FaultKind,
  Lockstep,
  World,
  xstateEngine,
} from '../runtime/index.js';

export interface SelfCheckOptions {
  /** Of the world's oracle; default 1. */
  readonly seed?: number;
  /** How many events each run takes; default 100,000. */
  readonly events?: number;
  /** What runs the first world; default: the compiled engine. */
  readonly engine?: Engine;
  /** What runs the second; default: the reference engine. */
  readonly against?: Engine;
  /** Told now and then how many events have been compared. */
  readonly progress?: (events: number) => void;
  /** Ends the check early. */
  readonly signal?: AbortSignal;
}

/** What a self-check found. Plain data; `version` is that of this format. */
export interface SelfCheck {
  readonly version: 1;
  readonly seed: number;
  /** How many were asked for, and how many were compared. */
  readonly wanted: number;
  readonly events: number;
  /** Simulated time that passed, microseconds. */
  readonly timeUs: number;
  readonly digest: string;
  readonly engine: Engine['name'];
  readonly against: Engine['name'];
  /** How often faults of each kind bit. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Null when the runs agree; else the first step that differs, in three lines. */
  readonly divergence: string | null;
}

/** So many events between two looks at the world outside. */
const slice = 2_000;

/**
 * Runs the world of every fault twice in lockstep, by two engines.
 * @throws RangeError when the seed is not an integer from 0 to 2^53 - 1
 */
export async function selfCheck(options: SelfCheckOptions = {}): Promise<SelfCheck> {
  const { seed = 1, events = 100_000, progress, signal } = options;
  const { engine = compiledEngine, against = xstateEngine } = options;
  const both = [engine, against];
  const runs = new Lockstep(
    (tracer) => new World(everyFaultWorld(seed, { events, engine: both.shift()!, tracer })),
  );
  const { state } = runs.one;
  let divergence: Divergence | undefined;
  while (!runs.isOver && state.events < events && signal?.aborted !== true) {
    divergence = runs.run(Math.min(events, state.events + slice));
    progress?.(state.events);
    await setImmediate();
  }
  return {
    version: 1,
    seed,
    wanted: events,
    events: state.events,
    timeUs: runs.one.now,
    digest: runs.one.digest,
    engine: engine.name,
    against: against.name,
    faults: bites(runs.one),
    divergence: divergence === undefined ? null : describeDivergence(divergence),
  };
}

/** How often faults of each kind bit: a link's by message, the others' by their beginning. */
function bites(world: World): Partial<Record<FaultKind, number>> {
  const count: Partial<Record<FaultKind, number>> = {};
  for (const { kind, move } of world.record.faults) {
    if (move === (kind === 'link' ? 'bit' : 'began')) count[kind] = (count[kind] ?? 0) + 1;
  }
  return count;
}
