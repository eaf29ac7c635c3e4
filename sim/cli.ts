#!/usr/bin/env node
/** The command line, as a process: output that can't be written, errors, the exit code. */
import { readFileSync } from 'node:fs';
import { Exit } from './commands/arguments.js';
import { failureOf } from './commands/failure.js';
import { newProgram } from './commands/program.js';

const { version, description } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string; description: string };

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  console.error(`error: stdout: ${error.message}`);
  process.exit(Exit.misuse);
});

// Where nobody can be told, the exit code still tells: without this it would be node's 1.
process.stderr.on('error', () => {});

try {
  await newProgram(version, description).parseAsync();
} catch (error) {
  const { lines, exit } = failureOf(error, Boolean(process.env['DEBUG']));
  for (const line of lines) console.error(line);
  process.exitCode = exit;
}
