/** The protocols that come with Switchover, by name. */
import { canaries } from '../machines/kvrocks-handover/canaries/index.js';
import { graceful, kvrocksPr3295 } from '../machines/kvrocks-handover/index.js';
import type { Protocol } from '../machines/protocol.js';
import { InputError } from './scenario.js';
import { expected } from './suggest.js';

export { canaries };

export const protocols: readonly Protocol[] = [graceful, kvrocksPr3295];

const byName: ReadonlyMap<string, Protocol> = new Map(
  [...protocols, ...canaries].map((one) => [one.name, one]),
);

/**
 * The protocol or canary of a name.
 * @param unknown what an error says before the names that were meant
 * @throws InputError naming the protocols that there are, or the one that was meant
 */
export function protocolNamed(name: string, unknown = `protocol.name: got "${name}"`): Protocol {
  const found = byName.get(name);
  if (found !== undefined) return found;
  // Nobody who is lost is looking for a mutant.
  const known = name.startsWith('graceful-')
    ? [...byName.keys()]
    : protocols.map((one) => one.name);
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
