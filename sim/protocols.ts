/** The protocols that come with Switchover, and those that were loaded from files, by name. */
import { resolve } from 'node:path';
import { canaries } from '../machines/kvrocks-handover/canaries/index.js';
import { graceful, kvrocksPr3295 } from '../machines/kvrocks-handover/index.js';
import type { Protocol } from '../machines/protocol.js';
import { mutantProtocol, namesMutant } from './mutants/mutant-protocol.js';
import { InputError } from './scenario.js';
import { expected } from './suggest.js';

export { canaries };

export const protocols: readonly Protocol[] = [graceful, kvrocksPr3295];

const byName: ReadonlyMap<string, Protocol> = new Map(
  [...protocols, ...canaries].map((one) => [one.name, one]),
);

/** A protocol of a user's own, and the file that it is from; none where a program has made it. */
interface Own {
  readonly protocol: Protocol;
  readonly file: string | undefined;
}

const own = new Map<string, Own>();

/** Whether what stands for a protocol is the path of a file. */
export function isProtocolFile(given: string): boolean {
  return /\.[cm]?js$/.test(given) || /^\.{0,2}[/\\]/.test(given);
}

/**
 * Makes a protocol known by its name, for this process.
 * @param file the absolute path of the file that it is from
 * @throws InputError when there is another one of that name
 */
export function registerProtocol(protocol: Protocol, file?: string): void {
  const { name } = protocol;
  if (byName.has(name)) {
    throw new InputError(`name: got "${name}", which is a protocol of Switchover`);
  }
  const known = own.get(name);
  if (known !== undefined && (known.protocol !== protocol || known.file !== file)) {
    const whose = known.file === undefined ? 'another one' : `that of ${known.file}`;
    throw new InputError(`name: got "${name}", which is already ${whose}`);
  }
  own.set(name, { protocol, file });
}

/** The absolute path of the file that a protocol is from; undefined where it is from none. */
export function fileOfProtocol(name: string): string | undefined {
  return own.get(name)?.file;
}

/** The files of all that were loaded: what another process must load to make the same runs. */
export function protocolFiles(): string[] {
  return [...own.values()].flatMap(({ file }) => (file === undefined ? [] : [file]));
}

/** The protocol that was loaded from a file; undefined where the name is none of a file. */
function protocolIn(name: string): Protocol | undefined {
  if (!isProtocolFile(name)) return undefined;
  const path = resolve(name);
  const found = [...own.values()].find(({ file }) => file === path);
  if (found !== undefined) return found.protocol;
  throw new InputError(`protocol.name: got "${name}", a file that loadProtocol has not loaded`);
}

/** How a scenario names a protocol: by its name, and by its file where it is from one. */
export function namedIn({ name }: Protocol): { readonly name: string; readonly file?: string } {
  return namedAs(name);
}

/** The same of one that may not be there. */
export function namedAs(name: string): { readonly name: string; readonly file?: string } {
  const file = fileOfProtocol(name);
  return file === undefined ? { name } : { name, file };
}

/**
 * The protocol, canary or generated mutant of a name, or the protocol of a file that was loaded.
 * @param unknown what an error says before the names that were meant
 * @throws InputError naming the protocols that there are, or the one that was meant
 */
export function protocolNamed(name: string, unknown = `protocol.name: got "${name}"`): Protocol {
  const found = byName.get(name) ?? own.get(name)?.protocol ?? protocolIn(name);
  if (found !== undefined) return found;
  if (namesMutant(name)) return mutantProtocol(name, unknown);
  // Nobody who is lost is looking for a mutant.
  const known = name.startsWith('graceful-')
    ? [...byName.keys()]
    : [...protocols.map((one) => one.name), ...own.keys()];
  throw new InputError(`${unknown}, ${expected(name, known)}`);
}

/** The knobs of a protocol with some of them set. @throws InputError naming knob and value */
export function knobsOf(
  protocol: Protocol,
  set: Readonly<Record<string, boolean | number>>,
): Readonly<Record<string, boolean | number>> {
  for (const [name, value] of Object.entries(set)) {
    const knob = protocol.knobs[name];
    if (knob === undefined) {
      const known = Object.keys(protocol.knobs);
      throw new InputError(`protocol.knobs.${name}: unknown knob, ${expected(name, known)}`);
    }
    const isSwitch = knob.unit === 'on/off';
    const fits = isSwitch
      ? typeof value === 'boolean'
      : typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    if (fits) continue;
    const wanted = isSwitch ? 'true or false' : `an integer of at least 0 (${knob.unit})`;
    throw new InputError(`protocol.knobs.${name}: got ${value}, expected ${wanted}`);
  }
  return { ...protocol.values, ...set };
}
