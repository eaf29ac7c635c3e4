/** `switchover fuzz`: scenarios drawn at random, run and judged; what fails comes back small. */
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { saveRun } from '../files/replay-file.js';
import { runCampaign } from '../fuzz/campaign.js';
import { type CampaignStory, tellStories, untold } from '../fuzz/campaign-stories.js';
import { Coverage } from '../fuzz/coverage.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { type Strategy, strategies } from '../fuzz/generations.js';
import { checkRepeats } from '../fuzz/repeatable.js';
import { shrinkBudget } from '../fuzz/shrink.js';
import { shrinkGroups } from '../fuzz/shrink-groups.js';
import { Workers } from '../fuzz/workers.js';
import { fileOfProtocol } from '../protocols.js';
import {
  type CampaignReport,
  campaignJson,
  type Reported,
  renderCampaign,
} from '../report/campaign.js';
import { run } from '../run.js';
import { InputError } from '../scenario.js';
import { Exit, integer } from './arguments.js';
import { CampaignProgress } from './campaign-progress.js';
import { FindingsFolder } from './findings-folder.js';
import { examples, note } from './help.js';
import { addKnobFlags, type KnobFlags, knobsOfFlags } from './knob-flags.js';
import { pageOfStdout } from './page.js';
import { loadedArgument, protocolNote, protocolValue } from './protocol-argument.js';
import { interruption } from './terminal.js';

interface Options extends KnobFlags {
  readonly protocol: string;
  readonly runs?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly workers: number;
  readonly until?: number;
  readonly out: string;
  readonly strategy: Strategy;
  readonly shrink: boolean;
  readonly json?: boolean;
}

const runsDefault = 1000;

const strategyNote =
  'Strategies: swarm draws every run anew; pct gives every link and node a priority and lowers some; ' +
  'guided changes runs that reached something new; portfolio does all three.';

const outsideNote =
  'Faults that a protocol is not promised to bear, and topologies pushed by force, are drawn too: ' +
  'what fails then is listed as outside of what is claimed, and does not count.';

/** Adds the command to the program. */
export function registerFuzz(program: Command): void {
  const command = program
    .command('fuzz')
    .description('draw scenarios at random, run and judge them; shrink what fails')
    .option(`--protocol ${protocolValue}`, 'whose switch to fuzz', 'graceful');
  addKnobFlags(command)
    .option('--runs <n>', `make so many runs (default ${runsDefault})`, integer(1))
    .option('--seconds <n>', 'or go on for so long', integer(1))
    .option('--seed <integer>', 'seed of the first run; the next one is of the next', integer(0), 1)
    .option(
      '--workers <n>',
      'processes; findings are the same',
      integer(1, 256),
      availableParallelism(),
    )
    .option('--until <n>', 'end when so many different findings count; "found" is 1', untilFlag)
    .option('--out <dir>', 'where findings are written', 'switchover-findings')
    .addOption(
      new Option('--strategy <name>', 'how runs are made').choices(strategies).default('guided'),
    )
    .option('--no-shrink', 'write findings as they were drawn')
    .option('--json', 'print as JSON')
    .action(act);
  note(command, strategyNote);
  note(command, outsideNote);
  note(command, protocolNote);
  examples(command, [
    ['switchover fuzz --runs 2000', 'the protocol with safeguards'],
    ['switchover fuzz --protocol kvrocks-pr3295 --until found', 'the proposal, until it breaks'],
    ['switchover fuzz --without barrier --seconds 60', 'one safeguard less, for a minute'],
  ]);
}

function untilFlag(text: string): number {
  if (text === 'found') return 1;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected "found" or a number of findings');
}

async function act(options: Options): Promise<void> {
  const { seed, workers: count, json } = options;
  const protocol = await loadedArgument('--protocol', options.protocol);
  const knobs = knobsOfFlags(options, protocol);
  const { runs, lastsMs } = boundsOf(options);
  checkRepeats(subjectOf(protocol.name, knobs), seed);
  const folder = new FindingsFolder(options.out);
  const progress = new CampaignProgress(runs, lastsMs);
  const interrupted = interruption();
  const workers = new Workers(count);
  const begun = Date.now();
  try {
    const subject = { protocol: protocol.name, knobs };
    const over = Number.isFinite(lastsMs) ? [AbortSignal.timeout(lastsMs)] : [];
    const campaign = await runCampaign(
      {
        subject,
        seed,
        runs,
        until: options.until ?? Number.POSITIVE_INFINITY,
        strategy: options.strategy,
      },
      {
        workers,
        count,
        signal: AbortSignal.any([interrupted, ...over]),
        progress: (tally, generations) => progress.campaign(tally, generations),
      },
    );
    const seconds = (Date.now() - begun) / 1000;
    const found = campaign.tally.counting;
    const samples = await shrinkGroups(found, {
      subject,
      workers,
      budget: options.shrink ? shrinkBudget : 0,
      signal: interrupted,
      progress: (done, of, at) => progress.shrinking(done, of, at),
    });
    const stories = await tellStories(samples, { workers, signal: interrupted });
    progress.end();
    const report: CampaignReport = {
      protocol: protocol.name,
      knobs,
      seed,
      campaign,
      stories: stories.map((one) => saved(one, folder, options.out)),
      untold: untold(found, samples),
      covered: new Coverage(protocol).kinds(campaign.generations.reached),
      workers: count,
      seconds,
    };
    console.log(
      json === true ? JSON.stringify(campaignJson(report)) : renderCampaign(report, pageOfStdout()),
    );
    process.exitCode = exitOf(report, interrupted.aborted);
  } finally {
    progress.end();
    await workers.end();
    folder.end();
  }
}

/** How many runs at most, and for how long. */
function boundsOf({ runs, seconds, seed }: Options): { runs: number; lastsMs: number } {
  const most = runs ?? (seconds === undefined ? runsDefault : Number.POSITIVE_INFINITY);
  if (Number.isFinite(most) && seed + most > Number.MAX_SAFE_INTEGER) {
    throw new InputError(`--seed: got ${seed}, expected the seed of the last run below 2^53`);
  }
  return { runs: most, lastsMs: (seconds ?? Number.POSITIVE_INFINITY) * 1000 };
}

/** Writes a story's run as a replay file. */
function saved(one: CampaignStory, folder: FindingsFolder, path: string): Reported {
  const { story, checker, kind, standing } = one;
  const { scenario } = story;
  const name = [
    scenario.protocol.name,
    checker,
    kind,
    ...(standing === 'claimed' ? ['claimed'] : []),
  ]
    .join('-')
    .replaceAll(/[^\w]+/g, '-');
  const result = run(scenario, { decisions: true });
  return { ...one, file: folder.write(name, `${JSON.stringify(saveRun(result, path))}\n`) };
}

/** What nobody claims is no failure; what was not run is not known to hold. */
function exitOf(report: CampaignReport, isInterrupted: boolean): number {
  const { campaign, stories } = report;
  const { tally, end } = campaign;
  if (stories.length > 0) return Exit.invalid;
  if (tally.defects.length > 0) {
    return fileOfProtocol(report.protocol) === undefined ? Exit.defect : Exit.misuse;
  }
  return isInterrupted || end === 'a worker died' || tally.undecided.size > 0
    ? Exit.undecided
    : Exit.valid;
}
