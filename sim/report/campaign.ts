/** A campaign for a person: what was run, what happened in it, and what was found. */

import { basename } from 'node:path';
import { listed } from '../checkers/text.js';
import type { Campaign, CampaignEnd } from '../fuzz/campaign.js';
import type { CampaignStory, Untold } from '../fuzz/campaign-stories.js';
import type { Covered } from '../fuzz/coverage.js';
import { faultKinds } from '../fuzz/draw-faults.js';
import { sizeInWords } from '../fuzz/size-in-words.js';
import type { Finding, RunOfCampaign, Spread, Tally } from '../fuzz/tally.js';
import { fileOfProtocol } from '../protocols.js';
import { renderHead, renderStory } from '../story/render.js';
import { quoted } from './reproduce.js';
import { coloursOf, hanging, type Page } from './text.js';
import { counted, thousands } from './words.js';

/** A story, and where its run was written. */
export interface Reported extends CampaignStory {
  readonly file: string;
}

/** Everything about a campaign that has ended. */
export interface CampaignReport {
  readonly protocol: string;
  readonly knobs: Readonly<Record<string, boolean | number>>;
  readonly seed: number;
  readonly campaign: Campaign;
  readonly stories: readonly Reported[];
  /** Runs of findings that count, of groups that were not looked into. */
  readonly untold: readonly Untold[];
  readonly covered: Covered;
  readonly workers: number;
  /** Of real time. */
  readonly seconds: number;
}

const endings: Readonly<Record<CampaignEnd, string>> = {
  runs: 'all runs made',
  found: 'ended by what was found',
  stopped: 'ended before its end',
  'a worker died': 'ended by a worker that died',
};

/** The report as text. */
export function renderCampaign(report: CampaignReport, page: Page): string {
  const { campaign, stories, untold, covered, workers, seconds, seed, protocol } = report;
  const { bold, red, green, dim, yellow } = coloursOf(page);
  const { tally, generations, end, death } = campaign;
  const { runs } = tally;
  const rate = (count: number) => thousands(Math.round(count / Math.max(seconds, 0.001)));
  const seeds = `seeds ${seed} to ${seed + Math.max(0, generations.runs - 1)}`;
  const knobs = Object.entries(report.knobs).map(([name, value]) => `${name}=${value}`);
  const lines = [
    bold(`${protocol}${knobs.length > 0 ? ` (${knobs.join(', ')})` : ''}: ${counted(runs, 'run')}`),
    ...row('seeds', `${seeds}; ${endings[end]}`, page),
    ...row(
      'speed',
      `${seconds.toFixed(1)} s with ${counted(workers, 'worker')}: ${rate(runs)} runs and ${rate(tally.events)} events a second`,
      page,
    ),
    ...row('simulated', `${hours(tally.virtualUs)}, ${perRun(tally)}`, page),
    ...row(
      'failovers',
      `${tally.completed} completed, ${tally.aborted} aborted, ${tally.inDoubt} in doubt; ${counted(tally.writesInFlight, 'write')} in flight at the switch`,
      page,
    ),
    ...row('faults', faultKinds.map((kind) => `${kind} ${tally.bites[kind]}`).join(', '), page),
    ...row(
      'reached',
      `${covered.transitions} of ${covered.ofTransitions} transitions, ${thousands(covered.pairs)} pairs, ${covered.standings} standings of roles, gates and epochs`,
      page,
    ),
    '',
  ];
  if (death !== undefined) {
    lines.push(
      red(`${death.why}: run ${death.missing} (seed ${seed + death.missing}) was not made`),
      '',
    );
  }
  const file = fileOfProtocol(report.protocol);
  const whose = file === undefined ? 'defect of the simulator: ' : `mistake in ${basename(file)}: `;
  for (const { index, recipe, defect } of tally.defects.slice(0, 3)) {
    const text = `run ${index} (seed ${recipe.seed}): ${defect?.replaceAll(/\s*\n\s*/g, ' ')}`;
    lines.push(...hanging(whose, text, page.width).map(red), '');
  }
  for (const one of stories) lines.push(...told(one, runs, page), '');
  if (untold.length > 0) {
    const each = untold.map(({ checker, kind, runs: count }) => `${checker}, ${kind} (${count})`);
    const text = `under faults of other kinds, not looked into: ${each.join('; ')}`;
    lines.push(...hanging('  ', text, page.width).map(dim), '');
  }
  const outside = tally.findings.filter(({ standing }) => standing === 'outside');
  if (outside.length > 0) {
    const each = outside.map(({ checker, kind, runs: count }) => `${checker}, ${kind} (${count})`);
    const text = `outside of what anybody claims there: ${each.join('; ')}`;
    lines.push(...hanging('  ', text, page.width).map(dim), '');
  }
  if (tally.undecided.size > 0) {
    const each = [...tally.undecided].map(([checker, { runs }]) => `${checker} in ${runs}`);
    lines.push(...hanging('  ', `undecided: ${listed(each)}`, page.width).map(yellow), '');
  }
  const [first] = stories;
  if (first === undefined) lines.push(green(`nothing found in ${counted(runs, 'run')}`));
  else lines.push(`npx switchover replay ${quoted(first.file)}`);
  return lines.join('\n');
}

