/**
 * A test model: a small statechart of what a person sees of a protocol. Its events are what a person or
 * the network does, its states what can be observed from outside. It has neither `after` nor `invoke`:
 * time that passes is an event as any other.
 */
import { type AnyStateMachine, assign } from 'xstate';
import type { Plain } from '../runtime/vocabulary.js';
import type { KnobValues } from './protocol.js';

/** One thing that a person or the network does, at the instant of its event. Times in milliseconds. */
export type Deed =
  /** An operator asks; the schema of a scenario's `operator` says what there is to ask. */
  | {
      readonly do: 'ask';
      readonly call: Readonly<Record<string, Plain>>;
      /**
       * How the answer begins: `OK`, an error's first words, `no answer`; of a read `OK "x"`, if it is
       * to bring that value. Left out, whatever it is.
       */
      readonly answer?: string;
    }
  /** Something begins to go wrong; the schema of a scenario's `faults` says what can. */
  | {
      readonly do: 'begin';
      /** What it is called here, for the deed that ends it. */
      readonly fault: string;
      readonly as: Readonly<Record<string, Plain>>;
    }
  | { readonly do: 'end'; readonly fault: string }
  /** Time passes until the next deed. */
  | { readonly do: 'pass'; readonly ms: number }
  /** How the cluster had been set up all along: only in the first event of a path. */
  | { readonly do: 'given'; readonly cluster: Readonly<Record<string, Plain>> };

/** What is done where the model's context is that. */
// biome-ignore lint/suspicious/noExplicitAny: each model has a context of its own.
export type DeedsIn = (context: any) => readonly Deed[];

/** What a node says of itself by CLUSTER INFO: each field begins so, or is that. */
export type Facts = Readonly<Record<string, Plain>>;

/** What somebody sees who asks every node; a node that is not named is not asked. */
export interface Observation {
  /** `no answer` where nothing is heard of it. */
  readonly info?: Readonly<Record<string, Facts | 'no answer'>>;
  /** How a write at that node is answered: `OK`, `TRYAGAIN`, `MOVED n2`, `no answer`. */
  readonly write?: Readonly<Record<string, string>>;
  /** How a read at that node is answered: as a write, or `OK "x"` of one that brings that value. */
  readonly read?: Readonly<Record<string, string>>;
}

export interface TestModel {
  readonly name: string;
  /** What it is a model of, in a sentence. */
  readonly about: string;
  /**
   * The states' `meta.observe` is an `Observation`; those of all active states together hold. Guards
   * and context as XState has them; a context must be small, for every value of it is another state.
   */
  readonly machine: AnyStateMachine;
  /**
   * Of every event what is done, in order; it may depend on the model's context before it. A fault that
   * is not ended lasts until the model leaves the state that it was begun for.
   */
  readonly deeds: Readonly<Record<string, readonly Deed[] | DeedsIn>>;
  /** Cluster, network and limits that every path runs in: a part of a scenario. */
  readonly scenario: Readonly<Record<string, Plain>>;
  /** Knobs that every path sets, where its user sets no other value. */
  readonly knobs?: KnobValues;
  /** How long a state may take to show itself after an event; default 3000. */
  readonly withinMs?: number;
  /** Events that simple paths do without, so that there are not too many: another attempt. */
  readonly simpleWithout?: readonly string[];
}

/** The part of a state's `meta` that says what is observed in it. */
export const seen = (
  observe: Observation,
): { readonly meta: { readonly observe: Observation } } => ({
  meta: { observe },
});

/**
 * An event that changes nothing that the model knows of: the state must show itself all the same. An
 * assignment of nothing, for `@xstate/test` runs no other action.
 */
export const stays: { readonly actions: never } = { actions: assign({}) as never };

/** An operator asks at a node. */
export const ask = (call: Readonly<Record<string, Plain>>, answer?: string): Deed => ({
  do: 'ask',
  call,
  ...(answer !== undefined && { answer }),
});

export const begin = (fault: string, as: Readonly<Record<string, Plain>>): Deed => ({
  do: 'begin',
  fault,
  as,
});

export const end = (fault: string): Deed => ({ do: 'end', fault });

export const pass = (ms: number): Deed => ({ do: 'pass', ms });
