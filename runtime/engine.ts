/**
 * One interface for whatever runs a statechart. Nothing outside the engine knows which one it is.
 */
import type { AnyStateMachine } from 'xstate';
import type { Effect, MachineInput, Plain, View } from './vocabulary.js';

/**
 * What a step asks for, in order: effects, and timers armed (`delayMs`) or cancelled by id. An
 * effect asked without params has empty ones. Arming an id that is armed replaces it; cancelling
 * one that is not is harmless, and happens whenever the state of a fired `after` is left. A delayed
 * `raise` has the id it was given, or else `raise:<event type>`. `event` is the caller's to keep.
 */
export type Action =
  | Effect
  | { readonly type: 'arm'; readonly id: string; readonly delayMs: number; readonly event: Fired }
  | { readonly type: 'disarm'; readonly id: string };

/** The event that a timer delivers: XState's own `xstate.after...`, or a delayed `raise`. */
export interface Fired {
  readonly type: string;
}

/** One microstep, for triggers and coverage. */
export interface Microstep {
  /** Names of the transitions taken: `source|descriptor|index`, or `init`. */
  readonly transitions: readonly string[];
  /** Ids of the state nodes left and entered, also those passed through within the step. */
  readonly left: readonly string[];
  readonly entered: readonly string[];
  /** Its actions are `actions[begin]` to `actions[end - 1]` of the step. */
  readonly begin: number;
  readonly end: number;
}

/** Filled by the engine anew in every step; the caller owns and reuses it. */
export interface Step {
  readonly actions: Action[];
  /** Whether `microsteps` is wanted; it costs nothing when not. */
  report: boolean;
  readonly microsteps: Microstep[];
}

/** A machine's state as plain data: what a snapshot holds, and all that later steps depend on. */
export interface SavedState {
  readonly value: Plain;
  readonly context: Readonly<Record<string, Plain>>;
  readonly status: 'active' | 'done';
  readonly history: Readonly<Record<string, readonly string[]>>;
}

/** A running state, opaque outside the engine that made it. */
export type EngineState = { readonly __engine: unique symbol };

/** One machine, made ready to run. */
export interface Chart {
  /** Ids of every state node, in document order. */
  readonly stateIds: readonly string[];
  /** Names of every transition, in document order; `init` is not among them. */
  readonly transitionNames: readonly string[];
  start(input: MachineInput, step: Step): EngineState;
  /**
   * The state after an event: the same when no transition takes it; otherwise the given one must
   * not be used again, nor after a throw.
   * @throws naming machine, state and event when a guard or an assignment throws, a construct is
   * refused, or the machine finds no rest.
   */
  take(state: EngineState, event: { type: string; view: View }, step: Step): EngineState;
  save(state: EngineState): SavedState;
  load(saved: SavedState): EngineState;
  /** Whether a final state of the root is reached: nothing is taken any more. */
  done(state: EngineState): boolean;
}

/** @throws naming the machine when a construct of it can't be honoured. */
export interface Engine {
  readonly name: 'xstate' | 'compiled';
  load(machine: AnyStateMachine): Chart;
}
