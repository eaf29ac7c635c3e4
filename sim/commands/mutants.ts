/** `switchover mutants`: every small change of the protocol's machines, and which of them are noticed. */
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { type Strategy, strategies } from '../fuzz/generations.js';
import { Workers } from '../fuzz/workers.js';
import { hunt } from '../mutants/hunt.js';
import { groups, original } from '../mutants/mutants.js';
import { operators } from '../mutants/mutation.js';
import { type Choice, chosen } from '../mutants/sample.js';
import { type MutantsReport, mutantsJson, renderMutants, verdictOf } from '../report/mutants.js';
import { InputError } from '../scenario.js';
import { Exit, integer } from './arguments.js';
import { examples, note } from './help.js';
import { collect } from './knob-flags.js';
import { pageOfStdout } from './page.js';
import { protocolArgument } from './protocol-argument.js';
import { interruption, Progress } from './terminal.js';

interface Options extends Choice {
  readonly protocol: string;
  readonly runs: number;
  readonly reach: number;
  readonly strategy: Strategy;
  readonly workers: number;
  readonly json?: boolean;
}

const nameNote =
  "A mutant runs by name like any protocol: switchover fuzz --protocol 'graceful:ID', in quotes.";

const exitNote =
  'Exit codes: 0 when every survivor is explained, 1 when one is not: then either the change makes ' +
  'no difference, or the checkers are blind; 2 when it was interrupted.';

/** Adds the command to the program. */
export function registerMutants(program: Command): void {
  const command = program
    .command('mutants')
    .description("change the protocol's machines in one place at a time: which changes are noticed")
    .option('--protocol <name>', 'whose machines', original.name)
    .addOption(new Option('--group <name>', 'only this part of the machines').choices(groups))
    .addOption(new Option('--operator <name>', 'only changes of this kind').choices(operators))
    .option('--only <id>', 'one of them; may be given again', collect)
    .option('--sample <n>', 'so many of them, drawn by the seed', integer(1))
    .option('--runs <n>', 'runs of each mutant, at most', integer(1), 300)
    .option('--reach <n>', 'runs that tell what the protocol itself comes by', integer(1), 1000)
    .option('--seed <integer>', 'seed of the first run of each campaign', integer(0, 1e12), 1)
    .addOption(
      new Option('--strategy <name>', 'how runs are made').choices(strategies).default('portfolio'),
    )
    .option(
      '--workers <n>',
      'processes; results are the same',
      integer(1, 256),
      availableParallelism(),
    )
    .option('--json', 'print as JSON')
    .action(act);
  note(command, nameNote);
  note(command, exitNote);
  examples(command, [
    ['switchover mutants --sample 20', 'some of them'],
    ['switchover mutants --group takeover', "every change of the slave's takeover"],
    ['switchover mutants --operator negate --runs 1000', 'every guard, and a longer hunt'],
  ]);
}

async function act(options: Options): Promise<void> {
  const protocol = protocolArgument('--protocol', options.protocol).name;
  if (protocol !== original.name) {
    throw new InputError(`--protocol: got "${protocol}", expected ${original.name}`);
  }
  const { runs, reach: reachRuns, seed, strategy, workers: count } = options;
  const mutations = chosen(options);
  const progress = {
    reach: new Progress('mutants: campaigns of the protocol itself'),
    mutants: new Progress('mutants: tried'),
  };
  const signal = interruption();
  const workers = new Workers(count);
  const begun = Date.now();
  try {
    const hunted = await hunt(
      { mutations, fuzz: { seed, strategy, runs }, reachRuns },
      { workers, signal, progress: (what, done, of) => progress[what].show(done, of) },
    );
    for (const one of Object.values(progress)) one.end();
    const report: MutantsReport = {
      ...{ protocol, seed, strategy, runs, reachRuns, hunted },
      planned: mutations.length,
      workers: count,
      seconds: (Date.now() - begun) / 1000,
    };
    console.log(
      options.json === true
        ? JSON.stringify(mutantsJson(report))
        : renderMutants(report, pageOfStdout()),
    );
    process.exitCode = exits[verdictOf(report)];
  } finally {
    for (const one of Object.values(progress)) one.end();
    await workers.end();
  }
}

const exits = { explained: Exit.valid, open: Exit.invalid, undecided: Exit.undecided } as const;
