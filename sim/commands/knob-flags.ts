/** Flags that set a protocol's knobs, and take its safeguards away. */
import type { Command } from 'commander';
import type { KnobValues, Protocol } from '../../machines/protocol.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';

/** As they were typed. */
export interface KnobFlags {
  readonly set?: readonly string[];
  readonly without?: readonly string[];
}

/** For a flag that may be given again and again. */
export const collect = (one: string, all: readonly string[] = []): string[] => [...all, one];

/** Adds the flags. */
export function addKnobFlags(command: Command): Command {
  return command
    .option('--set <knob=value>', 'set a knob: true, false or a number', collect)
    .option('--without <safeguard>', 'take a safeguard away', collect);
}

/** What the flags set. @throws InputError in one line: flag, value, expectation */
export function knobsOfFlags(
  { set = [], without = [] }: KnobFlags,
  { knobs }: Protocol,
): KnobValues {
  return Object.fromEntries([
    ...set.map((one) => setting(one, knobs)),
    ...without.map((one) => [safeguard(one, knobs), false]),
  ]);
}

type Knobs = Protocol['knobs'];

function setting(text: string, knobs: Knobs): [string, boolean | number] {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1) throw new InputError(`--set: got "${text}", expected knob=value`);
  const knob = knobOf('--set', name, knobs);
  if (knob.unit === 'on/off') {
    if (value === 'true' || value === 'false') return [name, value === 'true'];
    throw new InputError(`--set ${name}: got "${value}", expected true or false`);
  }
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return [name, Number(value)];
  throw new InputError(
    `--set ${name}: got "${value}", expected an integer of at least 0 (${knob.unit})`,
  );
}

function safeguard(name: string, knobs: Knobs): string {
  const safeguards = Object.keys(knobs).filter((one) => knobs[one]?.safeguard === true);
  if (safeguards.includes(name)) return name;
  throw new InputError(`--without: unknown safeguard "${name}", ${expected(name, safeguards)}`);
}

function knobOf(flag: string, name: string, knobs: Knobs): Knobs[string] {
  const knob = Object.hasOwn(knobs, name) ? knobs[name] : undefined;
  if (knob !== undefined) return knob;
  throw new InputError(`${flag}: unknown knob "${name}", ${expected(name, Object.keys(knobs))}`);
}
