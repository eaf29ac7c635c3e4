/**
 * What a scenario may name: knobs, nodes, states, transitions, effects and message types, checked
 * before the world is built, so that a slip of the pen is told with what was meant.
 */
import type { AnyStateMachine } from 'xstate';
import type { Protocol } from '../machines/protocol.js';
import type { Fault, Trigger } from '../runtime/fault.js';
import { namedTransitions, stateNodes } from '../runtime/transition-names.js';
import { effectKinds } from '../runtime/vocabulary.js';
import { castOf } from './cluster.js';
import { knobsOf, protocolNamed } from './protocols.js';
import { InputError, type Scenario } from './scenario.js';
import { expected } from './suggest.js';

/** @throws InputError naming the first field that names what is not there */
export function checkNames(scenario: Scenario): void {
  const protocol = protocolNamed(scenario.protocol.name);
  knobsOf(protocol, scenario.protocol.knobs);
  const ids = new Set<number>();
  for (const [at, fault] of scenario.faults.entries()) {
    const path = `faults.${at}`;
    if (ids.has(fault.id)) throw new InputError(`${path}.id: got ${fault.id} a second time`);
    ids.add(fault.id);
    checkFault(path, fault as unknown as Fault, scenario, protocol);
  }
}

function checkFault(path: string, fault: Fault, scenario: Scenario, protocol: Protocol): void {
  const { nodes, clients, readers, operators, probe } = castOf(scenario);
  const everybody = [...nodes, ...clients, ...readers, ...operators, probe];
  const node = (field: string, name: string | undefined) => {
    if (name !== undefined) known(`${path}.${field}`, 'node', name, everybody);
  };
  if ('node' in fault) node('node', fault.node);
  if (fault.kind === 'partition') {
    for (const [at, name] of fault.from.entries()) node(`from.${at}`, name);
    for (const [at, name] of fault.to.entries()) node(`to.${at}`, name);
  }
  if (fault.kind === 'reset') fault.between.forEach((name, at) => void node(`between.${at}`, name));
  if (fault.kind === 'link') {
    node('from', fault.from);
    node('to', fault.to);
    if (fault.type !== undefined) {
      known(`${path}.type`, 'message type', fault.type, messageTypes(protocol));
    }
  }
  if (!('trigger' in fault.at)) return;
  const { trigger } = fault.at;
  if (trigger.on === 'message') {
    node('at.trigger.from', trigger.from);
    node('at.trigger.to', trigger.to);
  } else node('at.trigger.node', trigger.node);
  checkTrigger(`${path}.at.trigger`, trigger, protocol);
}

function checkTrigger(path: string, trigger: Trigger, protocol: Protocol): void {
  if (trigger.on === 'message') {
    known(`${path}.type`, 'message type', trigger.type, messageTypes(protocol));
    return;
  }
  if (trigger.machine !== undefined) {
    known(`${path}.machine`, 'machine', trigger.machine, Object.keys(protocol.programs));
  }
  if (trigger.on === 'effect') {
    if (trigger.kind !== undefined) known(`${path}.kind`, 'effect', trigger.kind, effectKinds);
    return;
  }
  const { machine } = protocol.programs[trigger.machine]!;
  if (trigger.on === 'state') known(`${path}.state`, 'state', trigger.state, statesOf(machine));
  else {
    const names = [...namedTransitions(machine).keys()];
    known(`${path}.transition`, 'transition', trigger.transition, names);
  }
}

function known(path: string, what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new InputError(`${path}: unknown ${what} "${name}", ${expected(name, names)}`);
}

function statesOf(machine: AnyStateMachine): string[] {
  return stateNodes(machine).map(({ id }) => id);
}

/**
 * The full id of a state that a person named by its end, as `switching`: a state of the failover
 * variable where there is one of that name, else the only one that ends so.
 * @throws InputError when it names no state, or several
 */
export function stateNamed(protocol: Protocol, given: string): string {
  const all = Object.values(protocol.programs).flatMap(({ machine }) => statesOf(machine));
  if (all.includes(given)) return given;
  const found = all.filter((id) => id.endsWith(`.${given}`));
  const preferred = found.find((id) => id.endsWith(`.failover.${given}`));
  if (preferred !== undefined) return preferred;
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new InputError(`state "${given}" is ambiguous, expected one of ${found.join(', ')}`);
  }
  const ends = [...new Set(all.map((id) => id.slice(id.lastIndexOf('.') + 1)))];
  throw new InputError(`unknown state "${given}", ${expected(given, [...all, ...ends])}`);
}

/** Every message type that a machine of the protocol hears of, commands by their replies. */
export function messageTypes(protocol: Protocol): string[] {
  const types = new Set<string>();
  for (const { machine } of Object.values(protocol.programs)) {
    for (const name of namedTransitions(machine).keys()) {
      const heard = /\|message\.([^*|]+)\|/.exec(name)?.[1];
      if (heard === undefined) continue;
      types.add(heard);
      if (heard.endsWith('-reply')) types.add(heard.slice(0, -'-reply'.length));
    }
  }
  return [...types].sort();
}
