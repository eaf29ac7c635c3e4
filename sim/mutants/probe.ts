/**
 * The original with an ear at every place that is mutated: the same runs, and afterwards it is known
 * which places they came by. A mutation of a place that no run comes by changes none of them.
 */
import { type AnyStateMachine, and, enqueueActions } from 'xstate';
import type { StateConfig } from '../../machines/mutant.js';
import type { Protocol } from '../../machines/protocol.js';
import { machineOf, mutations, protocolNameOf, withMachines } from './mutants.js';
import { changed, rewritten } from './mutate.js';
import type { Mutation } from './mutation.js';
import { listed } from './transition-list.js';

/** The probe among the mutants' names. */
export const probeId = 'probe';

/** What a run must come by for a mutation to make a difference to it. */
export type Spot = `${'asked' | 'taken' | 'entry' | 'exit'} ${string}`;

/**
 * Of a negated guard: that it is asked, since it may always say no. Of everything else at a transition:
 * that it is taken.
 */
export function spotOf({ where, operator, action }: Mutation): Spot {
  if (operator === 'negate') return `asked ${where}`;
  return action === undefined || action.list === 'actions'
    ? `taken ${where}`
    : `${action.list} ${where}`;
}

/** Spots that runs of the probe in this process have come by. */
const heard = new Set<Spot>();

/** What the runs of the probe have come by since this was asked last. */
export function heardSince(): Spot[] {
  const spots = [...heard];
  heard.clear();
  return spots;
}

/** The probe as a protocol. */
export function probe(): Protocol {
  const all = [...mutations().values()];
  const machines = [...new Set(all.map(({ machine }) => machine))].map((name) => {
    const spots = all.filter(({ machine }) => machine === name).map(spotOf);
    return [name, listening(machineOf(name), new Set(spots))] as const;
  });
  const name = protocolNameOf(probeId);
  return withMachines(name, 'graceful, heard at every place', Object.fromEntries(machines));
}

/** The machine with an ear at each spot. */
export function listening(machine: AnyStateMachine, spots: ReadonlySet<Spot>): AnyStateMachine {
  const states = new Map<string, Spot[]>();
  for (const spot of spots) {
    const state = whereOf(spot).split('|')[0]!;
    states.set(state, [...(states.get(state) ?? []), spot]);
  }
  return [...states].reduce(
    (made, [state, own]) =>
      rewritten(made, state, (config) =>
        own.reduce((written, spot) => withEar(machine, written, spot), config),
      ),
    machine,
  );
}

const whereOf = (spot: Spot) => spot.slice(spot.indexOf(' ') + 1);

/** A state's config with an ear at a spot of it. */
function withEar(machine: AnyStateMachine, config: StateConfig, spot: Spot): StateConfig {
  const where = whereOf(spot);
  const what = spot.slice(0, -where.length - 1);
  return where.includes('|')
    ? changed(machine, config, where, (one) => overheard(one, what, spot))
    : { ...config, [what]: [ear(spot), ...listed(config[what])] };
}

function overheard(transition: StateConfig, what: string, spot: Spot): StateConfig {
  if (what === 'taken') {
    return { ...transition, actions: [ear(spot), ...listed(transition['actions'])] };
  }
  const isAsked = () => heard.add(spot) !== undefined;
  return { ...transition, guard: and([isAsked, transition['guard'] as never]) };
}

/** Does nothing that a run could tell. */
const ear = (spot: Spot) =>
  enqueueActions(() => {
    heard.add(spot);
  });
