/** `switchover run`: one scenario, its timeline, and what held. */
import { type Command, Option } from 'commander';
import type { Verdict } from '../checkers/verdict.js';
import { engines } from '../engines.js';
import { render } from '../report/render.js';
import { reportOf } from '../report/report.js';
import { reproduce } from '../report/reproduce.js';
import { Exit } from './arguments.js';
import { examples, note } from './help.js';
import { pageOfStdout } from './page.js';
import { protocolNote } from './protocol-argument.js';
import { type RunFiles, runToFiles } from './run-files.js';
import {
  addScenarioFlags,
  chooseScenario,
  loadScenario,
  type ScenarioFlags,
  scenarioHelp,
} from './scenario-source.js';

interface Options extends ScenarioFlags, RunFiles {
  readonly json?: boolean;
  readonly printScenario?: boolean;
}

/** Adds the command to the program. */
export function registerRun(program: Command): void {
  const command = addScenarioFlags(program.command('run'))
    .description('run one scenario and judge it')
    .option('--save <file>', 'write the run with all of its decisions, for `replay`')
    .option('--history <file>', 'write what clients saw, for `check`; FILE.edn for Jepsen')
    .option('--trace <file>', 'write everything the world did as JSON Lines')
    .addOption(
      new Option('--engine <name>', 'what runs the statecharts; the run is the same')
        .choices(Object.keys(engines))
        .default('compiled'),
    )
    .option('--json', 'print the report as JSON')
    .option('--print-scenario', 'print the resolved scenario as JSON and run nothing')
    .addHelpText('after', scenarioHelp)
    .action(act);
  note(command, protocolNote);
  examples(command, [
    ['switchover run slow-slave --seed 7', 'a scenario by its name'],
    ['switchover run scenario.json --without barrier', 'one from a file, less a safeguard'],
    ['switchover run --fault crash:n1@3.005s+500ms', 'the default, and the master crashes'],
    ['switchover run lost-takeover-reply --save run.json', 'for switchover replay'],
  ]);
}

async function act(name: string | undefined, options: Options): Promise<void> {
  const source = await loadScenario(name, options);
  const { scenario, invoked } = chooseScenario(name, options, source);
  if (options.printScenario === true) {
    console.log(JSON.stringify(scenario, null, 2));
    return;
  }
  const command = reproduce({ command: 'run', ...invoked });
  const report = reportOf(runToFiles(scenario, options), command);
  console.log(options.json === true ? JSON.stringify(report) : render(report, pageOfStdout()));
  process.exitCode = exitOf(report.verdicts);
}

/** An invalid verdict outweighs an undecided one. */
export function exitOf(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ validity }) => validity === 'invalid')) return Exit.invalid;
  return verdicts.some(({ validity }) => validity === 'unknown') ? Exit.undecided : Exit.valid;
}
