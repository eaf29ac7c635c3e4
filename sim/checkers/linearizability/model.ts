/**
 * A model: what one key holds and what each operation does to it, one after another. A model is a
 * value of pure functions; states are never changed in place.
 */
import type { Call, KeyedOperation } from './operation.js';
import type { Value } from './value.js';

/** A sequential specification: its states and what leads from one to the next. */
export interface Specification<State = unknown> {
  init(initial: Value): State;
  /**
   * The state after a call, or undefined where it can't have come to its output then. An undefined
   * output is that of a call that did what it asked. The same state where nothing changes.
   */
  step(state: State, call: Call): State | undefined;
  equal(one: State, other: State): boolean;
  /** Equal states have equal keys, others different ones. */
  keyOf(state: State): string;
  describeState(state: State): string;
  /** Whether a call changes neither this state nor any that may come after it. */
  isHarmless(call: Call, state: State): boolean;
}

export interface Model<State = unknown> extends Specification<State> {
  readonly name: string;
  /** What an operation may do. */
  readonly functions: readonly string[];
  /** What a key holds at first, unless told otherwise. */
  readonly initial: Value;
  /** Why a call is none of this model's, as `field: got value, expected ...`. */
  misfit(call: Call): string | undefined;
  /** A call in words. */
  describe(call: Call): Described;

  /**
   * The operations that count: every `ok` one that says something, and those `info` ones that an
   * order may need. Any order with what is left out must be one without it. Where a model has
   * no such function, all but those that failed count.
   */
  needed?(operations: readonly KeyedOperation[]): readonly KeyedOperation[];
  /**
   * Whether an `info` call at a state can help another to its output or effect, alone or with more
   * of them. Left out: each may help any.
   */
  helps?(info: Call, state: State, other: Call): boolean;
  /**
   * The operations of one key as histories apart, each judged for itself (P-compositionality). Only
   * where no client went from one part to another within an instant.
   */
  parts?(history: readonly KeyedOperation[]): (readonly KeyedOperation[])[];
  /** Fewer states that judge this one history alike; undefined where there are none such. */
  reduced?(history: readonly KeyedOperation[], initial: Value): Specification | undefined;
  /**
   * Judges without search, in polynomial time. Left out: every history needs a search.
   * @param length how many operations there will be
   */
  decider?(initial: Value, length: number): Decider;
}

/** Is told all operations of a key, in order of the history; then what it makes of them. */
export interface Decider {
  add(operation: KeyedOperation): void;
  /** Undefined where these operations need a search. */
  decide(): Decided | undefined;
}

export interface Described {
  /** What it is about, in brackets behind its name: `v1`, `1 to 2`. */
  readonly about: string;
  /** How it ended: `returned v1`, `succeeded`. */
  readonly answer: string;
}

/** `orderOf` is undefined where no order exists; it is made only when asked for. */
export interface Decided {
  readonly linearizable: boolean;
  /** How many operations count. */
  readonly operations: number;
  /** An order that explains every answer. */
  readonly order: () => KeyedOperation[];
  /**
   * Why there is none; asked only of the shortest beginning of a history that has none, which ends
   * with the offender. `all` are the key's operations, failed ones and later ones too.
   */
  readonly cause: (offender: KeyedOperation, all: readonly KeyedOperation[]) => Cause | undefined;
}

/** Why an operation can't be placed: a clause behind `..., ` and the operations that it names. */
export interface Cause {
  readonly because: string;
  readonly others: readonly KeyedOperation[];
}
