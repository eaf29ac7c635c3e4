/** A campaign told in stories, with real workers. Needs the build: `npm test` builds first. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { observe } from '../story/observed.js';
import { unfounded } from '../story/test-facts.js';
import { runCampaign } from './campaign.js';
import { type CampaignStory, tellStories, type Untold, untold } from './campaign-stories.js';
import { groupsMost, shrinkGroups } from './shrink-groups.js';
import type { Finding } from './tally.js';
import { Workers } from './workers.js';

const file = fileURLToPath(new URL('../../dist/sim/fuzz/worker.js', import.meta.url));
const signal = new AbortController().signal;
const subject = { protocol: 'kvrocks-pr3295', knobs: {} };

interface Told {
  readonly findings: readonly Finding[];
  readonly stories: readonly CampaignStory[];
  readonly rest: readonly Untold[];
}

async function told(count: number): Promise<Told> {
  const workers = new Workers(count, file);
  try {
    const { tally } = await runCampaign(
      { subject, seed: 100, runs: 40, until: Number.POSITIVE_INFINITY, strategy: 'guided' },
      { workers, count, signal, progress: () => {} },
    );
    const findings = tally.counting;
    const samples = await shrinkGroups(findings, {
      ...{ subject, workers, signal },
      budget: 120,
      progress: () => {},
    });
    const stories = await tellStories(samples, { workers, signal });
    return { findings, stories, rest: untold(findings, samples) };
  } finally {
    await workers.end();
  }
}

let one: Told;
beforeAll(async () => {
  one = await told(1);
}, 240_000);

describe('the stories of a campaign', () => {
  it('should be the same with one worker and with three', async () => {
    expect(await told(3)).toEqual(one);
  }, 240_000);

  it('should be few, and stand for every run that was found', () => {
    const { findings, stories, rest } = one;
    expect(findings.length).toBeGreaterThan(1);
    expect(stories.length).toBeLessThanOrEqual(findings.length * groupsMost);
    for (const { checker, kind, standing, runs } of findings) {
      const parts = [...stories, ...stories.flatMap(({ fellows }) => fellows), ...rest].filter(
        (part) => part.checker === checker && part.kind === kind && part.standing === standing,
      );
      expect(parts.reduce((sum, part) => sum + part.runs, 0)).toBe(runs);
    }
    const names = stories.map(({ checker, kind, story }) =>
      JSON.stringify([checker, kind, story.signature.faults, story.signature.commands]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('should say nothing that is not in the record of the run, and be short', () => {
    for (const { story } of one.stories) {
      const { record, digest } = observe(story.scenario).result;
      expect(digest).toBe(story.digest);
      expect(unfounded(story.sentences, record)).toEqual([]);
      expect(story.sentences.length).toBeLessThanOrEqual(8);
    }
  });

  it('should have a neighbour that is one thing smaller and passes when it is run again', () => {
    for (const { story, checker } of one.stories) {
      const { neighbour } = story;
      if (neighbour === null || neighbour === undefined) throw new Error(`${checker}: none`);
      expect(['fault', 'command']).toContain(neighbour.kind);
      const size = ({ faults, operator }: typeof story.scenario) => faults.length + operator.length;
      expect(size(neighbour.scenario)).toBe(size(story.scenario) - 1);
      const { verdicts, digest } = observe(neighbour.scenario).result;
      expect(digest).toBe(neighbour.digest);
      expect(verdicts.find((verdict) => verdict.checker === checker)?.validity).toBe('valid');
    }
  });
});
