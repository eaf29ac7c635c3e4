/**
 * What may stand where on the command line: commander's own structure, and the lists of words that
 * its values are taken from. Each shell's script is made of this and knows nothing else.
 */
import type { Command, Option } from 'commander';
import { type Words, wordLists } from './lists.js';

/** What a flag or an operand takes. Neither words nor files: whatever a person types. */
export interface Value {
  readonly name: string;
  /** The name of a list of words. */
  readonly list?: string;
  readonly files: boolean;
}

export interface Flag {
  /** Its names, the long one first. */
  readonly names: readonly string[];
  readonly about: string;
  /** Undefined: it stands alone. */
  readonly value: Value | undefined;
}

export interface CommandGrammar {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  readonly operands: readonly Value[];
}

export interface Grammar {
  readonly program: string;
  readonly commands: readonly CommandGrammar[];
  /** Flags of the program itself. */
  readonly flags: readonly Flag[];
  readonly lists: Readonly<Record<string, Words>>;
}

type Kind = Omit<Value, 'name'>;

const listed = (list: string, files = false): Kind => ({ list, files });

/** By flag, or by what the help calls a value. */
const kinds: Readonly<Record<string, Kind>> = {
  '--set': listed('knobs'),
  '--without': listed('safeguards'),
  '--fault': listed('faults'),
  '--protocol': listed('protocols', true),
  '--machine': listed('machines'),
  'ablate --only': listed('variants'),
  'ablate --strategy': listed('strategies'),
  '--model': listed('models'),
  protocol: listed('protocols', true),
  scenario: listed('scenarios', true),
  'scenarios name': listed('scenarios'),
  command: listed('commands'),
  file: { files: true },
  dir: { files: true },
};

/** @throws when a word would have to be quoted */
export function grammarOf(program: Command): Grammar {
  const names = program.commands.map((command) => command.name());
  const lists: Lists = { ...wordLists(), commands: { whole: names } };
  const commands = program.commands.map((command): CommandGrammar => {
    const name = command.name();
    return {
      name,
      about: command.description(),
      flags: optionsOf(command).map((option) => flagOf(name, option, lists)),
      operands: command.registeredArguments.map((argument) => {
        const known = [`${name} ${argument.name()}`, argument.name()];
        return valueTaken(argument.name(), known, argument.argChoices, lists);
      }),
    };
  });
  const flags = optionsOf(program).map((option) => flagOf('', option, lists));
  for (const { whole, heads = [] } of Object.values(lists)) [...whole, ...heads].forEach(checkWord);
  return { program: program.name(), commands, flags, lists };
}

type Lists = Record<string, Words>;

function flagOf(command: string, option: Option, lists: Lists): Flag {
  const { long = '', short, flags, description, argChoices } = option;
  const name = /[<[](.*?)[>\]]/.exec(flags)?.[1];
  return {
    names: [long, ...(short === undefined ? [] : [short])],
    about: description,
    value:
      name === undefined
        ? undefined
        : valueTaken(name, [`${command} ${long}`, long, name], argChoices, lists),
  };
}

/** @param known what its kind may be known by, the most special first */
function valueTaken(
  name: string,
  known: readonly string[],
  choices: readonly string[] | undefined,
  lists: Lists,
): Value {
  if (choices === undefined) {
    const key = known.find((one) => Object.hasOwn(kinds, one));
    return { name, ...(key === undefined ? { files: false } : kinds[key]!) };
  }
  const list = known[0]!.replaceAll(/\W+/g, '_');
  lists[list] = { whole: choices };
  return { name, list, files: false };
}

function optionsOf(command: Command): Option[] {
  return command.createHelp().visibleOptions(command);
}

function checkWord(word: string): void {
  if (!/^[\w:=./-]+$/.test(word)) throw new Error(`completion: "${word}" would need quotes`);
}
