/** `switchover coverage`: which transitions and guards of a protocol's machines anything ever takes. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { cover } from '../coverage/cover.js';
import { CoveringWorkers } from '../coverage/covering-workers.js';
import { coverageScenarios } from '../coverage/runs.js';
import {
  type CoverageReport,
  coverageJson,
  measured,
  renderCoverage,
  unexplained,
} from '../report/coverage.js';
import { Exit, integer } from './arguments.js';
import { examples, note } from './help.js';
import { pageOfStdout } from './page.js';
import { protocolArgument } from './protocol-argument.js';
import { interruption, Progress } from './terminal.js';

interface Options {
  readonly protocol: string;
  readonly runs: number;
  readonly seed: number;
  readonly workers: number;
  readonly scenarios: boolean;
  readonly json?: boolean;
}

const runsNote =
  'Runs are drawn for the protocol, guided by what is new, and a tenth of them for each other ' +
  'setting of the same machines: other protocols, and one safeguard less. Beside them every scenario ' +
  'that has a name is run, and those that are there to take what is hardly ever drawn.';

const exitNote =
  'Exit codes: 0 when everything was taken or is explained, 1 when something is not explained, or ' +
  'was taken although it is; 2 when it was interrupted.';

/** Adds the command to the program. */
export function registerCoverage(program: Command): void {
  const command = program
    .command('coverage')
    .description("what of a protocol's machines runs take, and why the rest is never taken")
    .option('--protocol <name>', 'whose machines', 'graceful')
    .option('--runs <n>', 'runs drawn for it', integer(1, 1e7), 2000)
    .option('--seed <integer>', 'seed of the first run', integer(0, 1e12), 1)
    .option(
      '--workers <n>',
      'processes; results are the same',
      integer(1, 256),
      availableParallelism(),
    )
    .option('--no-scenarios', 'only what is drawn: what would chance alone take?')
    .option('--json', 'print as JSON')
    .action(act);
  note(command, runsNote);
  note(command, exitNote);
  examples(command, [
    ['switchover coverage', 'every transition and guard of graceful'],
    ['switchover coverage --protocol kvrocks-pr3295 --runs 500', 'what the proposal takes of them'],
    ['switchover coverage --no-scenarios --json', 'what fuzzing alone takes, for a program'],
  ]);
}

async function act(options: Options): Promise<void> {
  const protocol = protocolArgument('--protocol', options.protocol);
  const { runs, seed, workers: count } = options;
  const scenarios = options.scenarios ? coverageScenarios(protocol) : [];
  const progress = new Progress('coverage: runs');
  const signal = interruption();
  const workers = new CoveringWorkers(count);
  const begun = Date.now();
  try {
    const made = await cover(
      { protocol, runs, seed, scenarios, models: options.scenarios ? (protocol.models ?? []) : [] },
      { workers, count, signal, progress: (done, of) => progress.show(done, of) },
    );
    progress.end();
    const report: CoverageReport = {
      protocol,
      seed,
      runs: made,
      ...measured(protocol, made),
      workers: count,
      seconds: (Date.now() - begun) / 1000,
    };
    console.log(
      options.json === true
        ? JSON.stringify(coverageJson(report))
        : renderCoverage(report, pageOfStdout()),
    );
    process.exitCode = exitOf(report, signal.aborted);
  } finally {
    progress.end();
    await workers.end();
  }
}

function exitOf(report: CoverageReport, isInterrupted: boolean): number {
  if (report.runs.defects.length > 0) return Exit.defect;
  if (isInterrupted || !report.runs.isWhole) return Exit.undecided;
  const isExplained = unexplained(report).length === 0 && report.all.refuted.length === 0;
  return isExplained ? Exit.valid : Exit.invalid;
}
