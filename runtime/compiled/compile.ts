/**
 * Turns an XState machine into flat tables and runs it on them: the same steps as XState's own pure
 * `transition`, at a fraction of the cost. The tables grow as the machine is run: whatever is met
 * for the first time is built then, and code is made of what is met often (`code.ts`).
 */
import type { AnyStateMachine, StateValue } from 'xstate';
import type { Action, EngineState, Microstep, SavedState, Step } from '../engine.js';
import { anyAction, type Customs, checkPure } from '../purity.js';
import { inDocumentOrder } from '../state-value.js';
import { stepError } from '../step-error.js';
import type { Plain } from '../vocabulary.js';
import { Actions } from './actions.js';
import { Algorithm } from './algorithm.js';
import { Guards } from './guards.js';
import { type Node, sorted } from './nodes.js';
import { type Parts, Program } from './program.js';
import { Run, type Running } from './run.js';

/** What a step asks for: an action of the machine's own by name, or a timer. */
export type CompiledAction =
  | { readonly type: string; readonly params: unknown }
  | Extract<Action, { type: 'arm' | 'disarm' }>;

/** Filled anew in every step; the caller owns and reuses it. */
export interface CompiledStep {
  readonly actions: CompiledAction[];
  /** Whether `microsteps` is wanted; it costs nothing when not. */
  report: boolean;
  readonly microsteps: Microstep[];
}

/** The parts that work. */
export const soundParts: Parts = {
  Algorithm,
  Guards,
  Actions,
  Run,
  configurationsMax: 10_000,
  codeAfter: 50,
};

/**
 * A machine by itself, run on tables. Nothing is performed: a step says what the machine asks for,
 * in order, and the caller does it. Actions come as `{ type, params }`, whether or not they are
 * implemented; `after` and delayed raises as `arm` and `disarm`, with the event to `take` later.
 * Guards, assignments, params and delays of the machine must be pure. Immediate raises, eventless
 * transitions, history, final states: all as in XState 5.
 *
 * @example
 * const door = compile(createMachine({
 *   initial: 'closed',
 *   states: {
 *     closed: { on: { open: { target: 'opened', actions: { type: 'ring', params: { times: 2 } } } } },
 *     opened: { after: { 3000: 'closed' } },
 *   },
 * }));
 * const step = { actions: [], microsteps: [], report: false };
 * let state = door.start(undefined, step);
 * state = door.take(state, { type: 'open' }, step);
 * step.actions; // [{ type: 'ring', params: { times: 2 } }, { type: 'arm', delayMs: 3000, ... }]
 * door.save(state).value; // 'opened'
 *
 * @throws naming machine, construct, place and the way out when there is something that would act by
 * itself (`invoke`, `spawnChild`, `sendTo`, `emit`, `log`, an inline function as action).
 */
export function compile(machine: AnyStateMachine): CompiledMachine {
  return new CompiledMachine(machine, anyAction, soundParts);
}

/** What `compile` gives. */
export class CompiledMachine {
  /** Ids of every state node, in document order. */
  readonly stateIds: readonly string[];
  /** Names of every transition, in document order; `init` is not among them. */
  readonly transitionNames: readonly string[];
  readonly #machine: AnyStateMachine;
  readonly #program: Program;
  readonly #run: Run;
  readonly #nodes: ReadonlyMap<string, Node>;

  constructor(machine: AnyStateMachine, customs: Customs, parts: Parts) {
    checkPure(machine, customs);
    this.#machine = machine;
    this.#program = new Program(machine, parts, customs);
    this.#run = new parts.Run(this.#program);
    this.#nodes = new Map(this.#program.nodes.map((node) => [node.id, node]));
    this.stateIds = [...this.#nodes.keys()];
    this.transitionNames = this.#program.transitions.map(({ name }) => name);
  }

  /** The state after the initial step. @throws naming the machine when a function of it throws */
  start(input: unknown, step: CompiledStep): EngineState {
    try {
      return this.#run.start(input, step as Step) as unknown as EngineState;
    } catch (error) {
      throw stepError(this.#machine.id, 'at its start', error);
    }
  }

  /**
   * The state after an event. The one that was given is written over and must not be used again,
   * nor after a throw.
   * @throws naming machine, state and event when a function of it throws, a construct is refused, or
   * the machine finds no rest
   */
  take(state: EngineState, event: { readonly type: string }, step: CompiledStep): EngineState {
    const running = state as unknown as Running;
    const { configuration } = running;
    try {
      this.#run.take(running, event, step as Step);
      return state;
    } catch (error) {
      const where = `state ${JSON.stringify(configuration.value)}, event '${event.type}'`;
      throw stepError(this.#machine.id, where, error);
    }
  }

  /** Whether a final state of the root is reached: nothing is taken any more. */
  done(state: EngineState): boolean {
    return (state as unknown as Running).isDone;
  }

  /** What the machine's `output` gave when it was done; a saved state keeps none. */
  output(state: EngineState): unknown {
    return (state as unknown as Running).output;
  }

  /** Tags of the active states. */
  tags(state: EngineState): ReadonlySet<string> {
    const { nodes } = (state as unknown as Running).configuration;
    return new Set(nodes.flatMap((node) => node.tags));
  }

  /** @throws when the context is not plain data */
  save(state: EngineState): SavedState {
    const { configuration, context, history, isDone } = state as unknown as Running;
    const remembered = sorted([...history.nodes.keys()].map((id) => this.#node(id))).map(
      ({ id }) => [id, history.nodes.get(id)!.map((node) => node.id)] as const,
    );
    try {
      return {
        value: structuredClone(configuration.value) as Plain,
        context: structuredClone(context) as SavedState['context'],
        status: isDone ? 'done' : 'active',
        history: Object.fromEntries(remembered),
      };
    } catch (error) {
      throw stepError(this.#machine.id, 'saved: its context is not plain data', error);
    }
  }

  /** @throws when it does not fit the machine */
  load({ value, context, status, history }: SavedState): EngineState {
    try {
      const remembered = Object.entries(history).map(
        ([id, ids]) => [this.#node(id).id, ids.map((nodeId) => this.#node(nodeId))] as const,
      );
      const snapshot = this.#machine.resolveState({
        value: inDocumentOrder(this.#machine.root, value as StateValue),
        context: {},
        status,
      });
      const running: Running = {
        configuration: this.#program.configuration([...snapshot._nodes]).atRest,
        context: structuredClone(context),
        shape: this.#program.shapes.ofContext(context),
        isLent: false,
        history: this.#program.noHistory.with(remembered),
        isDone: snapshot.status === 'done',
        output: undefined,
      };
      return running as unknown as EngineState;
    } catch (error) {
      throw stepError(this.#machine.id, 'loaded', error);
    }
  }

  #node(id: string): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`it has no state '${id}'`);
    return node;
  }
}
