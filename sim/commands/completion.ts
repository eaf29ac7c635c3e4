/** `switchover completion`: a script that teaches a shell what may stand where. */
import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { type Grammar, grammarOf } from '../completion/grammar.js';
import { zshCompletion } from '../completion/zsh.js';
import { examples, note } from './help.js';

const scripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} satisfies Record<string, (grammar: Grammar) => string>;

type Shell = keyof typeof scripts;

/** Adds the command to the program. */
export function registerCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('print a script that completes commands, flags and names in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .action((shell: Shell) => {
      process.stdout.write(scripts[shell](grammarOf(program)));
    });
  note(command, 'In a clone, define first: switchover() { npx switchover "$@"; }');
  examples(command, [
    ['eval "$(switchover completion bash)"', 'for this bash; in ~/.bashrc for every one'],
    [
      'eval "$(switchover completion zsh)"',
      'for this zsh; in ~/.zshrc below compinit for every one',
    ],
    [
      'switchover completion fish > switchover.fish',
      'for every fish, once it is in ~/.config/fish/completions',
    ],
  ]);
}
