/**
 * What travels between clients, operators and nodes. A command is a message of its own type; its
 * reply has the type with `-reply` behind it, so that a fault can be aimed at either.
 */
import type { Batch, Checkpoint, Message } from '../../runtime/vocabulary.js';
import type { Topology } from './topology.js';

/** What the sender of a command puts on it: which call it belongs to, and which try of it. */
export type Asked = { readonly operation: number; readonly attempt: number };

export type SetKey = Asked & {
  readonly type: 'set';
  readonly key: string;
  readonly value: string;
  /** Sequence numbers that the write takes; default 1. */
  readonly numbers?: number;
};
/** `APPEND`: the value goes behind what the key holds. */
export type AppendKey = Omit<SetKey, 'type'> & { readonly type: 'append' };
export type GetKey = Asked & { readonly type: 'get'; readonly key: string };
/** Allows reads of the master's slots on this connection to a slave. */
export type ReadOnly = Asked & { readonly type: 'readonly' };
/** `WAIT <slaves> <timeout>`; 0: no timeout. */
export type Wait = Asked & {
  readonly type: 'wait';
  readonly slaves: number;
  readonly timeoutMs: number;
};
export type Auth = Asked & { readonly type: 'auth'; readonly password: string };
export type Info = Asked & { readonly type: 'info' };
/** `CLUSTERX FAILOVER <slave-node-id> [timeout_ms]` */
export type Failover = Asked & {
  readonly type: 'failover';
  readonly target: string;
  readonly timeoutMs?: number;
};
/** `CLUSTERX SETNODES <lines> <version> [force]` */
export type SetNodes = Asked & {
  readonly type: 'setnodes';
  readonly topology: Topology;
  readonly force: boolean;
};
/** `CLUSTERX TAKEOVER`, bare, or of one attempt. */
export type TakeOver = Asked & {
  readonly type: 'takeover';
  readonly master: string | null;
  readonly epoch: number;
  readonly number: number;
  readonly target: string;
  readonly offset: number;
};
/** Withdraws one attempt. */
export type Cancel = Omit<TakeOver, 'type'> & { readonly type: 'cancel' };

export type DbName = Asked & { readonly type: '_db_name' };
/** `knows`: what the slave can do beyond what every Kvrocks can. */
export type ReplConf = Asked & {
  readonly type: 'replconf';
  readonly address: string;
  readonly knows?: readonly string[];
};
export type PSync = Asked & { readonly type: 'psync'; readonly from: number };
export type FetchMeta = Asked & { readonly type: '_fetch_meta' };
export type FetchFile = Asked & { readonly type: '_fetch_file' };

export type Command =
  | SetKey
  | AppendKey
  | GetKey
  | ReadOnly
  | Wait
  | Auth
  | Info
  | Failover
  | SetNodes
  | TakeOver
  | Cancel
  | DbName
  | ReplConf
  | PSync
  | FetchMeta
  | FetchFile;

/** `+OK`, a value or facts, or `-ERR ...`. */
export type Reply<Type extends string = Command['type']> = Asked & {
  readonly type: `${Type}-reply`;
  readonly status: 'ok' | 'error';
  readonly value?: string | number | null;
  readonly error?: string;
  readonly facts?: Message;
};

/** What a feed writes at once: batches of the log, and what to do at the end of the read. */
export type Fed = {
  readonly type: 'fed';
  readonly first: number;
  readonly batches: readonly Batch[];
  readonly getack: boolean;
  readonly ping: boolean;
};
/** `replconf ack <seq>` */
export type Ack = { readonly type: 'ack'; readonly offset: number };
/** The files of a checkpoint. */
export type Files = { readonly type: 'files'; readonly checkpoint: Checkpoint };
/** News of a new master, from the old one (`announce`). */
export type Announce = { readonly type: 'announce'; readonly topology: Topology };
