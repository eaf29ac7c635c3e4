/** What the replication thread of a slave knows and hears; the thread itself is `replication.ts`. */
import type { Batch, ContextField, MachineEvent, View } from '../../runtime/vocabulary.js';
import type { Announce, Fed, Reply } from './messages.js';

export type ReplicationInput = {
  master: string;
  /** Password for the master, empty for none. */
  password: string;
  /** How often the stop flag is looked at, from the thread's start on; 0: at once. */
  stopPollMs: number;
  /** Whether the log is synced before an ack. */
  syncBeforeAck: boolean;
  /** What this node can do beyond what every Kvrocks can. */
  knows: readonly string[];
};

export interface ReplicationContext extends ReplicationInput {
  self: string;
  connection: number;
  /** When the thread started: the grid of its looks at the stop flag. */
  startedAt: number;
  /** What is left of the read in hand. */
  rest: readonly Batch[];
  forced: boolean;
  lastAckSecond: number;
  /** The stop flag; and whether a look at it fell due while the thread was held up. */
  stopping: boolean;
  due: boolean;
  /** The connection broke while the thread was held up. */
  broken: boolean;
}

export type ReplicationEvent =
  | MachineEvent<
      Reply<'auth' | '_db_name' | 'replconf' | 'psync'> | Fed | Announce,
      | { type: 'stop' }
      | { type: 'restoring' }
      | { type: 'restored' }
      | { type: 'unrestored' }
      | { type: 'unfit' }
    >
  | { type: 'look at the stop flag'; view: View };

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const replicationFields: Readonly<Record<keyof ReplicationContext, ContextField>> = {
  master: plain,
  password: plain,
  stopPollMs: plain,
  syncBeforeAck: plain,
  knows: plain,
  self: plain,
  connection: { keep: 'volatile', is: 'id' },
  startedAt: { keep: 'volatile', is: 'time' },
  rest: plain,
  forced: plain,
  lastAckSecond: plain,
  stopping: plain,
  due: plain,
  broken: plain,
};

export type Args = { context: ReplicationContext; event: ReplicationEvent };
