/**
 * A fault plan at random. Swarm testing (Groce and others, 2012): most plans leave most kinds of fault
 * out and weigh the rest wildly, for kinds that are always there hide one another.
 */
import type { Protocol } from '../../machines/protocol.js';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import type { Place, UnnumberedFault } from '../builders.js';
import { messageTypes } from '../scenario-names.js';
import type { Dice } from './dice.js';
import { drawDuration } from './durations.js';

/** What a plan for a protocol may name, whatever the cluster. */
export interface Names {
  readonly types: readonly string[];
  /** States and transitions of a node's machines, by machine. */
  readonly states: readonly (readonly [machine: string, state: string])[];
  readonly transitions: readonly (readonly [machine: string, transition: string])[];
  /** The machine that a node's process starts with. */
  readonly root: string;
  /** Whether a state, or a transition by its source, is one of a switch itself. */
  readonly isOfSwitch: (name: string) => boolean;
}

/** What a plan may name in one scenario. */
export interface Targets extends Names {
  readonly nodes: readonly string[];
  /** Clients and operators. */
  readonly callers: readonly string[];
}

/** When things happen in the run, and the timers that matter in it. Microseconds. */
export interface Tempo {
  /** When the first attempt is asked for, and about when it switches. */
  readonly askedAt: number;
  readonly switchAt: number;
  readonly timers: readonly number[];
}

/** Everything that a plan for a protocol may name. */
export function namesOf(protocol: Protocol): Names {
  const { programs, roots, switching = [] } = protocol;
  const machines = Object.entries(programs).filter(
    ([name]) => name !== roots.client && name !== roots.operator,
  );
  return {
    root: roots.node,
    isOfSwitch: (name) => switching.some((state) => name.startsWith(`${state}.`)),
    types: messageTypes(protocol),
    states: machines.flatMap(([name, { machine }]) =>
      stateNodes(machine).map(({ id }) => [name, id] as const),
    ),
    transitions: machines.flatMap(([name, { machine }]) =>
      [...namedTransitions(machine).keys()].map((transition) => [name, transition] as const),
    ),
  };
}

