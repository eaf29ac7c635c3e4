/**
 * The contract between the world and its parts (network, storage, workers, clocks): plain state,
 * functions over it, and this interface for everything that needs time, a decision or a machine.
 * Parts never call one another; the world alone owns the queue.
 */
import type { EventParams, Message, View } from './vocabulary.js';

/** The kinds of queue entries. They enter the digest: never renumber, only append. */
export const EntryKind = {
  timer: 1,
  packet: 2,
  connect: 3,
  retransmit: 4,
  keepalive: 5,
  disk: 6,
  service: 7,
  poll: 8,
  invoke: 9,
  faultBegin: 10,
  faultEnd: 11,
  read: 12,
  boot: 13,
} as const;

/**
 * Something due at a time. Plain data, and of one shape whatever its kind: the world reads and
 * writes entries of all kinds at one place, and where shapes vary that costs several times more.
 */
export interface Entry<Of = unknown> {
  readonly kind: (typeof EntryKind)[keyof typeof EntryKind];
  /** Index of the node it concerns, -1 for none. */
  readonly node: number;
  /** Entries of one lane keep their order even at one instant; 0 is no lane. */
  readonly lane: number;
  /** A stable number that tells it from other entries of its kind and node; enters the digest. */
  readonly identity: number;
  /** Set to false to cancel: it is skipped when due. */
  live: boolean;
  /** What is due: whatever the part that queued it knows it by. */
  readonly of: Of;
}

/** @returns an entry to be queued, on no lane unless one is given */
export function createEntry<Of>(
  kind: Entry['kind'],
  node: number,
  identity: number,
  of: Of,
  lane = 0,
): Entry<Of> {
  return { kind, node, lane, identity, live: true, of };
}

/** An armed timer. */
export interface Timer {
  readonly instance: Instance;
  readonly id: string;
  readonly event: { readonly type: string };
  /** When it is due on the node's monotonic clock. */
  readonly reading: number;
}

/** A running machine. Its state lives with the engine, under `slot`. */
export interface Instance {
  readonly slot: number;
  readonly node: number;
  readonly machine: string;
  readonly key: number;
  /** False once stopped or crashed: whatever is still addressed to it is dropped. */
  alive: boolean;
  /** Armed timers, in the order of arming. A machine has a few at most: a list beats a map. */
  readonly timers: Entry<Timer>[];
}

/**
 * `crashed`: the process is gone, its host answers. `off`: no power, nothing answers.
 * `paused`: nothing of the process runs, its kernel and clocks do.
 */
export type NodeStatus = 'running' | 'paused' | 'crashed' | 'off';

/**
 * An event before the view is put on it. A field that is there from the beginning, undefined, is
 * cheaper to fill than a new one is to add; it counts as absent.
 */
export type Mail = { view?: View | undefined } & (
  | { [K in keyof EventParams]: { type: K } & EventParams[K] }[keyof EventParams]
  | { type: `message.${string}`; connection: number; message: Message }
  | { type: `told.${string}`; message: Message }
  | { type: string }
);

/** Purposes of decisions. They enter labels: never renumber, only append. */
export const Purpose = {
  next: 1,
  latency: 2,
  connect: 3,
  rule: 4,
  disk: 5,
  service: 6,
  tail: 7,
  torn: 8,
  machine: 9,
  think: 10,
} as const;

/** What the world offers its parts. */
export interface Kernel {
  /** Microseconds of simulated time. */
  readonly now: number;
  /** Queue an entry; `at` is not before now. */
  schedule(entry: Entry, at: number): void;
  /**
   * A decision from 0 (the mildest) to n - 1. `identity` is a link (`linkIdentity`) or node index,
   * `subject` an operation, attempt or offset; the nth use of the three is counted by the world.
   */
  choose(purpose: number, identity: number, subject: number, n: number): number;
  /** One of the integers of an ascending table, by `choose`; a table of one asks nobody. */
  draw(purpose: number, identity: number, subject: number, table: readonly number[]): number;
  /**
   * Give an event to a machine: after the step that is being performed on its node and before any
   * other event of that node, or at once when none is. Dropped when the instance is not alive.
   */
  emit(to: Instance, mail: Mail): void;
  status(node: number): NodeStatus;
  /** The machine that accepts connections, or undefined when the process is not there. */
  root(node: number): Instance | undefined;
  nameOf(node: number): string;
}

/** The directed link between two nodes as one number, for decisions and lanes. */
export function linkIdentity(from: number, to: number): number {
  return from * 256 + to;
}

/** From and to of a link by its number. */
export function nodesOfLink(identity: number): [from: number, to: number] {
  return [Math.floor(identity / 256), identity % 256];
}
