/**
 * Completion for bash: a function that looks at the line up to the cursor. It needs neither the
 * bash-completion package nor a bash newer than 3.2, the one of macOS, where only a space may come
 * too soon after a `:`.
 */
import type { CommandGrammar, Flag, Grammar, Value } from './grammar.js';
import type { Words } from './lists.js';

/** @returns the script, which ends with a newline */
export function bashCompletion(grammar: Grammar): string {
  const { program } = grammar;
  const lists = Object.entries(grammar.lists);
  return `# bash completion for ${program}

_${program}_words() { # list typed
  case "$1" in
${lists.map(([name, words]) => listCase(name, words)).join('\n')}
  esac
}

_${program}_flags() { # command
  case "$1" in
    '') echo '${flagNames(grammar.flags)}' ;;
${grammar.commands.map(({ name, flags }) => `    ${name}) echo '${flagNames(flags)}' ;;`).join('\n')}
  esac
}

_${program}_takes() { # command flag, or command number-of-the-operand: list, "files" or both
  case "$1 $2" in
    ' 0') echo commands ;;
${grammar.commands.flatMap(takesCases).join('\n')}
    *) return 1 ;;
  esac
}

${engine(program)}`;
}

function listCase(name: string, { whole, heads }: Words): string {
  if (heads === undefined) return `    ${name}) echo '${whole.join(' ')}' ;;`;
  return `    ${name})
      case "$2" in
        *[:=]*) echo '${whole.join(' ')}' ;;
        *) echo '${heads.join(' ')}' ;;
      esac ;;`;
}

function flagNames(flags: readonly Flag[]): string {
  return flags.flatMap(({ names }) => names).join(' ');
}

function takesCases({ name, flags, operands }: CommandGrammar): string[] {
  return [
    ...flags.flatMap(({ names, value }) =>
      value === undefined ? [] : names.map((flag) => takesCase(`${name} ${flag}`, value)),
    ),
    ...operands.map((value, at) => takesCase(`${name} ${at}`, value)),
  ];
}

function takesCase(place: string, { list, files }: Value): string {
  const what = [list, files ? 'files' : undefined].filter((one) => one !== undefined).join(' ');
  return `    '${place}') echo '${what}' ;;`;
}

/** The same for every program. What bash has split off at a `:` or `=` must not be repeated. */
const engine = (program: string) => `_${program}() {
  local IFS=$' \\t\\n'
  local line="\${COMP_LINE:0:COMP_POINT}"
  local value="\${line##*[[:space:]]}" command='' previous='' operands=0 at takes one sign head=''
  local -a typed
  read -ra typed <<< "\${line%"$value"}"
  if ((\${#typed[@]} > 1)); then
    command="\${typed[1]}"
    for ((at = 2; at < \${#typed[@]}; at++)); do
      previous="\${typed[at]}"
      if [[ $previous == -* ]]; then
        if _${program}_takes "$command" "$previous" > /dev/null && ((at + 1 < \${#typed[@]})); then
          ((at++))
          previous=''
        fi
      else
        ((operands++))
      fi
    done
  fi
  if [[ $value == --*=* ]]; then
    previous="\${value%%=*}"
    value="\${value#*=}"
  fi
  COMPREPLY=()
  if [[ $previous == -* ]] && takes="$(_${program}_takes "$command" "$previous")"; then
    :
  elif [[ $value == -* ]]; then
    COMPREPLY=($(compgen -W "$(_${program}_flags "$command")" -- "$value"))
    return
  else
    takes="$(_${program}_takes "$command" "$operands")" || return
  fi
  for one in $takes; do
    if [[ $one == files ]]; then
      while IFS= read -r one; do
        COMPREPLY+=("$one")
      done < <(compgen -f -- "$value")
      compopt -o filenames 2> /dev/null
    else
      COMPREPLY+=($(compgen -W "$(_${program}_words "$one" "$value")" -- "$value"))
    fi
  done
  for sign in : =; do
    if [[ $value == *"$sign"* && $COMP_WORDBREAKS == *"$sign"* ]]; then
      one="\${value%"\${value##*"$sign"}"}"
      ((\${#one} > \${#head})) && head="$one"
    fi
  done
  for at in "\${!COMPREPLY[@]}"; do
    [[ \${COMPREPLY[at]} == *[:=] ]] && compopt -o nospace 2> /dev/null
    COMPREPLY[at]="\${COMPREPLY[at]#"$head"}"
  done
}

complete -F _${program} ${program}
`;
