/**
 * Actions as closures. One of XState's own computes: it assigns, raises, arms, cancels, or decides
 * on more. Any other is asked for, as plain data.
 *
 * Methods of a class so that a test can break one at a time and see it caught.
 */
import type { AnyStateMachine } from 'xstate';
import type { Action } from '../engine.js';
import { spawnRefusal } from '../inert.js';
import { type Customs, refusal } from '../purity.js';
import { assigning, assignOnce, Updates } from './assign.js';
import { type Code, written } from './code.js';
import { Decided } from './enqueue.js';
import type { Guards } from './guards.js';
import { acting, type Behaviour, type Operation, writeBehaviour } from './operation.js';
import { raising } from './raise.js';
import type { Run } from './run.js';
import type { Shapes } from './shape.js';

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
  /** By actions that were decided on. */
  readonly #updates: Updates;
  readonly #named: Map<string, Behaviour> = new Map();

  constructor(machine: AnyStateMachine, guards: Guards, customs: Customs, shapes: Shapes) {
    this.guards = guards;
    this.#shapes = shapes;
    this.#updates = new Updates(shapes);
    this.#implementations = machine.implementations.actions as Record<string, unknown>;
    this.#delays = machine.implementations.delays as Record<string, unknown>;
    this.#customs = customs;
  }

  /** Actions as they are written in a machine, in order. */
  compile(actions: readonly unknown[]): Operation[] {
    return actions.map((action) => {
      if (typeof action === 'function') return using(this.#ofFunction(action), undefined);
      const { type, params } =
        typeof action === 'string' ? { type: action, params: undefined } : (action as Loose);
      const behaviour = this.#ofName(type);
      if (typeof params === 'function') return usingMade(behaviour, params);
      if (isBuiltin(this.#implementations[type])) return using(behaviour, params);
      return asking({ type, params: params ?? noParams } as Action);
    });
  }

  /** An action that was decided on in this step. */
  perform(run: Run, action: unknown): void {
    if (action instanceof Decided || isBuiltin(action)) {
      const builtin = action instanceof Decided ? action.builtin : action;
      if (builtin.type === 'xstate.assign') assignOnce(run, builtin.assignment, this.#updates);
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
    return written(
      (run: Run, params: unknown) => {
        if (typeof params === 'object') run.lend();
        run.actions.push({ type, params: params ?? noParams } as Action);
      },
      (code: Code, params: string) => {
        code.line(`if (typeof ${params} === "object") run.lend();`);
        const asked = `type: ${JSON.stringify(type)}, params: ${params} ?? ${code.held(noParams, 'none')}`;
        code.line(`actions.push({ ${asked} });`);
      },
    );
  }

  protected assign({ assignment }: Builtin): Behaviour {
    return assigning(assignment, this.#shapes);
  }

  protected raise({ event, id, delay }: Builtin): Behaviour {
    const given = typeof delay === 'string' ? this.#delays[delay] : delay;
    return raising(event, id, given);
  }

  protected cancel({ sendId }: Builtin): Behaviour {
    if (typeof sendId !== 'function') return asking({ type: 'disarm', id: sendId });
    return written(
      (run: Run, params: unknown) => {
        run.actions.push({ type: 'disarm', id: sendId(run.acting(), params) });
      },
      (code: Code, params: string) => {
        const id = `${code.held(sendId, 'id')}(${acting}, ${params})`;
        code.line(`actions.push({ type: "disarm", id: ${id} });`);
      },
    );
  }

  protected enqueueActions({ collect }: Builtin): Behaviour {
    return (run, params) => {
      for (const action of run.collect(collect, params)) this.perform(run, action);
    };
  }
}

/** An action with static params. */
function using(behaviour: Behaviour, params: unknown): Operation {
  return written(
    (run: Run) => behaviour(run, params),
    (code: Code) => writeBehaviour(code, behaviour, code.constant(params)),
  );
}

/** An action with params that are made each time. */
function usingMade(behaviour: Behaviour, params: (args: object) => unknown): Operation {
  return written(
    (run: Run) => behaviour(run, params({ context: run.state.context, event: run.event })),
    (code: Code) => {
      const made = `${code.held(params, 'params')}({ context, event })`;
      writeBehaviour(code, behaviour, code.variable('made', made));
    },
  );
}

/** Always the same one. */
function asking(action: Action): Operation {
  return written(
    (run: Run) => {
      run.actions.push(action);
    },
    (code: Code) => code.line(`actions.push(${code.held(action, 'action')});`),
  );
}

function isBuiltin(action: unknown): action is Builtin {
  return typeof action === 'function' && 'resolve' in action;
}

function refusing(why: string): Behaviour {
  return () => {
    throw new Error(why);
  };
}
