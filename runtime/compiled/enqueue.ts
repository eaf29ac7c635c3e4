/** What an `enqueueActions` is given to decide with. */
import { emit, sendParent, sendTo, spawnChild, stopChild } from 'xstate';
import type { Builtin } from './actions.js';

/** One of XState's own that was decided on and is done once: no code is made for it. */
export class Decided {
  readonly builtin: Partial<Builtin>;

  constructor(builtin: Partial<Builtin>) {
    this.builtin = builtin;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: XState's creators take what a machine gives them.
type Creator = (...args: any[]) => unknown;

/** A function that takes an action, with a method for each of XState's own. */
export interface Enqueue {
  (action: unknown): void;
  [creator: string]: Creator;
}

const creators: Readonly<Record<string, Creator>> = {
  assign: (assignment) => new Decided({ type: 'xstate.assign', assignment }),
  cancel: (sendId) => new Decided({ type: 'xstate.cancel', sendId }),
  raise: (event, { id, delay }: { id?: string; delay?: unknown } = {}) =>
    new Decided({ type: 'xstate.raise', event, id, delay }),
  // Enqueued as in XState, and refused by name when their turn comes.
  sendTo,
  sendParent,
  spawnChild: spawnChild as Creator,
  stopChild,
  emit,
};

/** One that hands every action on. */
export function enqueueTo(take: (action: unknown) => void): Enqueue {
  const enqueue = ((action: unknown) => take(action)) as Enqueue;
  for (const [name, creator] of Object.entries(creators)) {
    enqueue[name] = (...args) => take(creator(...args));
  }
  return enqueue;
}
