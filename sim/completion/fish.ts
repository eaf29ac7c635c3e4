/** Completion for fish, with what each word means. */
import type { CommandGrammar, Flag, Grammar, Value } from './grammar.js';

/** @returns the script, which ends with a newline */
export function fishCompletion(grammar: Grammar): string {
  const { program, commands, flags, lists } = grammar;
  const complete = `complete -c ${program}`;
  const functions = Object.entries(lists).map(([name, { whole, heads }]) => {
    const body =
      heads === undefined
        ? `string split ' ' '${whole.join(' ')}'`
        : `if string match -q -r '[:=]' -- (commandline -ct)
        string split ' ' '${whole.join(' ')}'
    else
        string split ' ' '${heads.join(' ')}'
    end`;
    return `function __${program}_${name}\n    ${body}\nend\n`;
  });
  return [
    `# fish completion for ${program}\n`,
    ...functions,
    `${complete} -f`,
    ...flags.map((flag) => flagLine(grammar, `${complete} -n __fish_use_subcommand`, flag)),
    ...commands.flatMap((command) => commandLines(grammar, complete, command)),
    '',
  ].join('\n');
}

function commandLines(grammar: Grammar, complete: string, command: CommandGrammar): string[] {
  const { name, about, flags, operands } = command;
  const within = `${complete} -n '__fish_seen_subcommand_from ${name}'`;
  return [
    `${complete} -n __fish_use_subcommand -a ${name} -d '${quoted(about)}'`,
    ...flags.map((flag) => flagLine(grammar, within, flag)),
    ...operands.map((value) => `${within}${valueWords(grammar, value)}`),
  ];
}

function flagLine(grammar: Grammar, complete: string, { names, about, value }: Flag): string {
  const switches = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const takes =
    value === undefined ? '' : ` ${value.files ? '-r' : '-x'}${valueWords(grammar, value)}`;
  return `${complete} ${switches.join(' ')} -d '${quoted(about)}'${takes}`;
}

function valueWords({ program }: Grammar, { list, files }: Value): string {
  return `${files ? ' -F' : ''}${list === undefined ? '' : ` -a '(__${program}_${list})'`}`;
}

function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
