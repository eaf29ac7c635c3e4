/** Help in one form for every command: what it does, its options, then examples to copy. */
import type { Command } from 'commander';
import { hanging } from '../report/text.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';
import { pageOfStdout } from './page.js';

/** A command line as it is typed, and what it is for. */
export type Example = readonly [line: string, what: string];

/** Adds examples to the end of a command's help. */
export function examples(command: Command, given: readonly Example[]): Command {
  return command.addHelpText('after', () => {
    const { width } = pageOfStdout();
    const lines = given.flatMap(([line, what]) => [`  ${line}`, ...hanging('      ', what, width)]);
    return ['', 'Examples:', ...lines].join('\n');
  });
}

/** Adds a paragraph to a command's help, in lines no wider than the terminal. */
export function note(command: Command, text: string): Command {
  return command.addHelpText('after', () => {
    return ['', ...hanging('', text, pageOfStdout().width)].join('\n');
  });
}

/** Adds `help` to the program, instead of commander's own, which meets a slip with all it knows. */
export function registerHelp(program: Command): void {
  program.helpCommand(false);
  const help = program
    .command('help')
    .description('show help, of the program or of one command')
    .argument('[command]', 'a command')
    .action((name: string | undefined) => {
      (name === undefined ? program : commandNamed(program, name)).help();
    });
  examples(help, [
    ['switchover help', 'every command'],
    ['switchover help run', 'the same as switchover run --help'],
  ]);
}

function commandNamed(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (found !== undefined) return found;
  const known = program.commands.map((command) => command.name());
  throw new InputError(`help: unknown command "${name}", ${expected(name, known)}`);
}
