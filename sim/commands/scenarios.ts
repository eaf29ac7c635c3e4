/** `switchover scenarios`: the scenarios that have a name, and one of them as JSON. */
import type { Command } from 'commander';
import { coloursOf, hanging } from '../report/text.js';
import { InputError, parseScenario } from '../scenario.js';
import { scenarioList, scenarioNamed } from '../scenarios/index.js';
import { expected } from '../suggest.js';
import { examples } from './help.js';
import { pageOfStdout } from './page.js';

interface Options {
  readonly resolved?: boolean;
  readonly json?: boolean;
}

/** Adds the command to the program. */
export function registerScenarios(program: Command): void {
  const command = program
    .command('scenarios')
    .description('list the scenarios by name, or print one as JSON')
    .argument('[name]', 'a scenario')
    .option('--resolved', 'print it with every default in its place')
    .option('--json', 'print in one line, with a version')
    .action(act);
  examples(command, [
    ['switchover scenarios', 'what there is to run'],
    ['switchover scenarios slow-slave > mine.json', 'a file to change, for switchover run'],
    ['switchover scenarios default --resolved', 'every field that a scenario has'],
  ]);
}

function act(name: string | undefined, { resolved, json }: Options): void {
  if (name === undefined) {
    if (resolved === true) throw new InputError('--resolved: expected the name of a scenario too');
    console.log(json === true ? JSON.stringify({ version: 1, scenarios: scenarioList() }) : list());
    return;
  }
  const written = scenarioNamed(name);
  if (written === undefined) {
    const known = scenarioList().map((one) => one.name);
    throw new InputError(`scenarios: unknown scenario "${name}", ${expected(name, known)}`);
  }
  const scenario = resolved === true ? parseScenario(written) : written;
  console.log(
    json === true
      ? JSON.stringify({ version: 1, scenario })
      : JSON.stringify(scenario, undefined, 2),
  );
}

function list(): string {
  const page = pageOfStdout();
  const { bold } = coloursOf(page);
  const all = scenarioList();
  const column = Math.max(...all.map(({ name }) => name.length)) + 2;
  const lines = all.flatMap(({ name, about }) =>
    hanging(name.padEnd(column), about, page.width).map((line) => line.replace(name, bold(name))),
  );
  return lines.join('\n');
}
