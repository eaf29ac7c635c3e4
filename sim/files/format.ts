/** The formats of Switchover's files, and who is told what when one is not what it should be. */
import { InputError } from '../scenario.js';
import { shown } from '../schema-issue.js';

/** Every format: what it is, its newest version, and what is done with a file of it. */
export const formats = {
  scenario: { version: 1, about: 'what `run` runs', use: 'switchover run' },
  history: {
    version: 1,
    about: 'one line of what clients asked and saw, JSON Lines; Jepsen has the like in EDN',
    use: 'switchover check',
  },
  trace: { version: 1, about: 'one line of all that a run did, JSON Lines', use: undefined },
  replay: { version: 1, about: 'a run with all of its decisions', use: 'switchover replay' },
} as const;

export type FormatName = keyof typeof formats;

/** Every name of a format, in the order of `formats`. */
export const formatNames = Object.keys(formats) as FormatName[];

/** The value of the field `format` of a file; a scenario has none. */
export function formatField(name: FormatName): string {
  return `switchover ${name}`;
}

/** Which format a value says that it has, if it is one of Switchover's. */
export function formatOf(value: unknown): FormatName | undefined {
  const field = fieldOf(value, 'format');
  return formatNames.find((name) => formatField(name) === field);
}

/**
 * @param source what the file is called
 * @throws InputError when the value is of another format, or newer than this Switchover reads
 */
export function checkFormat(value: unknown, wanted: FormatName, source: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${source}: got ${shown(value)}, expected a ${formatField(wanted)}`);
  }
  refuseOther(value, wanted, source);
  const field = fieldOf(value, 'format');
  if (field !== formatField(wanted)) {
    const got = field === undefined ? 'nothing' : shown(field);
    throw new InputError(`${source}: format: got ${got}, expected "${formatField(wanted)}"`);
  }
  const version = fieldOf(value, 'version');
  const newest = formats[wanted].version;
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > newest) {
    const reads = `this Switchover reads up to ${newest}: get a newer one`;
    throw new InputError(`${source}: version ${version} of a ${formatField(wanted)}, ${reads}`);
  }
  if (version !== newest) {
    throw new InputError(`${source}: version: got ${shown(version)}, expected ${newest}`);
  }
}

/** @throws InputError naming the format, when the value says that it has another one */
export function refuseOther(value: unknown, wanted: FormatName, source: string): void {
  const found = formatOf(value);
  if (found === undefined || found === wanted) return;
  const { use } = formats[found];
  const hint = use === undefined ? '' : `; \`${use}\` takes it`;
  const expected = wanted === 'scenario' ? 'a scenario' : `a ${formatField(wanted)}`;
  throw new InputError(`${source}: is a ${formatField(found)}, expected ${expected}${hint}`);
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
