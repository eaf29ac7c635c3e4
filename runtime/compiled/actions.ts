/**
 * Actions as closures. One of XState's own computes: it assigns, raises, arms, cancels, or decides
 * on more. Any other is asked for, as plain data.
 *
 * Methods of a class so that a test can break one at a time and see it caught.
 */
import type { AnyStateMachine } from 'xstate';
import { arming } from '../arming.js';
import type { Action, Fired } from '../engine.js';
import { spawnRefusal } from '../inert.js';
import { type Customs, refusal } from '../purity.js';
import { assigning, assignOnce } from './assign.js';
import { Decided } from './enqueue.js';
import type { Guards } from './guards.js';
import type { Run } from './run.js';
import type { Shapes } from './shape.js';

/** Something that a microstep does, in its place among the others. */
export type Operation = (run: Run) => void;
/** What an action does with the params of one use of it. */
export type Behaviour = (run: Run, params: unknown) => void;

// biome-ignore lint/suspicious/noExplicitAny: what a machine's functions take and give is theirs.
type Loose = any;

/** One of XState's own, with the fields that its kind has. */
export interface Builtin {
  readonly type: string;
  readonly assignment: Loose;
  readonly event: Loose;
  readonly id: string | undefined;
  readonly delay: Loose;
  readonly sendId: Loose;
  readonly collect: Loose;
}

const noParams = Object.freeze({});

export class Actions {
  readonly guards: Guards;
  readonly #implementations: Readonly<Record<string, unknown>>;
  readonly #delays: Readonly<Record<string, unknown>>;
  readonly #customs: Customs;
  readonly #shapes: Shapes;
  readonly #named: Map<string, Behaviour> = new Map();

  constructor(machine: AnyStateMachine, guards: Guards, customs: Customs, shapes: Shapes) {
    this.guards = guards;
    this.#shapes = shapes;
    this.#implementations = machine.implementations.actions as Record<string, unknown>;
    this.#delays = machine.implementations.delays as Record<string, unknown>;
    this.#customs = customs;
  }

  /** Actions as they are written in a machine, in order. */
  compile(actions: readonly unknown[]): Operation[] {
    return actions.map((action) => {
      // Without params: an operation is called with the run alone.
      if (typeof action === 'function') return this.#ofFunction(action) as Operation;
      const { type, params } =
        typeof action === 'string' ? { type: action, params: undefined } : (action as Loose);
      const behaviour = this.#ofName(type);
      if (typeof params === 'function') {
        return (run) => behaviour(run, params({ context: run.state.context, event: run.event }));
      }
      if (isBuiltin(this.#implementations[type])) return (run) => behaviour(run, params);
      const asked = { type, params: params ?? noParams } as Action;
      return (run) => {
        run.actions.push(asked);
      };
    });
  }

  /** An action that was decided on in this step. */
  perform(run: Run, action: unknown): void {
    if (action instanceof Decided || isBuiltin(action)) {
      const builtin = action instanceof Decided ? action.builtin : action;
      if (builtin.type === 'xstate.assign') assignOnce(run, builtin.assignment);
      else this.builtin(builtin as Builtin)(run, undefined);
    } else if (typeof action === 'function') {
      throw new Error(this.#customs.refusal(''));
    } else if (typeof action === 'string') {
      this.#ofName(action)(run, undefined);
    } else {
      const { type, params } = action as Loose;
      const { event } = run;
      const { context } = run.state;
      this.#ofName(type)(run, typeof params === 'function' ? params({ context, event }) : params);
    }
  }

  #ofName(type: string): Behaviour {
    let behaviour = this.#named.get(type);
    if (behaviour === undefined) {
      const implementation = this.#implementations[type];
      behaviour = isBuiltin(implementation) ? this.builtin(implementation) : this.custom(type);
      this.#named.set(type, behaviour);
    }
    return behaviour;
  }

  #ofFunction(action: object): Behaviour {
    return isBuiltin(action) ? this.builtin(action) : refusing(this.#customs.refusal(''));
  }

  /** One of XState's own. */
  protected builtin(builtin: Builtin): Behaviour {
    switch (builtin.type) {
      case 'xstate.assign':
        return this.assign(builtin);
      case 'xstate.raise':
        return this.raise(builtin);
      case 'xstate.cancel':
        return this.cancel(builtin);
      case 'xstate.enqueueActions':
        return this.enqueueActions(builtin);
      case 'xstate.spawnChild':
        return refusing(spawnRefusal);
      default:
        return refusing(refusal(builtin.type));
    }
  }

  /** An action that is asked for. */
  protected custom(type: string): Behaviour {
    if (!this.#customs.accept(type)) return refusing(this.#customs.refusal(type));
    return (run, params) => {
      if (typeof params === 'object') run.lend();
      run.actions.push({ type, params: params ?? noParams } as Action);
    };
  }

  protected assign({ assignment }: Builtin): Behaviour {
    return assigning(assignment, this.#shapes);
  }

  protected raise({ event, id, delay }: Builtin): Behaviour {
    const delayOf = this.#delay(delay);
    return (run, params) => {
      let raised: Fired = event;
      if (typeof event === 'function') {
        run.lend();
        raised = event(run.acting(), params);
      }
      const delayMs = delayOf?.(run, params);
      if (typeof delayMs === 'number') run.actions.push(arming(raised, id, delayMs));
      else run.queue.push(raised);
    };
  }

  /** A delay in milliseconds; one that is no number, given or named, means at once. */
  #delay(delay: Loose): ((run: Run, params: unknown) => unknown) | undefined {
    const given = typeof delay === 'string' ? this.#delays[delay] : delay;
    if (typeof given === 'function') return (run, params) => given(run.acting(), params);
    return given === undefined ? undefined : () => given;
  }

  protected cancel({ sendId }: Builtin): Behaviour {
    if (typeof sendId === 'function') {
      return (run, params) => {
        run.actions.push({ type: 'disarm', id: sendId(run.acting(), params) });
      };
    }
    const disarm: Action = { type: 'disarm', id: sendId };
    return (run) => {
      run.actions.push(disarm);
    };
  }

  protected enqueueActions({ collect }: Builtin): Behaviour {
    return (run, params) => {
      for (const action of run.collect(collect, params)) this.perform(run, action);
    };
  }
}

function isBuiltin(action: unknown): action is Builtin {
  return typeof action === 'function' && 'resolve' in action;
}

function refusing(why: string): Behaviour {
  return () => {
    throw new Error(why);
  };
}
