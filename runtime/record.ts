/**
 * The record: what is always kept of a run, and all that a checker reads. Plain data, in order of
 * time. `at` is simulated time in microseconds.
 */
import type { FaultKind } from './fault.js';
import type { NodeStatus } from './kernel.js';
import type { Message, Outcome, Plain, PrefixHash } from './vocabulary.js';

export interface OperationRecord {
  readonly id: number;
  /** The node of the client or operator that called. */
  readonly node: string;
  readonly call: Message;
  readonly invokedAt: number;
  /** Absent while open; an operation still open at the end of a run is `info`. */
  completedAt?: number;
  outcome?: Outcome;
  value?: Plain;
  error?: string;
}

/** A reply as it was handed to the kernel, whether or not it arrived. */
export interface ReplyRecord {
  readonly at: number;
  readonly node: string;
  readonly incarnation: number;
  readonly operation: number;
  readonly epoch: number;
  readonly applied: number;
  readonly durable: number;
  readonly message: Message;
}

/** A change that a machine noted of itself. */
export interface NoteRecord {
  readonly at: number;
  readonly node: string;
  readonly incarnation: number;
  readonly machine: string;
  readonly key: number;
  readonly subject: string;
  readonly value: Plain;
  readonly applied: number;
}

/** A fault as it bit: begun, ended, or met by one message. */
export interface FaultRecord {
  readonly at: number;
  readonly fault: number;
  readonly kind: FaultKind;
  readonly move: 'began' | 'ended' | 'bit';
  /** Which node, link, message or lost offsets. */
  readonly detail: Readonly<Record<string, Plain>>;
}

/**
 * Batches that went from a node's log again. `truncated`: by the node's own will. `replaced`: by a
 * checkpoint of another lineage. `power`: not synced when the power went.
 */
export interface LossRecord {
  readonly at: number;
  readonly cause: 'truncated' | 'replaced' | 'power';
  /** The last offset that stayed. */
  readonly after: number;
  /** Each batch that went, in order: the offset of its last number and its operation. */
  readonly lost: NodeRecord['lineage'];
}

/** A node as it stands when asked. */
export interface NodeRecord {
  readonly node: string;
  readonly status: NodeStatus;
  readonly incarnation: number;
  readonly persisted: Readonly<Record<string, Plain>>;
  readonly latest: number;
  readonly applied: number;
  readonly durable: number;
  readonly hash: PrefixHash;
  /** Each batch of the log in order: the offset of its last number and its operation. */
  readonly lineage: readonly { readonly last: number; readonly operation: number }[];
  /** What the log held once and lost, in order of time. */
  readonly losses: readonly LossRecord[];
  readonly contents: readonly (readonly [string, string])[];
}

export interface WorldRecord {
  readonly operations: OperationRecord[];
  readonly replies: ReplyRecord[];
  readonly notes: NoteRecord[];
  readonly faults: FaultRecord[];
}

/** @returns an empty record */
export function createRecord(): WorldRecord {
  return { operations: [], replies: [], notes: [], faults: [] };
}
