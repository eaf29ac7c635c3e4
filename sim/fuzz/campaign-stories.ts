/**
 * What a campaign found, as few stories as there are causes: groups of runs whose small scenarios met the
 * same are one story, and so are two checkers that one small run fails.
 */
import { observe } from '../story/observed.js';
import { fineName } from '../story/signature.js';
import { type Story, storyOf } from '../story/story.js';
import type { Sample, ShrinkTask } from './shrink-groups.js';
import { sizeOf } from './size-in-words.js';
import { stopped } from './stopped.js';
import type { Finding, RunOfCampaign } from './tally.js';
import type { Violation } from './violation.js';
import { WorkerDied } from './workers.js';

/** A story, and the runs of the campaign that it stands for. */
export interface CampaignStory extends Violation {
  readonly story: Story;
  /** The run that is told. */
  readonly first: RunOfCampaign;
  readonly runs: number;
  /** What the faults of its groups were, before shrinking. */
  readonly groups: readonly string[];
  /** Other ways to fail that came down to the same, and that the run that is told shows too. */
  readonly fellows: readonly (Violation & { readonly runs: number })[];
  /** How many runs shrinking took; absent where it was not done. */
  readonly small?: Sample['small'];
  readonly whole?: string;
}

/** Samples that are one story; the smallest is told, the earliest of those of one size. */
export function merged(samples: readonly Sample[]): Sample[][] {
  const stories = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { checker, kind, standing } = sample.finding;
    const met = sample.small === undefined ? sample.group.name : fineName(sample.signature);
    const name = JSON.stringify([checker, kind, standing, sample.small === undefined, met]);
    stories.set(name, [...(stories.get(name) ?? []), sample]);
  }
  return [...stories.values()].map((all) =>
    all.toSorted(
      (one, other) =>
        sizeOf(one.scenario) - sizeOf(other.scenario) ||
        one.group.first.index - other.group.first.index,
    ),
  );
}

/** Runs of findings that no story stands for. */
export function untold(findings: readonly Finding[], samples: readonly Sample[]): Untold[] {
  const looked = new Set(samples.map(({ group }) => group));
  return findings.flatMap(({ checker, kind, standing, groups }) => {
    const others = groups.filter((group) => !looked.has(group));
    const runs = others.reduce((sum, group) => sum + group.runs, 0);
    return runs === 0 ? [] : [{ checker, kind, standing, runs }];
  });
}

/** Runs that fail in one way and were not looked into. */
export type Untold = Violation & { readonly runs: number };

/** Tells the samples that were merged. */
export async function tellStories(
  samples: readonly Sample[],
  { workers, signal }: Pick<ShrinkTask, 'workers' | 'signal'>,
): Promise<CampaignStory[]> {
  const over = stopped(signal);
  const told = await Promise.all(
    merged(samples).map(async (all): Promise<CampaignStory> => {
      const [{ finding, group, scenario, small, whole }] = all as [Sample, ...Sample[]];
      const { checker, kind, standing } = finding;
      const inWorker = workers.tell(scenario, checker).catch((error: unknown) => {
        if (error instanceof WorkerDied) return undefined;
        throw error;
      });
      const found = await Promise.race([inWorker, over]);
      const story =
        found === undefined || found === 'stopped'
          ? storyOf(observe(scenario), checker, { neighbour: false })
          : found;
      return {
        ...{ checker, kind, standing, story, first: group.first },
        runs: all.reduce((sum, one) => sum + one.group.runs, 0),
        groups: all.map((one) => one.group.name),
        fellows: [],
        ...(small !== undefined && { small }),
        ...(whole !== undefined && { whole }),
      };
    }),
  );
  return folded(told);
}

/** Where a run that is told fails another checker too, under the same signature, that is no other story. */
function folded(stories: readonly CampaignStory[]): CampaignStory[] {
  const found: CampaignStory[] = [];
  for (const one of stories) {
    const { checker, kind, standing, runs } = one;
    const at = found.findIndex(
      ({ story, standing: other }) =>
        other === standing &&
        fineName(story.signature) === fineName(one.story.signature) &&
        story.also.some((failed) => failed.checker === checker && failed.kind === kind),
    );
    const first = found[at];
    if (first === undefined) found.push(one);
    else {
      const fellows = [...first.fellows, { checker, kind, standing, runs }];
      found[at] = { ...first, fellows };
    }
  }
  return found;
}
