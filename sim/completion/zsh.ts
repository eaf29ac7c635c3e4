/** Completion for zsh, by its own _arguments: with what each word means. */
import type { CommandGrammar, Flag, Grammar, Value } from './grammar.js';
import type { Words } from './lists.js';

/** @returns the script, to be sourced or put on the `fpath`; it ends with a newline */
export function zshCompletion(grammar: Grammar): string {
  const { program, commands, flags, lists } = grammar;
  return `#compdef ${program}
# zsh completion for ${program}

${Object.entries(lists)
  .map(([name, words]) => listFunction(program, name, words))
  .join('\n')}

_${program}() {
  local curcontext="$curcontext"
  local -a commands
  if ((CURRENT == 2)); then
    commands=(
${commands.map(({ name, about }) => `      '${name}:${quoted(about)}'`).join('\n')}
    )
    _describe command commands
    _arguments ${flags.flatMap((flag) => flagSpecs(program, flag)).join(' ')}
    return
  fi
  local command="$words[2]"
  words=("\${(@)words[2,-1]}")
  ((CURRENT--))
  case "$command" in
${commands.map((command) => commandCase(program, command)).join('\n')}
  esac
}

if [[ "\${funcstack[1]}" == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

function listFunction(program: string, name: string, { whole, heads }: Words): string {
  const all = `compadd -- ${whole.join(' ')}`;
  const body =
    heads === undefined
      ? all
      : `if [[ $PREFIX == *[:=]* ]]; then ${all}; else compadd -S '' -- ${heads.join(' ')}; fi`;
  return `_${program}_${name}() { ${body} }`;
}

function commandCase(program: string, { name, flags, operands }: CommandGrammar): string {
  const specs = [
    ...flags.flatMap((flag) => flagSpecs(program, flag)),
    ...operands.map((value, at) => `'${at + 1}${valueSpec(program, value)}'`),
  ];
  return `    ${name})
      _arguments -s \\
        ${specs.join(' \\\n        ')} ;;`;
}

function flagSpecs(program: string, { names, about, value }: Flag): string[] {
  const what = `[${quoted(about).replaceAll(/[[\]]/g, '\\$&')}]`;
  return names.map((name) =>
    value === undefined ? `'${name}${what}'` : `'*${name}=${what}${valueSpec(program, value)}'`,
  );
}

function valueSpec(program: string, { name, list, files }: Value): string {
  const own = list === undefined ? undefined : `_${program}_${list}`;
  if (own !== undefined && files) return `:${name}:{ ${own}; _files }`;
  return `:${name}:${own ?? (files ? '_files' : ' ')}`;
}

/** Text within single quotes, where a colon would end it. */
function quoted(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(':', '\\:');
}
