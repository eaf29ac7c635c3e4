/** The program: every command, and what they have in common. */
import { Command } from 'commander';
import { expected } from '../suggest.js';
import { registerAblate } from './ablate.js';
import { registerCheck } from './check.js';
import { registerCompletion } from './completion.js';
import { registerCoverage } from './coverage.js';
import { registerDemo } from './demo.js';
import { registerFuzz } from './fuzz.js';
import { examples, note, registerHelp } from './help.js';
import { registerMutants } from './mutants.js';
import { registerPaths } from './paths.js';
import { registerProtocols } from './protocols.js';
import { registerReplay } from './replay.js';
import { registerRun } from './run.js';
import { registerScenarios } from './scenarios.js';
import { registerSchema } from './schema.js';
import { registerSelfCheck } from './selfcheck.js';
import { registerStory } from './story.js';
import { registerSurvey } from './survey.js';

/** In the order in which help lists them. */
const commands = [
  registerRun,
  registerDemo,
  registerSurvey,
  registerPaths,
  registerFuzz,
  registerAblate,
  registerMutants,
  registerCoverage,
  registerProtocols,
  registerScenarios,
  registerReplay,
  registerStory,
  registerCheck,
  registerSchema,
  registerSelfCheck,
  registerCompletion,
  registerHelp,
];

/**
 * A program that throws a CommanderError instead of exiting. Without a command it shows its help on
 * stderr, which is misuse.
 */
export function newProgram(version: string, description: string): Command {
  const program = new Command('switchover')
    .description(description)
    .version(version)
    .exitOverride()
    .showSuggestionAfterError(false)
    // Of a terminal of 60 columns the names take the half.
    .configureHelp({ minWidthToWrap: 20 });
  note(program, 'Exit codes: 0 valid, 1 invalid, 2 undecided, 3 misuse, 4 defect.');
  examples(program, [
    ['switchover demo', 'what it is about, in four runs'],
    ['switchover run lost-takeover-reply', 'one scenario, its timeline, and what held'],
    ['switchover help run', 'all that run can do'],
  ]);
  for (const register of commands) register(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  for (const command of [program, ...program.commands]) tellInOneLine(command);
  return program;
}

/** What commander says of a mistake, with what was meant in the same line. */
function tellInOneLine(command: Command): void {
  command.configureOutput({
    outputError: (text, write) => {
      const [message] = text.split('\n');
      write(`${message}${meant(command, text)}\n`);
    },
  });
}

function meant(command: Command, message: string): string {
  const unknown = /unknown (option|command) '([^'=]+)/.exec(message);
  if (unknown === null) return '';
  const [, what, given] = unknown;
  const known =
    what === 'command'
      ? command.commands.map((one) => one.name())
      : optionsOf(command).map(({ long, short }) => long ?? short ?? '');
  return `, ${expected(given!, known)}`;
}

/** Those that help shows, `--help` among them. */
function optionsOf(command: Command) {
  return command.createHelp().visibleOptions(command);
}
