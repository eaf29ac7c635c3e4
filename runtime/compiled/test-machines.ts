/**
 * Machines out of numbers: a list of choices, read one by one, becomes a machine with everything
 * that the engines honour. A list that has run out gives zeros, and zero is always the simplest
 * choice, so that fast-check's shrinking of the list shrinks the machine.
 */
import fc from 'fast-check';
import { type AnyStateMachine, createMachine } from 'xstate';
import { actionsFrom, implementations } from './test-actions.js';
import { guardFrom } from './test-guards.js';

// biome-ignore lint/suspicious/noExplicitAny: configurations are built without XState's types.
export type Loose = any;

export class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** From 0 to n - 1. */
  below(n: number): number {
    return (this.#numbers[this.#at++] ?? 0) % n;
  }

  /** True in one of n cases, false when the list has run out. */
  oneIn(n: number): boolean {
    return this.below(n) === n - 1;
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }
}

/** A state as it is drafted: where transitions may lead has to be known before they are made. */
export interface Draft {
  readonly id: string;
  readonly key: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'shallow' | 'deep';
  readonly parent: Draft | undefined;
  readonly children: Draft[];
}

/** Types of events that machines listen to, and some that none does. */
const eventTypes = ['a', 'b', 'c', 'a', 'b', 'c', 'w.x', 'w.y.z', 'w', 'r1', 'r2', 'unheard'];
const descriptors = ['a', 'b', 'a', 'c', 'b', 'w.x', 'w.*', 'r1', 'w.y.*', 'r2', '*'];

const statesMax = 14;
const depthMax = 4;

/** @throws never: every list of numbers is a machine that XState accepts */
export function machineFrom(choices: Choices): AnyStateMachine {
  const root = draft(choices);
  const all = flat(root);
  const targets = all.filter((state) => state !== root);
  const config = configFrom(choices, root, targets);
  const limits = { options: { maxIterations: 40 } };
  const rootOutput = choices.oneIn(3) ? { output: outputFrom(choices) } : {};
  const context = choices.oneIn(2) ? contextOf : contextOf();
  return createMachine({ ...config, ...limits, ...rootOutput, context } as Loose, implementations);
}

function contextOf(given: { input?: unknown } = {}) {
  return { n: 0, m: 1, log: [], box: null, input: 'input' in given };
}

// ---------------------------------------------------------------------------------------------
// The tree of states

function draft(choices: Choices): Draft {
  let count = 0;
  const add = (parent: Draft | undefined, depth: number, type: Draft['type']): Draft => {
    const at = count++;
    // Keys like integers come first among their siblings, whatever is written.
    const key = choices.oneIn(8) ? `${9 - (at % 10)}${at}` : `s${at}`;
    const id =
      parent === undefined ? 'm' : choices.oneIn(6) ? `custom${at}` : `${parent.id}.${key}`;
    const state: Draft = { id, key, type, parent, children: [] };
    parent?.children.push(state);
    if (type === 'compound' || type === 'parallel') fill(state, depth);
    return state;
  };
  const fill = (state: Draft, depth: number) => {
    const regions = state.type === 'parallel';
    const wanted = 1 + choices.below(regions ? 3 : 4);
    for (let nth = 0; nth < wanted; nth++) add(state, depth + 1, childType(state, depth, nth));
    if (choices.oneIn(4)) add(state, depth + 1, choices.oneIn(2) ? 'deep' : 'shallow');
  };
  const childType = (state: Draft, depth: number, nth: number): Draft['type'] => {
    if (nth > 0 && state.type === 'compound' && choices.oneIn(4)) return 'final';
    if (count >= statesMax || depth >= depthMax) return 'atomic';
    return choices.of(['atomic', 'atomic', 'compound', 'compound', 'parallel'] as const);
  };
  const type = choices.of(['compound', 'compound', 'parallel'] as const);
  return add(undefined, 0, type);
}

function flat(state: Draft): Draft[] {
  return [state, ...state.children.flatMap(flat)];
}

function isInRegion({ parent }: Draft): boolean {
  return parent?.parent?.type === 'parallel';
}

export function isHistory({ type }: Draft): boolean {
  return type === 'shallow' || type === 'deep';
}

// ---------------------------------------------------------------------------------------------
// What is written in a state

function configFrom(choices: Choices, state: Draft, targets: readonly Draft[]): Loose {
  const { type, children, id } = state;
  if (isHistory(state)) return historyFrom(choices, state);
  const states = Object.fromEntries(
    children.map((child) => [child.key, configFrom(choices, child, targets)]),
  );
  const entry = choices.oneIn(2) ? { entry: actionsFrom(choices, targets) } : {};
  const exit = choices.oneIn(3) ? { exit: actionsFrom(choices, targets) } : {};
  const tags = choices.oneIn(4) ? { tags: [`tag of ${state.key}`] } : {};
  const common = { id, ...entry, ...exit, ...tags };
  if (type === 'final') {
    return { ...common, type, ...(choices.oneIn(2) && { output: outputFrom(choices) }) };
  }
  return {
    ...common,
    ...(type === 'parallel' && { type, states }),
    ...(type === 'compound' && { states, initial: initialFrom(choices, state, targets) }),
    ...(type !== 'atomic' && choices.oneIn(3) && { onDone: listFrom(choices, state, targets) }),
    ...transitionsFrom(choices, state, targets),
  };
}

