/** Small worlds for tests: machines inline, one node of each machine unless said otherwise. */
import { type AnyStateMachine, setup } from 'xstate';
import type { NodeConfig, WorldConfig } from './config.js';
import type { Fault, FaultAction, Trigger } from './fault.js';
import type { Oracle } from './oracle.js';
import { scriptedOracle } from './scripted.js';
import {
  effectActions,
  type MachineEvent,
  type MachineInput,
  type Message,
  type Plain,
} from './vocabulary.js';
import { World } from './world.js';
import { xstateEngine } from './xstate-engine.js';

/** `setup` for a machine without context that asks for effects. */
export const tiny = setup({
  types: {
    events: {} as MachineEvent<Message & { n?: number }, Message & { n?: number }>,
    input: {} as MachineInput,
  },
  actions: effectActions,
});

/** The effect `note`, the simplest one to see: it leaves a line in the record. */
export function note(subject: string, value: Plain = true) {
  return { type: 'note', params: { subject, value } } as const;
}

export interface Small extends Partial<Omit<WorldConfig, 'machines' | 'nodes'>> {
  readonly machines: Readonly<Record<string, AnyStateMachine>>;
  readonly nodes?: readonly NodeConfig[];
}

/** @returns a world of these machines, each answer the mildest unless an oracle is given */
export function small({ machines, nodes, ...rest }: Small): World {
  const names = Object.keys(machines);
  return new World({
    machines: Object.fromEntries(
      names.map((name) => [name, { machine: machines[name]!, fields: {} }]),
    ),
    nodes: nodes ?? names.map((name) => ({ name, machine: name })),
    oracle: scriptedOracle([]),
    engine: xstateEngine,
    ...rest,
  });
}

/** An oracle that decides the order of what is due at one instant: always the last one first. */
export const lastFirst: Oracle = { asksNext: true, choose: (_label, n) => n - 1 };

/** A fault at a time (microseconds) or on a trigger. */
export function fault(
  id: number,
  at: number | Trigger,
  action: FaultAction,
  durationUs?: number,
): Fault {
  const place = typeof at === 'number' ? { timeUs: at } : { trigger: at };
  return { id, at: place, ...action, ...(durationUs === undefined ? {} : { durationUs }) };
}

/** The notes so far, `<time> <subject>` each, with the value where it is not `true`. */
export function notes(world: World): string[] {
  return world.record.notes.map(
    ({ at, subject, value }) =>
      `${at} ${subject}${value === true ? '' : ` ${JSON.stringify(value)}`}`,
  );
}

/** The subjects of the notes so far, in order. */
export function subjects(world: World): string[] {
  return world.record.notes.map(({ subject }) => subject);
}

/** The faults so far, `<time> <kind> <id> <move>` each. */
export function bites(world: World): string[] {
  return world.record.faults.map(({ at, kind, fault: id, move }) => `${at} ${kind} ${id} ${move}`);
}
