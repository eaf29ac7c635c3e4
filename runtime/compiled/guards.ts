/**
 * Guards as closures. XState's own (`and`, `or`, `not`, `stateIn`) are told by their check function,
 * taken from XState itself.
 */
import { type AnyStateMachine, and, not, or, type StateValue, stateIn } from 'xstate';
import type { Configuration } from './configuration.js';
import type { Run } from './run.js';

/** Whether a transition may be taken now. */
export type Guard = (run: Run) => boolean;

type Predicate = (args: unknown, params: unknown) => boolean;

/** One of XState's own. */
interface Combined {
  readonly check: unknown;
  readonly guards: readonly unknown[];
  readonly stateValue: StateValue;
}

const checkOf = (guard: unknown) => (guard as Combined).check;
const isStateIn = checkOf(stateIn(''));
const combining: ReadonlyMap<unknown, (parts: readonly Guard[]) => Guard> = new Map([
  [checkOf(and([])), all],
  [checkOf(or([])), any],
  [checkOf(not('')), none],
]);

export class Guards {
  readonly #named: Readonly<Record<string, unknown>>;
  readonly #compiled: Map<string, Guard> = new Map();

  constructor(machine: AnyStateMachine) {
    this.#named = machine.implementations.guards as Record<string, unknown>;
  }

  /** A guard as it is written: a function, a name, or a name with params. */
  compile(guard: unknown): Guard {
    if (typeof guard === 'string') return this.#ofName(guard);
    if (typeof guard === 'function') return this.#ofFunction(guard, undefined);
    const { type, params } = guard as { type: string; params?: unknown };
    const implementation = this.#named[type];
    if (typeof implementation !== 'function') return this.#ofName(type);
    return this.#ofFunction(implementation, params);
  }

  /** Kept by name: what an `enqueueActions` checks is compiled once. */
  #ofName(name: string): Guard {
    let guard = this.#compiled.get(name);
    if (guard === undefined) {
      guard = this.#implemented(name);
      this.#compiled.set(name, guard);
    }
    return guard;
  }

  #implemented(name: string): Guard {
    const implementation = this.#named[name];
    if (implementation) return this.compile(implementation);
    return () => {
      throw new Error(`Guard '${name}' is not implemented.'.`);
    };
  }

  #ofFunction(implementation: object, params: unknown): Guard {
    if ('check' in implementation) return this.#combined(implementation as Combined);
    const predicate = implementation as Predicate;
    if (typeof params !== 'function') {
      return ({ state: { context }, event }) => predicate({ context, event }, params);
    }
    return ({ state: { context }, event }) =>
      predicate({ context, event }, params({ context, event }));
  }

  #combined({ check, guards, stateValue }: Combined): Guard {
    if (check === isStateIn) return within(stateValue);
    const combine = combining.get(check);
    if (combine === undefined) {
      throw new Error('a guard with a check of its own is refused: use and, or, not, stateIn');
    }
    return combine(guards.map((guard) => this.compile(guard)));
  }
}

/** Kept by configuration. */
function within(value: StateValue): Guard {
  const known = new WeakMap<Configuration, boolean>();
  return ({ state: { configuration } }) => {
    let isWithin = known.get(configuration);
    if (isWithin === undefined) {
      isWithin = configuration.matches(value);
      known.set(configuration, isWithin);
    }
    return isWithin;
  };
}

function all(parts: readonly Guard[]): Guard {
  return (run) => {
    for (const part of parts) if (!part(run)) return false;
    return true;
  };
}

function any(parts: readonly Guard[]): Guard {
  return (run) => {
    for (const part of parts) if (part(run)) return true;
    return false;
  };
}

function none(parts: readonly Guard[]): Guard {
  const isAny = any(parts);
  return (run) => !isAny(run);
}
