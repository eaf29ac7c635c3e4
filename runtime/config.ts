/**
 * What a world is made of: nodes, machines, links, scripts of invocations and a fault plan. All of
 * it but machines, engine and oracle is plain data.
 */
import type { AnyStateMachine } from 'xstate';
import type { Engine } from './engine.js';
import type { Fault } from './fault.js';
import type { NetworkConfig } from './net/network.js';
import type { Oracle } from './oracle.js';
import type { DiskConfig } from './storage/disk.js';
import type { Tracer } from './trace.js';
import type { ContextField, Invocation, Plain } from './vocabulary.js';

/** A machine and how its context is kept. */
export interface Program {
  readonly machine: AnyStateMachine;
  readonly fields: Readonly<Record<string, ContextField>>;
}

export interface NodeConfig {
  readonly name: string;
  /** The root machine: it starts with the process and accepts connections. */
  readonly machine: string;
  readonly input?: Plain;
  readonly disk?: Partial<DiskConfig>;
  /** Worker threads; default 1. */
  readonly workers?: number;
  /** Service times by profile: ascending tables of microseconds. */
  readonly services?: Readonly<Record<string, readonly number[]>>;
  /** Rate errors in parts per million, and how far the wall clock is ahead at the start. */
  readonly clock?: {
    readonly monotonicPpm?: number;
    readonly wallPpm?: number;
    readonly wallOffsetUs?: number;
  };
  /** Offsets of the log that can be served; default all. */
  readonly retain?: number;
  /** When the process first starts; default 0. */
  readonly startAtUs?: number;
}

/**
 * Invocations given to a node's root machine one after another. `closed`: each waits for the end of
 * the one before, then for a think time. `open`: each comes at its time.
 */
export interface Script {
  readonly node: string;
  readonly mode: 'closed' | 'open';
  /** Ascending table of microseconds between an end and the next call; default [0]. */
  readonly thinkUs?: readonly number[];
  /** In order; `atUs` is the earliest time. */
  readonly items: readonly (Invocation & { readonly atUs: number })[];
}

export interface WorldConfig {
  readonly machines: Readonly<Record<string, Program>>;
  readonly nodes: readonly NodeConfig[];
  readonly network?: Partial<NetworkConfig>;
  readonly scripts?: readonly Script[];
  readonly faults?: readonly Fault[];
  readonly oracle: Oracle;
  readonly engine: Engine;
  readonly tracer?: Tracer;
  /** Told the name of every transition taken. */
  readonly coverage?: (machine: string, transition: string) => void;
}