function told(one: Reported, runs: number, page: Page): string[] {
  const { standing, first, fellows, story, file } = one;
  const { index, recipe } = first;
  const changed = recipe.mutations.length === 0 ? '' : `, changed ${recipe.mutations.length} times`;
  const about = [
    `in ${one.runs} of ${counted(runs, 'run')}`,
    `first in run ${index} (seed ${recipe.seed}${changed})`,
    sizeOf(one),
  ];
  const beside = fellows.map(({ checker, kind, runs: count }) => `${checker}: ${kind} (${count})`);
  return [
    ...renderHead(story, standing === 'claimed', about, page),
    ...(beside.length > 0
      ? hanging('  ', `the same run shows ${beside.join('; ')}`, page.width)
      : []),
    ...renderStory(story, page),
    `  ${file}`,
  ];
}

function sizeOf({ story: { scenario }, small, whole }: Reported): string {
  const size = sizeInWords(scenario);
  if (small === undefined) return `${whole ?? 'as it was drawn'}: ${size}`;
  return `shrunk to ${size} in ${counted(small.runs, 'run')}${small.isDone ? '' : ', all that it may take'}`;
}

function row(name: string, text: string, { width }: Page): string[] {
  return hanging(`  ${name.padEnd(10)} `, text, width);
}

function perRun({ eventsPerRun, virtualUsPerRun }: Tally): string {
  const s = (us: number) => `${(us / 1_000_000).toFixed(1)} s`;
  const spread = ({ mean, p90, most }: Spread, one: (value: number) => string) =>
    `${one(mean)} (p90 ${one(p90)}, most ${one(most)})`;
  return `a run ${spread(virtualUsPerRun, s)} and ${spread(eventsPerRun, thousands)} events`;
}

/** Hours of simulated time. */
export function hours(us: number): string {
  const h = us / 3_600_000_000;
  return h < 1 ? `${(h * 60).toFixed(0)} min` : `${h.toFixed(1)} h`;
}

function plainRun({ index, recipe, digest }: RunOfCampaign) {
  return { run: index, ...recipe, digest };
}

/** The report as JSON: a plain value. */
export function campaignJson(report: CampaignReport) {
  const { campaign, stories, untold, covered, protocol, knobs, seed, workers, seconds } = report;
  const { tally, end, death, generations } = campaign;
  const plain = ({ checker, kind, standing, runs, first }: Finding) => ({
    checker,
    kind,
    standing,
    runs,
    first: plainRun(first),
  });
  return {
    version: 1,
    protocol,
    knobs,
    seed,
    runs: tally.runs,
    /** Runs of the seeds from `seed` on, without a gap. */
    completed: generations.runs,
    end,
    ...(death !== undefined && { death }),
    findings: tally.counting.map(plain),
    stories: stories.map(({ first, small, story, ...one }) => ({
      ...one,
      first: plainRun(first),
      ...(small !== undefined && { shrunk: small }),
      ...story,
    })),
    untold,
    outside: tally.findings.filter(({ standing }) => standing === 'outside').map(plain),
    undecided: Object.fromEntries(
      [...tally.undecided].map(([checker, { runs, first }]) => [
        checker,
        { runs, first: plainRun(first) },
      ]),
    ),
    defects: tally.defects.map(({ index, recipe, defect }) => ({ run: index, ...recipe, defect })),
    failovers: {
      completed: tally.completed,
      aborted: tally.aborted,
      inDoubt: tally.inDoubt,
      writesInFlight: tally.writesInFlight,
    },
    faults: tally.bites,
    reached: covered,
    events: { total: tally.events, ...tally.eventsPerRun },
    virtualUs: { total: tally.virtualUs, ...tally.virtualUsPerRun },
    speed: {
      workers,
      seconds,
      runsPerSecond: tally.runs / seconds,
      eventsPerSecond: tally.events / seconds,
    },
  };
}
