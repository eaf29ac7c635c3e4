/**
 * Guards as closures. XState's own (`and`, `or`, `not`, `stateIn`) are told by their check function,
 * taken from XState itself.
 */
import { type AnyStateMachine, and, not, or, type StateValue, stateIn } from 'xstate';
import { type Code, written } from './code.js';
import type { Configuration } from './configuration.js';
import type { Run } from './run.js';

/** Whether a transition may be taken now. */
export interface Guard {
  (run: Run): boolean;
  /** The same as an expression in code that has `run`, `context` and `event` at hand. */
  readonly code?: (code: Code) => string;
}

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
      return written(
        ({ state: { context }, event }: Run) => predicate({ context, event }, params),
        (code: Code) => {
          const given = code.constant(params);
          return `${code.held(predicate, 'guard')}({ context, event }, ${given})`;
        },
      );
    }
    return written(
      ({ state: { context }, event }: Run) =>
        predicate({ context, event }, params({ context, event })),
      (code: Code) => {
        const given = `${code.held(params, 'params')}({ context, event })`;
        return `${code.held(predicate, 'guard')}({ context, event }, ${given})`;
      },
    );
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
  return written(
    (run: Run) => {
      for (const part of parts) if (!part(run)) return false;
      return true;
    },
    (code: Code) => joined(code, parts, ' && ') ?? 'true',
  );
}

function any(parts: readonly Guard[]): Guard {
  return written(
    (run: Run) => {
      for (const part of parts) if (part(run)) return true;
      return false;
    },
    (code: Code) => joined(code, parts, ' || ') ?? 'false',
  );
}

function none(parts: readonly Guard[]): Guard {
  const isAny = any(parts);
  return written(
    (run: Run) => !isAny(run),
    (code: Code) => `!${writeGuard(code, isAny)}`,
  );
}

/** Undefined when there are no parts. */
function joined(code: Code, parts: readonly Guard[], operator: string): string | undefined {
  if (parts.length === 0) return undefined;
  return `(${parts.map((part) => writeGuard(code, part)).join(operator)})`;
}

/** An expression that asks a guard. */
export function writeGuard(code: Code, guard: Guard): string {
  return guard.code?.(code) ?? `${code.held(guard, 'guard')}(run)`;
}
