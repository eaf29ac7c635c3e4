/** `switchover ablate`: one safeguard or rule less at a time, and how soon what that breaks is found. */
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { ablate } from '../ablation/ablate.js';
import { untestableOf, type Variant, variantsOf } from '../ablation/variants.js';
import { saveRun } from '../files/replay-file.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { type Strategy, strategies } from '../fuzz/generations.js';
import { checkRepeats } from '../fuzz/repeatable.js';
import { shrinkBudget } from '../fuzz/shrink.js';
import { Workers } from '../fuzz/workers.js';
import { type AblationReport, ablationJson, renderAblation } from '../report/ablation.js';
import { run } from '../run.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';
import { Exit, integer } from './arguments.js';
import { FindingsFolder } from './findings-folder.js';
import { examples, note } from './help.js';
import { collect } from './knob-flags.js';
import { pageOfStdout } from './page.js';
import { loadedArgument, protocolNote, protocolValue } from './protocol-argument.js';
import { interruption, Progress } from './terminal.js';

interface Options {
  readonly protocol: string;
  readonly only?: readonly string[];
  readonly strategy?: readonly Strategy[];
  readonly campaigns: number;
  readonly runs: number;
  readonly seed: number;
  readonly workers: number;
  readonly out: string;
  readonly shrink: boolean;
  readonly json?: boolean;
}

const exitNote =
  'Exit codes: 0 when every absence was found, 1 when one was not: then either nobody needs it, or ' +
  'the checkers are blind; 2 when it was interrupted.';

/** Adds the command to the program. */
export function registerAblate(program: Command): void {
  const command = program
    .command('ablate')
    .description('take away one safeguard or rule at a time: what breaks, and how soon it is found')
    .option(`--protocol ${protocolValue}`, 'whose safeguards', 'graceful')
    .option('--only <name>', 'one of them; may be given again', collect)
    .option(
      '--strategy <name>',
      `${strategies.join(', ')}; may be given again (default guided)`,
      strategy,
    )
    .option('--campaigns <n>', 'of each, by each strategy', integer(1, 1000), 5)
    .option('--runs <n>', 'runs of a campaign, at most', integer(1), 2500)
    .option('--seed <integer>', 'seed of the first run of the first campaign', integer(0, 1e12), 1)
    .option(
      '--workers <n>',
      'processes; results are the same',
      integer(1, 256),
      availableParallelism(),
    )
    .option('--out <dir>', 'where the shortest stories are written', 'switchover-ablation')
    .option('--no-shrink', 'write stories as they were drawn')
    .option('--json', 'print as JSON')
    .action(act);
  note(command, exitNote);
  note(command, protocolNote);
  examples(command, [
    ['switchover ablate', 'every safeguard of graceful and every rule'],
    ['switchover ablate --only barrier --campaigns 1', 'one of them, once'],
    ['switchover ablate --strategy guided --strategy pct', 'which finds it sooner'],
  ]);
}

function strategy(text: string, all: readonly Strategy[] = []): Strategy[] {
  const found = strategies.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(expected(text, strategies));
  return [...all, found];
}

async function act(options: Options): Promise<void> {
  const protocol = await loadedArgument('--protocol', options.protocol);
  const all = variantsOf(protocol);
  if (all.length === 0) {
    throw new InputError(`--protocol: got "${protocol.name}", expected one that has safeguards`);
  }
  const variants = chosen(all, options.only);
  const { campaigns, runs, seed, workers: count } = options;
  checkRepeats(subjectOf(protocol.name), seed);
  const plan = {
    variants,
    strategies: options.strategy ?? ['guided' as const],
    campaigns,
    runs,
    seed,
  };
  const folder = new FindingsFolder(options.out);
  const progress = new Progress('ablate: campaigns and stories');
  const signal = interruption();
  const workers = new Workers(count);
  const begun = Date.now();
  try {
    const rows = await ablate(
      { ...plan, shrinkRuns: options.shrink ? shrinkBudget : 0 },
      { workers, signal, progress: (done, of) => progress.show(done, of) },
    );
    progress.end();
    const report: AblationReport = {
      ...plan,
      protocol: protocol.name,
      rows: rows.map((row) => {
        if (row.story === undefined) return row;
        const result = run(row.story.scenario, { decisions: true });
        return {
          ...row,
          file: folder.write(row.variant.name, `${JSON.stringify(saveRun(result, options.out))}\n`),
        };
      }),
      untestable: options.only === undefined ? untestableOf(protocol) : [],
      isWhole: !signal.aborted,
      workers: count,
      seconds: (Date.now() - begun) / 1000,
    };
    console.log(
      options.json === true
        ? JSON.stringify(ablationJson(report))
        : renderAblation(report, pageOfStdout()),
    );
    const isFound = report.rows.every(({ violations }) => violations.length > 0);
    process.exitCode = signal.aborted ? Exit.undecided : isFound ? Exit.valid : Exit.invalid;
  } finally {
    progress.end();
    await workers.end();
    folder.end();
  }
}

function chosen(all: readonly Variant[], only: readonly string[] | undefined): Variant[] {
  if (only === undefined) return [...all];
  return only.map((name) => {
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw new InputError(
      `--only: unknown safeguard or rule "${name}", ${expected(
        name,
        all.map((one) => one.name),
      )}`,
    );
  });
}
