#!/usr/bin/env node
/** The command line. Each command is a file of `commands/` that registers itself on the program. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { Exit } from './commands/arguments.js';
import { registerCheck } from './commands/check.js';
import { registerDemo } from './commands/demo.js';
import { failureOf } from './commands/failure.js';
import { registerProtocols } from './commands/protocols.js';
import { registerReplay } from './commands/replay.js';
import { registerRun } from './commands/run.js';
import { registerSchema } from './commands/schema.js';
import { registerSelfCheck } from './commands/selfcheck.js';
import { registerSurvey } from './commands/survey.js';

const { version, description } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string; description: string };

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  console.error(`error: stdout: ${error.message}`);
  process.exit(Exit.misuse);
});

const program = new Command('switchover')
  .description(description)
  .version(version)
  .exitOverride()
  .showSuggestionAfterError(false)
  .addHelpText('after', '\nExit codes: 0 valid, 1 invalid, 2 undecided, 3 misuse, 4 defect.');

const commands = [
  registerRun,
  registerDemo,
  registerSurvey,
  registerProtocols,
  registerReplay,
  registerCheck,
  registerSchema,
  registerSelfCheck,
];
for (const register of commands) register(program);
for (const command of program.commands) command.copyInheritedSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  const { lines, exit } = failureOf(error, Boolean(process.env['DEBUG']));
  for (const line of lines) console.error(line);
  process.exitCode = exit;
}