/** Every kind of fault. */
export const faultKinds = [
  'crash',
  'powerLoss',
  'pause',
  'partition',
  'reset',
  'link',
  'disk',
  'drift',
  'step',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Kinds whose effect no protocol promises anything about are drawn more rarely. */
const rare: ReadonlySet<FaultKind> = new Set(['powerLoss', 'disk', 'drift', 'step']);

/** Up to `most` faults of the kinds that this plan has on. */
export function drawFaults(
  dice: Dice,
  targets: Targets,
  tempo: Tempo,
  most: number,
): UnnumberedFault[] {
  const on = faultKinds
    .filter((kind) => dice.chance(1, rare.has(kind) ? 6 : 2))
    .map((kind) => [kind, dice.pick([1, 1, 2, 4, 8])] as const);
  if (on.length === 0) return [];
  const count = dice.pick([0, 1, 1, 2, 2, 3, most]);
  const drawn: UnnumberedFault[] = [];
  while (drawn.length < Math.min(count, most)) {
    const fault = drawFault(dice, dice.weighted(on), targets, tempo);
    const before = drawn.at(-1);
    const follows = before !== undefined && dice.chance(1, 3);
    drawn.push(follows ? { ...fault, at: soonAfter(dice, before, tempo) } : fault);
  }
  return drawn;
}

/** Where a fault begins that comes with another one: a lost reply, and the sender crashes. */
function soonAfter(dice: Dice, { at }: UnnumberedFault, { timers }: Tempo): Place {
  const laterUs = dice.chance(1, 2) ? dice.anyDuration(10, 10_000) : drawDuration(dice, timers);
  return 'timeUs' in at
    ? { timeUs: at.timeUs + laterUs }
    : { ...at, offsetUs: (at.offsetUs ?? 0) + laterUs };
}

/** One fault of a kind. */
export function drawFault(
  dice: Dice,
  kind: FaultKind,
  targets: Targets,
  tempo: Tempo,
): UnnumberedFault {
  const place = drawPlace(dice, targets, tempo);
  const durationUs = drawDuration(dice, tempo.timers);
  // One in eight lasts until everything heals.
  const span = { at: place, ...(dice.chance(7, 8) && { durationUs }) };
  return { ...drawAction(dice, kind, targets, tempo), ...span } as UnnumberedFault;
}

/** When a fault begins. */
export function drawPlace(dice: Dice, targets: Targets, tempo: Tempo): Place {
  const { askedAt, switchAt } = tempo;
  if (dice.chance(1, 4)) {
    const around = dice.chance(1, 2) ? switchAt : askedAt;
    const shift = dice.anyDuration(10, 3_000_000) * (dice.chance(1, 4) ? -1 : 1);
    return { timeUs: Math.max(0, around + shift) };
  }
  const trigger = drawTrigger(dice, targets);
  const offsetUs = dice.chance(1, 3) ? drawDuration(dice, tempo.timers) : 0;
  return { trigger, ...(offsetUs > 0 && { offsetUs }) } as Place;
}

/** What a switch makes last, or says. */
const lasting = ['persist', 'persist', 'sync', 'truncate', 'send', 'note'] as const;

function drawTrigger(dice: Dice, targets: Targets): unknown {
  const { nodes, types, states, transitions, root, isOfSwitch } = targets;
  const node = dice.pick(nodes.slice(0, 2).concat(nodes));
  const when = dice.pick(['before', 'after']);
  const nth = dice.chance(2, 3) ? 1 : dice.between(1, 12);
  switch (dice.pick(['state', 'state', 'message', 'effect', 'transition'])) {
    case 'state': {
      const own = states.filter(([machine]) => machine === root);
      const ofSwitch = orAll(own, ([, state]) => isOfSwitch(state));
      const [machine, state] = dice.pick(dice.pick([ofSwitch, ofSwitch, own, states]));
      return { on: 'state', node, machine, state, move: dice.pick(['entered', 'left']), when, nth };
    }
    case 'transition': {
      const ofSwitch = orAll(transitions, ([, transition]) => isOfSwitch(transition));
      const [machine, transition] = dice.pick(dice.chance(1, 2) ? ofSwitch : transitions);
      return { on: 'transition', node, machine, transition, when, nth };
    }
    case 'message': {
      const move = dice.pick(['sent', 'received']);
      return { on: 'message', type: drawType(dice, types), move, when, nth };
    }
    default: {
      if (dice.chance(1, 2)) return { on: 'effect', node, when, nth: dice.between(1, 40) };
      return { on: 'effect', node, machine: root, kind: dice.pick(lasting), when, nth };
    }
  }
}

/** Those that are asked for; where there are none, all. */
function orAll<T>(items: readonly T[], isAskedFor: (one: T) => boolean): readonly T[] {
  const found = items.filter(isAskedFor);
  return found.length > 0 ? found : items;
}

const ofStore = new Set([
  ...['set', 'append', 'get', 'readonly', 'wait', 'auth', 'info', 'announce'],
  ...['_db_name', 'replconf', '_fetch_meta', '_fetch_file', 'fed', 'files'],
]);

/** Whether messages of a type are about data and links, whoever is master. */
export function isOfStore(type: string): boolean {
  return ofStore.has(type.replace(/-reply$/, ''));
}

/** The messages of the switch more often than the others. */
function drawType(dice: Dice, types: readonly string[]): string {
  const ofSwitch = types.filter((type) => !isOfStore(type));
  return dice.pick(ofSwitch.length > 0 && dice.chance(2, 3) ? ofSwitch : types);
}

function drawAction(dice: Dice, kind: FaultKind, targets: Targets, { timers }: Tempo): object {
  const { nodes, callers, types } = targets;
  // The two that hand over to one another more often than the rest.
  const node = dice.pick([...nodes.slice(0, 2), ...nodes.slice(0, 2), ...nodes]);
  switch (kind) {
    case 'crash':
    case 'pause':
      return { kind, node };
    case 'powerLoss':
      return { kind, node, tail: dice.pick(['draw', 'keep', 'lose', 'torn']) };
    case 'partition': {
      const [from, ...others] = dice.shuffled(dice.chance(1, 4) ? [...nodes, ...callers] : nodes);
      const to = dice.chance(1, 2) ? others.slice(0, 1) : others;
      return { kind, from: [from], to, oneWay: dice.chance(1, 2) };
    }
    case 'reset': {
      const [one, other] = dice.shuffled(nodes);
      return { kind, between: [one, other] };
    }
    case 'link':
      return { kind, ...drawRule(dice, nodes, types, timers) };
    case 'disk': {
      const mode = dice.pick(['slow', 'slow', 'stalled', 'failing', 'full']);
      return { kind, node, mode, ...(mode === 'slow' && { factor: [dice.between(2, 50), 1] }) };
    }
    case 'drift': {
      const ppm = dice.pick([-200_000, -500, -50, 50, 500, 200_000]);
      return { kind, node, clock: dice.pick(['monotonic', 'wall']), ppm };
    }
    case 'step':
      return { kind, node, byUs: dice.pick([-1, 1]) * dice.anyDuration(1000, 100_000_000) };
  }
}

function drawRule(
  dice: Dice,
  nodes: readonly string[],
  types: readonly string[],
  timers: readonly number[],
): object {
  const verdict = dice.pick(['drop', 'drop', 'reset', 'hold', 'delay']);
  return {
    ...(dice.chance(1, 6) ? { on: 'connect' } : { type: drawType(dice, types) }),
    ...(dice.chance(1, 3) && { from: dice.pick(nodes) }),
    ...(dice.chance(1, 4) && { skip: dice.between(1, 5) }),
    ...(dice.chance(4, 5) && { times: dice.pick([1, 1, 2, 5, 40]) }),
    ...(dice.chance(1, 5) && {
      ratio: dice.pick([
        [1, 2],
        [1, 10],
        [9, 10],
      ]),
    }),
    verdict:
      verdict === 'delay' ? { kind: verdict, us: drawDuration(dice, timers) } : { kind: verdict },
  };
}
