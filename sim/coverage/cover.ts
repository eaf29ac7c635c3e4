/** Runs scenarios and campaigns of everything that has a protocol's machines, and keeps what they cover. */
import { setMaxListeners } from 'node:events';
import type { Protocol } from '../../machines/protocol.js';
import type { TestModel } from '../../machines/test-model.js';
import { runCampaign } from '../fuzz/campaign.js';
import { stopped } from '../fuzz/stopped.js';
import type { Scenario } from '../scenario.js';
import { type Covered, merged } from './covered.js';
import type { CoveringWorkers } from './covering-workers.js';
import { coverageSubjects, subjectNameOf } from './subjects.js';

export interface CoveragePlan {
  readonly protocol: Protocol;
  /** Drawn for the protocol itself, guided by what is new; a tenth of them for each other subject. */
  readonly runs: number;
  /** Of the first run of each campaign. */
  readonly seed: number;
  readonly scenarios: readonly Scenario[];
  /** Whose shortest paths are driven. */
  readonly models: readonly TestModel[];
}

export interface CoverageRuns {
  /** What was covered, by subject; the protocol itself comes first. */
  readonly covered: ReadonlyMap<string, Covered>;
  /** What the paths of the protocol's test models covered. */
  readonly paths: Covered;
  readonly scenarios: number;
  /** Runs that were drawn, by subject. */
  readonly drawn: ReadonlyMap<string, number>;
  /** What the simulator itself failed of. */
  readonly defects: readonly string[];
  readonly isWhole: boolean;
}

export interface Surroundings {
  readonly workers: CoveringWorkers;
  readonly count: number;
  /** Ends it: what is known by then is its result. */
  readonly signal: AbortSignal;
  readonly progress: (done: number, of: number) => void;
}

/** Runs of each campaign but the protocol's own, in so many of that one. */
const share = 10;

/** Runs all of it. */
export async function cover(plan: CoveragePlan, around: Surroundings): Promise<CoverageRuns> {
  const { protocol, runs, seed, scenarios, models } = plan;
  const campaigns = coverageSubjects(protocol).map((one, at) => ({
    ...one,
    runs: at === 0 ? runs : Math.ceil(runs / share),
  }));
  const covered = new Map<string, Covered>([[protocol.name, []]]);
  const add = (name: string, more: Covered) =>
    covered.set(name, merged(covered.get(name) ?? [], more));
  const drawn = new Map<string, number>();
  const defects: string[] = [];
  const start = scenarios.length + models.length;
  const of = campaigns.reduce((sum, one) => sum + one.runs, start);
  let done = 0;
  let died = false;
  // Each campaign listens to it.
  setMaxListeners(campaigns.length + 2, around.signal);

  await eachOf(scenarios, around, async (scenario) => {
    const run = await around.workers.coverScenario(scenario);
    add(subjectNameOf(scenario), run.covered);
    if (run.defect !== undefined) defects.push(run.defect);
    around.progress(++done, of);
  });
  const ran = done;
  let paths: Covered = [];
  await eachOf(models, around, async ({ name: model }) => {
    const subject = { protocol: protocol.name, knobs: {}, model };
    const more = await around.workers.coverPaths(subject);
    paths = merged(paths, more);
    around.progress(++done, of);
  });
  for (const { name, subject, runs: wanted } of campaigns) {
    if (around.signal.aborted) break;
    const before = done;
    const { tally, end } = await runCampaign(
      { subject, seed, runs: wanted, until: Number.POSITIVE_INFINITY, strategy: 'guided' },
      { ...around, progress: (so) => around.progress(before + so.runs, of) },
    );
    add(name, around.workers.covered());
    drawn.set(name, tally.runs);
    done = before + tally.runs;
    died ||= end === 'a worker died';
    for (const { recipe, defect } of tally.defects) {
      defects.push(`${name}, seed ${recipe.seed}: ${defect}`);
    }
  }
  const isWhole = !around.signal.aborted && !died;
  return { covered, paths, scenarios: ran, drawn, defects, isWhole };
}

/** Does something with each, two for every worker at a time, until it is told to stop. */
async function eachOf<T>(
  all: readonly T[],
  { count, signal }: Surroundings,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const queue = [...all];
  const over = stopped(signal);
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (signal.aborted) return;
      await work(next);
    }
  };
  await Promise.race([Promise.all(Array.from({ length: count * 2 }, lane)), over]);
}
