/** `switchover survey`: every single fault that a reviewer asks about first, and what held. */
import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Verdict } from '../checkers/verdict.js';
import { coloursOf } from '../report/text.js';
import { InputError } from '../scenario.js';
import { type Pace, runCase, type SurveyCase, type SurveyRow, surveyOf } from '../survey.js';
import { Defect, Exit, integer } from './arguments.js';
import { examples, note } from './help.js';
import { pageOfStdout } from './page.js';
import { loadedArgument, protocolNote, protocolValue } from './protocol-argument.js';
import { exitOf } from './run.js';
import { interruption, Progress } from './terminal.js';

interface Options {
  readonly protocol: string;
  readonly seed: number;
  readonly quick?: boolean;
  readonly only?: string;
  readonly json?: boolean;
}

/** Adds the command to the program. */
export function registerSurvey(program: Command): void {
  const command = program
    .command('survey')
    .description('one fault at a time: crashes at every effect, cuts in every state, lost replies')
    .option(`--protocol ${protocolValue}`, 'whose switch to survey', 'graceful')
    .option('--seed <n>', 'seed of every run', integer(0), 1)
    .option('--quick', 'a short attempt; acks that nobody forces are too slow for it')
    .option('--only <text>', 'cases whose name holds this text')
    .option('--json', 'print as JSON')
    .action(act);
  note(command, protocolNote);
  examples(command, [
    ['switchover survey', 'every case, for the protocol with safeguards'],
    ['switchover survey --quick --only takeover-reply', 'cases that name the message, and soon'],
    ['switchover survey --protocol kvrocks-pr3295 --only takeover', 'the proposal'],
  ]);
}

async function act({ protocol: given, seed, quick, only, json }: Options): Promise<void> {
  const { name: protocol } = await loadedArgument('--protocol', given);
  const pace: Pace = quick === true ? 'quick' : 'patient';
  const cases = surveyOf(protocol, pace).filter(
    ({ name }) => only === undefined || name.includes(only),
  );
  if (cases.length === 0) {
    throw new InputError(`--only: got "${only}", expected a text that some case's name holds`);
  }
  const rows: SurveyRow[] = [];
  const signal = interruption();
  const progress = new Progress('survey: cases run');
  for (const one of cases) {
    if (signal.aborted) break;
    rows.push(survey(one, seed));
    progress.show(rows.length, cases.length);
    // A turn of the event loop, so that Ctrl-C is heard.
    await setImmediate();
  }
  progress.end();
  console.log(json === true ? asJson(protocol, seed, rows) : asText(rows, cases.length));
  const code = exitOf(rows.flatMap(({ verdicts }) => verdicts));
  // What was not run is not known to hold.
  process.exitCode = code === Exit.valid && rows.length < cases.length ? Exit.undecided : code;
}

function survey(one: SurveyCase, seed: number): SurveyRow {
  try {
    return runCase(one, seed);
  } catch (error) {
    throw new Defect(error, seed);
  }
}

function asJson(protocol: string, seed: number, rows: readonly SurveyRow[]): string {
  const cases = rows.map(({ name, digest, verdicts }) => ({
    name,
    digest,
    verdicts: verdicts.map(({ checker, validity, reason }) => ({ checker, validity, reason })),
  }));
  return JSON.stringify({ version: 1, protocol, seed, cases });
}

const marks = { valid: '.', unknown: '?', invalid: 'X' } as const;

function asText(rows: readonly SurveyRow[], planned: number): string {
  const { red, dim, bold } = coloursOf(pageOfStdout());
  const line = ({ name, verdicts }: SurveyRow) => {
    const shown = verdicts.map(({ validity }) => marks[validity]).join(' ');
    return verdicts.every(({ validity }) => validity === 'valid')
      ? `${shown}  ${dim(name)}`
      : `${red(shown)}  ${name}`;
  };
  const count = (is: (verdict: Verdict) => boolean) =>
    rows.filter(({ verdicts }) => verdicts.some(is)).length;
  const names = (rows[0]?.verdicts ?? []).map(({ checker }) => checker);
  const held = rows.length - count(({ validity }) => validity !== 'valid');
  return [
    bold(`${names.join(', ')}: . valid  X invalid  ? unknown`),
    ...rows.map(line),
    '',
    `${held} of ${rows.length} cases held${rows.length < planned ? `; ${planned - rows.length} not run` : ''}`,
    ...names.map((name) => {
      const wrong = count(({ checker, validity }) => checker === name && validity === 'invalid');
      return `  ${name}: invalid in ${wrong}`;
    }),
  ].join('\n');
}