function transitionsFrom(choices: Choices, state: Draft, targets: readonly Draft[]): Loose {
  const on: Record<string, Loose> = {};
  for (let wanted = 1 + choices.below(4); wanted > 0; wanted--) {
    on[choices.of(descriptors)] = listFrom(choices, state, targets);
  }
  const after: Record<string, Loose> = {};
  if (choices.oneIn(4))
    after[choices.of(['5', 'computed', 'fixed', '0'])] = listFrom(choices, state, targets);
  return {
    ...(Object.keys(on).length > 0 && { on }),
    ...(Object.keys(after).length > 0 && { after }),
    // Regions that may move by themselves at once: there the order of last entry shows.
    ...(choices.oneIn(isInRegion(state) ? 2 : 4) && {
      always: alwaysFrom(choices, state, targets),
    }),
  };
}

function listFrom(choices: Choices, source: Draft, targets: readonly Draft[]): Loose {
  if (choices.oneIn(10)) return choices.oneIn(2) ? {} : undefined;
  const first = transitionFrom(choices, source, targets);
  return choices.oneIn(3) ? [first, transitionFrom(choices, source, targets)] : first;
}

function transitionFrom(choices: Choices, source: Draft, targets: readonly Draft[]): Loose {
  const target = choices.oneIn(5) ? {} : { target: targetFrom(choices, source, targets) };
  return {
    ...target,
    ...(choices.oneIn(3) && { guard: guardFrom(choices, targets) }),
    ...(choices.oneIn(2) && { actions: actionsFrom(choices, targets) }),
    ...(choices.oneIn(4) && { reenter: true }),
  };
}

/** As a rule with guards: without one it would seldom come to rest. */
function alwaysFrom(choices: Choices, source: Draft, targets: readonly Draft[]): Loose {
  const transition = transitionFrom(choices, source, targets);
  if (choices.oneIn(8)) return transition;
  const first = { guard: choices.oneIn(2) ? 'odd' : guardFrom(choices, targets), ...transition };
  if (choices.oneIn(2)) return first;
  return [
    first,
    { guard: guardFrom(choices, targets), ...transitionFrom(choices, source, targets) },
  ];
}

/** A state, or one in each of some regions of a parallel state. */
function targetFrom(choices: Choices, source: Draft, targets: readonly Draft[]): Loose {
  if (choices.oneIn(6)) {
    const parallel = targets.filter(
      ({ type, children }) => type === 'parallel' && children.length > 1,
    );
    if (parallel.length > 0) {
      const regions = choices.of(parallel).children.filter((child) => !isHistory(child));
      return regions.map((region) => `#${choices.of(flat(region)).id}`);
    }
  }
  if (choices.oneIn(8)) return `#${source.id}`;
  return `#${choices.of(targets).id}`;
}

function initialFrom(choices: Choices, state: Draft, targets: readonly Draft[]): Loose {
  const real = state.children.filter((child) => !isHistory(child) && child.type !== 'final');
  const target = choices.of(real).key;
  return choices.oneIn(4) ? { target, actions: actionsFrom(choices, targets) } : target;
}

/** A default target is anywhere below the parent. */
function historyFrom(choices: Choices, { id, type, parent }: Draft): Loose {
  const below = flat(parent as Draft).filter((state) => state !== parent && !isHistory(state));
  const isByDefault = choices.oneIn(2);
  return {
    id,
    type: 'history',
    history: type,
    ...(isByDefault && { target: `#${choices.of(below).id}` }),
  };
}

function outputFrom(choices: Choices): Loose {
  return choices.of<Loose>([
    'output',
    ({ context }: Loose) => context.n,
    ({ context, event }: Loose) => ({ context, of: event.type, output: event.output ?? null }),
  ]);
}

/** Lists that are long enough, as a rule. */
export const drawnNumbers = fc.array(fc.nat(0xffff), { maxLength: 1200, size: 'max' });

/** A machine and a walk through it. */
export function drawnWalk(numbers: readonly number[]) {
  const choices = new Choices(numbers);
  // From the other end, so that a machine and its events are shrunk apart.
  const next = eventsFrom(new Choices(numbers.toReversed()));
  const steps = 8 + choices.below(12);
  const isChecked = choices.oneIn(8);
  const isLoaded = (at: number) => at % 5 === 4;
  return { machine: machineFrom(choices), steps, next, isLoaded, isChecked };
}

/** A timer that is armed, or one of those that machines listen to. */
function eventsFrom(choices: Choices) {
  return (armed: readonly { type: string }[]): { type: string } => {
    const fired = armed.length > 0 && choices.oneIn(3) ? choices.of(armed) : undefined;
    return { type: choices.of(eventTypes), k: choices.below(2), ...fired } as { type: string };
  };
}
