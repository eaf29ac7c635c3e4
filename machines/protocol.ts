/** What a protocol is to those who run it: a value. Protocols build on a substrate of their own. */
import type { AnyStateMachine } from 'xstate';
import type { ContextField, Plain } from '../runtime/vocabulary.js';
import type { TestModel } from './test-model.js';

/** A setting of a protocol, as a user sees it. */
export interface Knob {
  readonly default: boolean | number;
  readonly unit: 'on/off' | 'ms';
  readonly meaning: string;
  /** A safeguard can be taken away alone. */
  readonly safeguard?: boolean;
  /** What it protects is not modelled yet, so taking it away changes nothing. */
  readonly inert?: string;
}

export type KnobValues = Readonly<Record<string, boolean | number>>;

/** Something a protocol promises: that a checker says `valid`, under these fault kinds. */
export interface Claim {
  readonly checker:
    | 'linearizable'
    | 'lost-write'
    | 'single-writer'
    | 'convergence'
    | 'liveness'
    | 'attempts'
    | 'durability'
    | 'slave-reads';
  readonly text: string;
  /** Fault kinds (of the fault plan) under which it is promised. */
  readonly under: readonly string[];
}

export interface Program {
  readonly machine: AnyStateMachine;
  readonly fields: Readonly<Record<string, ContextField>>;
}

/** What a mutant of a protocol lacks. It is there to be caught: one that holds shows blind tests. */
export interface Canary {
  /** The name of the protocol that it is a mutant of. */
  readonly of: string;
  /** The rule of the protocol that it breaks, by its name. */
  readonly rule: string;
  /** How, in a sentence. */
  readonly breaks: string;
}

export interface Protocol {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  readonly knobs: Readonly<Record<string, Knob>>;
  /** The values of this protocol's knobs where nobody sets them. */
  readonly values: KnobValues;
  /** Machines of a node, a client and an operator by name; `roots` says which one starts. */
  readonly programs: Readonly<Record<string, Program>>;
  readonly roots: { readonly node: string; readonly client: string; readonly operator: string };
  /**
   * Ids of states of a node's root machine in which, or within which, it switches or decides about
   * it: faults are aimed at these most. Left out: all of that machine are alike.
   */
  readonly switching?: readonly string[];
  /**
   * Whether a node's root machine is in the midst of a switch, by its state as XState gives it. Left
   * out: from the first state of an attempt that its node notes to the last.
   */
  readonly isSwitching?: (state: Readonly<Record<string, unknown>>) => boolean;
  /** Other software that a node may run, by name: mixed versions. `own` is the protocol's. */
  readonly releases: Readonly<Record<string, string>>;
  readonly claims: readonly Claim[];
  readonly assumptions: readonly string[];
  /** Set where the protocol is a mutant. */
  readonly canary?: Canary;
  /** What a person sees of it, as statecharts: their paths are driven against its machines. */
  readonly models?: readonly TestModel[];
  /** Whether every new writer has an epoch of its own. */
  readonly fencedEpochs: (knobs: KnobValues) => boolean;
  /**
   * The input of a node's root machine. `shard`: the nodes' names, the first one is master;
   * `options.release`: one of `releases`.
   */
  readonly nodeInput: (given: {
    readonly options: Readonly<Record<string, Plain>>;
    readonly knobs: KnobValues;
    readonly shard: readonly string[];
  }) => Plain;
}
