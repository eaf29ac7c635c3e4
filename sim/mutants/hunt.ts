/**
 * All mutants, one after another: is there such a machine, can runs of the original tell it at all,
 * and what tells it. The same by one worker or many.
 */
import type { Search } from '../fuzz/detect.js';
import { stopped } from '../fuzz/stopped.js';
import { WorkerDied, type Workers } from '../fuzz/workers.js';
import type { Fate } from './killer.js';
import type { Mutation } from './mutation.js';
import { type Spot, spotOf } from './probe.js';

export interface HuntPlan {
  readonly mutations: readonly Mutation[];
  /** The campaign of each mutant: ends with the run that kills it. */
  readonly fuzz: Search;
  /** Runs of the original that tell what its runs come by, beside given scenarios. */
  readonly reachRuns: number;
}

/** A mutant and what became of it. `unknown`: the process that was at it died. */
export interface Hunted {
  readonly mutation: Mutation;
  readonly fate:
    | Fate
    | { readonly end: 'not reached' }
    | { readonly end: 'unknown'; readonly why: string };
}

export interface Surroundings {
  readonly workers: Workers;
  /** Ends it: what is known by then is its result. */
  readonly signal: AbortSignal;
  /** Told after each step of the way. */
  readonly progress: (what: 'reach' | 'mutants', done: number, of: number) => void;
}

/** The original is run in so many campaigns, so that several workers share them. */
const shares = 8;
/** Between the first runs of two of them: far more than one's runs. */
const seedsApart = 10_000_000;

/** Hunts every mutant. @returns those whose fate is known, in their order */
export async function hunt(plan: HuntPlan, around: Surroundings): Promise<Hunted[]> {
  const over = stopped(around.signal);
  const reached = await reach(plan, around, over);
  if (reached === 'stopped') return [];
  const { mutations, fuzz } = plan;
  let done = 0;
  const each = mutations.map(async (mutation): Promise<Hunted | 'stopped'> => {
    const fate = reached.has(spotOf(mutation))
      ? await Promise.race([fateBy(around.workers, mutation, fuzz), over])
      : ({ end: 'not reached' } as const);
    around.progress('mutants', ++done, mutations.length);
    return fate === 'stopped' ? fate : { mutation, fate };
  });
  return (await Promise.all(each)).filter((one) => one !== 'stopped');
}

async function fateBy(workers: Workers, { id }: Mutation, fuzz: Search): Promise<Hunted['fate']> {
  try {
    return await workers.fate(id, { fuzz });
  } catch (error) {
    if (error instanceof WorkerDied) return { end: 'unknown', why: error.message };
    throw error;
  }
}

/** What the original's runs come by. */
async function reach(
  { fuzz: { seed, strategy }, reachRuns }: HuntPlan,
  { workers, progress }: Surroundings,
  over: Promise<'stopped'>,
): Promise<ReadonlySet<Spot> | 'stopped'> {
  let done = 0;
  const runs = Math.ceil(reachRuns / shares);
  const campaigns = Array.from({ length: shares }, (_, at) => {
    return { seed: seed + at * seedsApart, strategy, runs };
  });
  const each = (['paths', 'scenarios', ...campaigns] as const).map(async (what, _, { length }) => {
    const spots = await workers.reach(what);
    progress('reach', ++done, length);
    return spots;
  });
  const all = await Promise.race([Promise.all(each), over]);
  return all === 'stopped' ? all : new Set(all.flat());
}
