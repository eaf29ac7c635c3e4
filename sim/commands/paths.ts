/** `switchover paths`: every path of a protocol's test models, driven against the simulated cluster. */
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import type { KnobValues, Protocol } from '../../machines/protocol.js';
import type { TestModel } from '../../machines/test-model.js';
import { saveRun } from '../files/replay-file.js';
import { Workers } from '../fuzz/workers.js';
import { type PathStrategy, pathStrategies } from '../paths/enumerate.js';
import { type Failure, type PathsReport, passed, pathsReport } from '../paths/paths-report.js';
import { planPaths } from '../paths/plan-paths.js';
import { modelNamed, PathRunner } from '../paths/run-path.js';
import { runPaths } from '../paths/run-paths.js';
import { knobsOf } from '../protocols.js';
import { pathsJson, renderPaths } from '../report/paths.js';
import { run } from '../run.js';
import { InputError, type Scenario } from '../scenario.js';
import { Exit, integer } from './arguments.js';
import { FindingsFolder } from './findings-folder.js';
import { examples, note } from './help.js';
import { addKnobFlags, collect, type KnobFlags, knobsOfFlags } from './knob-flags.js';
import { pageOfStdout } from './page.js';
import { loadedArgument, protocolNote, protocolValue } from './protocol-argument.js';
import { interruption, Progress } from './terminal.js';

interface Options extends KnobFlags {
  readonly protocol: string;
  readonly model?: readonly string[];
  readonly strategy: PathStrategy;
  readonly limit: number;
  readonly seed: number;
  readonly steps: number;
  readonly workers: number;
  readonly out: string;
  readonly json?: boolean;
}

const strategyNote =
  'Strategies: shortest reaches each state and takes each transition once; simple takes every way ' +
  'that meets no state twice; pairs takes every two transitions that follow one another; walk ' +
  'goes at random, without end. Each path is driven alone, then beside clients whose history the ' +
  'checkers judge.';

const exitNote =
  'Exit codes: 0 when every path passed, 1 when one failed, 2 when it was interrupted.';

/** Adds the command to the program. */
export function registerPaths(program: Command): void {
  const command = addKnobFlags(program.command('paths'))
    .description("drive every path of a protocol's test models against the cluster")
    .option(`--protocol ${protocolValue}`, 'whose machines', 'graceful')
    .option('--model <name>', 'one of its test models; may be given again (default: all)', collect)
    .addOption(
      new Option('--strategy <name>', 'which paths').choices(pathStrategies).default('shortest'),
    )
    .option('--limit <n>', 'paths of each model at most', integer(1), 5000)
    .option(
      '--seed <integer>',
      'of the first walk; the next one is of the next',
      integer(0, 1e12),
      1,
    )
    .option('--steps <n>', 'of each walk', integer(1, 1000), 20)
    .option(
      '--workers <n>',
      'processes; results are the same',
      integer(1, 256),
      availableParallelism(),
    )
    .option('--out <dir>', 'where runs that failed are written', 'switchover-paths')
    .option('--json', 'print as JSON')
    .action(act);
  note(command, strategyNote);
  note(command, exitNote);
  note(command, protocolNote);
  examples(command, [
    ['switchover paths --model coordinator', 'every state and transition of one model'],
    ['switchover paths --strategy pairs', 'every two transitions in a row, of every model'],
    ['switchover paths --protocol kvrocks-pr3295', 'where the proposal is otherwise'],
  ]);
}

async function act(options: Options): Promise<void> {
  const protocol = await loadedArgument('--protocol', options.protocol);
  const knobs = knobsOfFlags(options, protocol);
  knobsOf(protocol, knobs);
  const models = modelsOf(protocol, options.model);
  const folder = new FindingsFolder(options.out);
  const signal = interruption();
  const workers = new Workers(options.workers);
  const begun = Date.now();
  const reports: (PathsReport & { source: TestModel })[] = [];
  try {
    for (const model of models) {
      if (signal.aborted) break;
      const report = await driven(protocol, knobs, model, options, workers, signal);
      const runner = new PathRunner({ protocol: protocol.name, knobs, model: model.name });
      for (const failure of report.failures) keep(failure, runner, model, folder);
      await tellStories(report.failures, runner, workers, signal);
      reports.push({ ...report, source: model });
    }
    const report = {
      protocol: protocol.name,
      knobs,
      seed: options.seed,
      models: reports,
      isWhole: !signal.aborted,
      workers: options.workers,
      seconds: (Date.now() - begun) / 1000,
    };
    console.log(
      options.json === true
        ? JSON.stringify(pathsJson(report))
        : renderPaths(report, pageOfStdout()),
    );
    const isPassed = reports.every(({ results }) => results.every(passed));
    process.exitCode = !isPassed ? Exit.invalid : signal.aborted ? Exit.undecided : Exit.valid;
  } finally {
    await workers.end();
    folder.end();
  }
}

function modelsOf({ name, models = [] }: Protocol, chosen: readonly string[] | undefined) {
  if (chosen !== undefined) return chosen.map((one) => modelNamed(name, one));
  if (models.length > 0) return models;
  throw new InputError(`--protocol: got "${name}", expected one that has a test model`);
}

async function driven(
  protocol: Protocol,
  knobs: KnobValues,
  model: TestModel,
  { strategy, limit, seed, steps, workers: count }: Options,
  workers: Workers,
  signal: AbortSignal,
): Promise<PathsReport> {
  const plan = planPaths(model, strategy, { limit, seed, steps });
  const progress = new Progress(`${model.name}: paths`);
  try {
    const subject = { protocol: protocol.name, knobs, model: model.name };
    const results = await runPaths(subject, plan.paths, {
      workers,
      count,
      signal,
      progress: (done, of) => progress.show(done, of),
    });
    return pathsReport(model, strategy, plan, results);
  } finally {
    progress.end();
  }
}

/** Writes the run of the first path that failed so. */
function keep(
  failure: Failure,
  runner: PathRunner,
  { name }: TestModel,
  folder: FindingsFolder,
): void {
  const result = run(scenarioOf(failure, runner), { decisions: true });
  failure.file = folder.write(name, `${JSON.stringify(saveRun(result))}\n`);
}

function scenarioOf({ first, text, events }: Failure, runner: PathRunner): Scenario {
  const isLoaded = first.stray?.isLoaded ?? true;
  const about = `${events.join('; ')}. ${text}`.slice(0, 1000);
  return { ...runner.scenario(first.path, isLoaded), name: 'a path that failed', about };
}

/** What checkers found is told as they tell it. */
async function tellStories(
  failures: readonly Failure[],
  runner: PathRunner,
  workers: Workers,
  signal: AbortSignal,
): Promise<void> {
  for (const failure of failures) {
    const [violation] = failure.violations;
    if (violation === undefined || signal.aborted) continue;
    const scenario = runner.scenario(failure.first.path, true);
    const { sentences } = await workers.tell(scenario, violation.checker);
    failure.story = sentences;
  }
}
