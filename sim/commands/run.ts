/** `switchover run`: one scenario, its timeline, and what held. */
import type { Command } from 'commander';
import type { Verdict } from '../checkers/verdict.js';
import { render } from '../report/render.js';
import { reportOf } from '../report/report.js';
import { reproduce } from '../report/reproduce.js';
import { type RunResult, run } from '../run.js';
import { InputError, type Scenario } from '../scenario.js';
import { Defect, Exit } from './arguments.js';
import { pageOfStdout } from './page.js';
import { patiently } from './patience.js';
import {
  addScenarioFlags,
  chooseScenario,
  type ScenarioFlags,
  scenarioHelp,
} from './scenario-source.js';
import { TraceFile } from './trace-file.js';

interface Options extends ScenarioFlags {
  readonly trace?: string;
  readonly json?: boolean;
  readonly printScenario?: boolean;
}

/** Adds the command to the program. */
export function registerRun(program: Command): void {
  addScenarioFlags(program.command('run'))
    .description('run one scenario and judge it')
    .option('--trace <file>', 'write everything the world did as JSON Lines')
    .option('--json', 'print the report as JSON')
    .option('--print-scenario', 'print the resolved scenario as JSON and run nothing')
    .addHelpText('after', scenarioHelp)
    .action(act);
}

function act(name: string | undefined, options: Options): void {
  const { scenario, invoked } = chooseScenario(name, options);
  if (options.printScenario === true) {
    console.log(JSON.stringify(scenario, null, 2));
    return;
  }
  const command = reproduce({ command: 'run', ...invoked });
  const report = reportOf(runTraced(scenario, options.trace), command);
  console.log(options.json === true ? JSON.stringify(report) : render(report, pageOfStdout()));
  process.exitCode = exitOf(report.verdicts);
}

/** Runs a scenario that has been checked: whatever is thrown now is a defect of the simulator. */
export function runTraced(scenario: Scenario, trace?: string): RunResult {
  const file = trace === undefined ? undefined : new TraceFile(trace, scenario);
  try {
    const what = `run ${scenario.name}, seed ${scenario.seed}:`;
    return patiently(what, () => run(scenario, file === undefined ? {} : { tracer: file.tracer }));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new Defect(error, scenario.seed);
  } finally {
    file?.close();
  }
}

/** An invalid verdict outweighs an undecided one. */
export function exitOf(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ validity }) => validity === 'invalid')) return Exit.invalid;
  return verdicts.some(({ validity }) => validity === 'unknown') ? Exit.undecided : Exit.valid;
}
