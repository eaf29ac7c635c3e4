/**
 * Takes away one safeguard or rule after another, and searches for what that breaks: by several
 * strategies, in several campaigns each, so that how soon it is found is a distribution and no luck.
 */

import type { Detection, Search } from '../fuzz/detect.js';
import type { Strategy } from '../fuzz/generations.js';
import { stopped } from '../fuzz/stopped.js';
import type { Violation } from '../fuzz/violation.js';
import { WorkerDied, type Workers } from '../fuzz/workers.js';
import type { Story } from '../story/story.js';
import type { Variant } from './variants.js';

export interface AblationPlan {
  readonly variants: readonly Variant[];
  readonly strategies: readonly Strategy[];
  /** Of each variant by each strategy. */
  readonly campaigns: number;
  /** Runs of a campaign, at most. */
  readonly runs: number;
  /** Of the first run of the first campaign; the next one is `seedsApart` further. */
  readonly seed: number;
  /** Runs that shrinking a story may take; 0: none is shrunk. */
  readonly shrinkRuns: number;
}

/** What taking a variant's safeguard or rule away has done. */
export interface Ablated {
  readonly variant: Variant;
  /** Every campaign that was made, by strategy. */
  readonly detections: Readonly<Partial<Record<Strategy, readonly Detection[]>>>;
  /** Every sort of violation found, in the order in which campaigns found it. */
  readonly violations: readonly Violation[];
  /** The one that was found soonest, as small as it gets, told. */
  readonly story?: Story;
}

export interface Surroundings {
  readonly workers: Workers;
  /** Ends it: what is known by then is its result. */
  readonly signal: AbortSignal;
  readonly progress: (done: number, of: number) => void;
}

/** Between the first runs of two campaigns: far more than a campaign's runs. */
export const seedsApart = 10_000_000;

/** Campaigns after which a strategy gives a variant up, if none of them has found anything. */
const triesMax = 3;

/** Runs the whole ablation. @returns a row for each variant; not all of it where it was stopped */
export async function ablate(plan: AblationPlan, around: Surroundings): Promise<Ablated[]> {
  const cells = plan.variants.flatMap((variant) =>
    plan.strategies.map((strategy) => ({ variant, strategy, detections: [] as Detection[] })),
  );
  type Cell = (typeof cells)[number];
  let done = 0;
  let of = cells.length * Math.min(triesMax, plan.campaigns) + plan.variants.length;
  const step = <T>(work: Promise<T>): Promise<T | 'stopped'> =>
    Promise.race([work, over]).finally(() => around.progress(++done, of));
  const over = stopped(around.signal);
  const searches = async (given: readonly Cell[], from: number, to: number) => {
    await Promise.all(
      given.map(async (cell) => {
        const { variant, strategy, detections } = cell;
        const all = Array.from({ length: to - from }, (_, at) => {
          const search: Search = { strategy, seed: seedOf(plan, from + at), runs: plan.runs };
          return step(around.workers.detect(variant.subject, search));
        });
        for (const one of await Promise.all(all)) if (one !== 'stopped') detections.push(one);
      }),
    );
  };
  await searches(cells, 0, Math.min(triesMax, plan.campaigns));
  const promising = cells.filter(({ detections }) => detections.some(({ found }) => found));
  of += promising.length * Math.max(0, plan.campaigns - triesMax);
  await searches(promising, triesMax, Math.max(triesMax, plan.campaigns));
  return Promise.all(
    plan.variants.map(async (variant) => {
      const own = cells.filter((cell) => cell.variant === variant);
      const all = own.flatMap(({ detections }) => detections);
      const story = await step(storyOf(variant, all, plan, around));
      return {
        variant,
        detections: Object.fromEntries(own.map((one) => [one.strategy, one.detections])),
        violations: kindsOf(all),
        ...(story !== undefined && story !== 'stopped' && { story }),
      };
    }),
  );
}

const seedOf = ({ seed }: AblationPlan, campaign: number) => seed + campaign * seedsApart;

/** The detection that took the fewest runs, shrunk and told; undefined where there is none. */
async function storyOf(
  { subject }: Variant,
  detections: readonly Detection[],
  { shrinkRuns }: AblationPlan,
  { workers }: Surroundings,
): Promise<Story | undefined> {
  const [soonest] = detections
    .filter(({ found }) => found !== undefined)
    .sort((one, other) => one.made - other.made);
  if (soonest?.found === undefined) return undefined;
  const { first, violations } = soonest.found;
  const [violation] = violations as [Violation];
  try {
    const small = workers.shrink(subject, first.recipe, violation, shrinkRuns, () => {});
    const { scenario } = await small;
    return await workers.tell(scenario, violation.checker);
  } catch (error) {
    if (error instanceof WorkerDied) return undefined;
    throw error;
  }
}

function kindsOf(detections: readonly Detection[]): Violation[] {
  const found = new Map<string, Violation>();
  for (const { found: one } of detections) {
    for (const violation of one?.violations ?? []) {
      const name = `${violation.checker} ${violation.kind}`;
      if (!found.has(name)) found.set(name, violation);
    }
  }
  return [...found.values()];
}
