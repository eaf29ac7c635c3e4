/** Refuses a fault plan that names what the world does not have: one line, what and where. */
import type { Fault, Trigger } from './fault.js';
import { effectKinds } from './vocabulary.js';
import type { World } from './world.js';

/** @throws RangeError naming the fault, the field, the value and what was expected */
export function checkPlan(world: World, plan: readonly Fault[]): void {
  const seen = new Set<number>();
  for (const fault of plan) {
    const where = `fault ${fault.id} (${fault.kind})`;
    if (!(Number.isSafeInteger(fault.id) && fault.id > 0)) {
      throw new RangeError(`${where}: id is ${fault.id}, expected a positive integer`);
    }
    if (seen.has(fault.id)) throw new RangeError(`${where}: id ${fault.id} is used twice`);
    seen.add(fault.id);
    for (const name of namesIn(fault)) world.indexOf(name, where);
    if ('timeUs' in fault.at) wants(where, 'at.timeUs', fault.at.timeUs);
    else checkTrigger(world, where, fault.at);
    if (fault.durationUs !== undefined) wants(where, 'durationUs', fault.durationUs);
  }
}

function wants(where: string, field: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`${where}: ${field} is ${value}, expected an integer of at least 0`);
}

function namesIn(fault: Fault): readonly string[] {
  switch (fault.kind) {
    case 'partition':
      return [...fault.from, ...fault.to];
    case 'reset':
      return fault.between;
    case 'link':
      return [fault.from, fault.to].filter((name) => name !== undefined);
    default:
      return [fault.node];
  }
}

function checkTrigger(
  world: World,
  where: string,
  { trigger, offsetUs }: { trigger: Trigger; offsetUs?: number },
): void {
  if (offsetUs !== undefined) wants(where, 'at.offsetUs', offsetUs);
  const names = 'node' in trigger ? [trigger.node] : [trigger.from, trigger.to];
  for (const name of names) if (name !== undefined) world.indexOf(name, where);
  if (trigger.nth !== undefined && !(Number.isSafeInteger(trigger.nth) && trigger.nth >= 1)) {
    throw new RangeError(`${where}: nth is ${trigger.nth}, expected an integer of at least 1`);
  }
  if (trigger.on === 'message') return;
  const chart = trigger.machine === undefined ? undefined : world.chart(trigger.machine, where);
  if (trigger.on === 'state') {
    known(where, 'state', trigger.state, chart!.stateIds);
  } else if (trigger.on === 'transition') {
    known(where, 'transition', trigger.transition, chart!.transitionNames);
  } else if (trigger.kind !== undefined) {
    known(where, 'effect', trigger.kind, effectKinds);
  }
}

function known(where: string, what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new RangeError(`${where}: unknown ${what} '${name}', expected one of ${names.join(', ')}`);
}
