/**
 * A campaign: runs drawn and mutated, made by workers, taken in order. The same plan gives the same
 * findings whoever makes the runs; what differs is how many are made in a given time.
 */
import type { Outcome, Task } from './fuzz-run.js';
import { Generations, type Plan } from './generations.js';
import { stopped } from './stopped.js';
import { Tally } from './tally.js';
import type { PlainSubject } from './worker.js';
import { WorkerDied, type Workers } from './workers.js';

export interface CampaignPlan extends Plan {
  readonly subject: PlainSubject;
  /** Runs at most. */
  readonly runs: number;
  /** Findings of different kinds that end it; what nobody claims does not count. */
  readonly until: number;
}

/** Why a campaign ended. */
export type CampaignEnd = 'runs' | 'found' | 'stopped' | 'a worker died';

export interface Campaign {
  readonly tally: Tally;
  readonly generations: Generations;
  readonly end: CampaignEnd;
  /** What is known of a worker that died, and the first run that is missing for it. */
  readonly death?: { readonly why: string; readonly missing: number };
}

export interface Surroundings {
  readonly workers: Workers;
  readonly count: number;
  /** Ends the campaign: what was taken until then is its result. */
  readonly signal: AbortSignal;
  /** Told after each step of the way. */
  readonly progress: (tally: Tally, generations: Generations) => void;
}

/** Runs that a worker makes at a time: enough to be kept busy, few enough to be told of soon. */
const batchSize = 4;

/** Runs a campaign to its end. */
export async function runCampaign(plan: CampaignPlan, around: Surroundings): Promise<Campaign> {
  const tally = new Tally();
  const generations = new Generations(plan);
  const ended = (end: CampaignEnd): Campaign => ({ tally, generations, end });
  const queue: Task[][] = [];
  const under = new Set<Promise<void>>();
  /** Made and not taken yet: a run before it is still under way. */
  const made = new Map<number, Outcome>();
  let death: WorkerDied | undefined;
  const over = stopped(around.signal);

  const submit = () => {
    while (under.size < around.count * 2) {
      if (queue.length === 0 && generations.isReady)
        queue.push(...batches(generations.next(), plan));
      const batch = queue.shift();
      if (batch === undefined) return;
      const work = around.workers.make(plan.subject, batch).then(
        (outcomes) => {
          for (const outcome of outcomes) made.set(outcome.index, outcome);
        },
        (error: unknown) => {
          if (!(error instanceof WorkerDied)) throw error;
          death ??= error;
        },
      );
      under.add(work);
      void work.finally(() => under.delete(work)).catch(() => {});
    }
  };

  for (;;) {
    if (death === undefined && !around.signal.aborted) submit();
    if (under.size > 0 && !around.signal.aborted) {
      await Promise.race([...under, over]);
      // A worker's `finally` comes a turn later.
      await Promise.resolve();
    }
    for (let next = made.get(generations.runs); next; next = made.get(generations.runs)) {
      made.delete(next.index);
      generations.take(next);
      tally.add(next);
      if (tally.counting.length >= plan.until) return ended('found');
      if (generations.runs >= plan.runs) return ended('runs');
    }
    around.progress(tally, generations);
    if (around.signal.aborted) return ended('stopped');
    if (death !== undefined && under.size === 0) {
      const missing = generations.runs;
      // Later runs that were made are not lost with the one that was not.
      for (const [, outcome] of [...made].sort(([one], [other]) => one - other)) tally.add(outcome);
      return { ...ended('a worker died'), death: { why: death.message, missing } };
    }
  }
}

function batches(tasks: readonly Task[], { runs }: CampaignPlan): Task[][] {
  const wanted = tasks.filter(({ index }) => index < runs);
  return Array.from({ length: Math.ceil(wanted.length / batchSize) }, (_, at) =>
    wanted.slice(at * batchSize, (at + 1) * batchSize),
  );
}
