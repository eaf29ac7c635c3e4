/** The mutants of `graceful`: all that there are, and each as a protocol by its name. */
import type { AnyStateMachine } from 'xstate';
import { graceful } from '../../machines/kvrocks-handover/index.js';
import type { Protocol } from '../../machines/protocol.js';
import { compiledEngine } from '../../runtime/compiled/compiled-engine.js';
import { mutationsOf, type Part } from './generate.js';
import { mutated } from './mutate.js';
import type { Mutation } from './mutation.js';

/** What is mutated together. */
export const groups = ['coordinator', 'takeover', 'setnodes'] as const;
export type Group = (typeof groups)[number];

const partsOf: Readonly<Record<Group, readonly (readonly [machine: string, region: string])[]>> = {
  coordinator: [
    ['server', 'server.failover'],
    ['server', 'server.failover command'],
    ['server', 'server.job'],
    ['call', 'call'],
  ],
  takeover: [['server', 'server.verdict']],
  setnodes: [['server', 'server.setnodes']],
};

/** The protocol whose machines are mutated. */
export const original: Protocol = graceful;

export const parts: readonly Part[] = groups.flatMap((group) =>
  partsOf[group].map(([machine, region]) => ({
    group,
    machine,
    region,
    root: original.roots.node,
  })),
);

let known: ReadonlyMap<string, Mutation> | undefined;

/** Every mutation by its id, in the order of groups and of documents. */
export function mutations(): ReadonlyMap<string, Mutation> {
  known ??= new Map(
    parts.flatMap((part) => mutationsOf(machineOf(part.machine), part)).map((one) => [one.id, one]),
  );
  return known;
}

/** Why there is no such machine: XState doesn't build it, or the engine refuses it; else null. */
export function refusalOf(mutation: Mutation): string | null {
  try {
    compiledEngine.load(mutated(machineOf(mutation.machine), mutation));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a mutant is called where protocols are named. */
export const protocolNameOf = (id: string): string => `${original.name}:${id}`;

/** The protocol with one machine exchanged. It claims what the original does: so findings count. */
export function protocolOf(mutation: Mutation): Protocol {
  return withMachines(protocolNameOf(mutation.id), `${original.name}, but ${mutation.text}`, {
    [mutation.machine]: mutated(machineOf(mutation.machine), mutation),
  });
}

/** The original with other machines. */
export function withMachines(
  name: string,
  summary: string,
  machines: Readonly<Record<string, AnyStateMachine>>,
): Protocol {
  const exchanged = Object.entries(machines).map(([machine, made]) => [
    machine,
    { ...original.programs[machine], machine: made },
  ]);
  return {
    ...original,
    name,
    summary,
    source: `Switchover; a mutant of ${original.name}, generated to be caught`,
    programs: { ...original.programs, ...Object.fromEntries(exchanged) },
  };
}

/** A machine of the original. */
export function machineOf(name: string): AnyStateMachine {
  const program = original.programs[name];
  if (program === undefined) throw new RangeError(`${original.name} has no machine '${name}'`);
  return program.machine;
}
