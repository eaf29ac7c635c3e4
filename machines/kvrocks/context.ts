/** What every node of the store knows, whatever protocol hands its role over. */
import type { ContextField, MachineEvent, Message, Plain, View } from '../../runtime/vocabulary.js';
import type { Ack, Announce, Command, Files, Reply } from './messages.js';
import { masterIn, ownerOf, roleIn, type Topology } from './topology.js';

/** A node's configuration file. */
export type NodeOptions = {
  /** Password that clients and other nodes must give; empty for none. */
  readonly requirepass: string;
  /** Password that this node gives its master. */
  readonly masterauth: string;
  /** Whether reads are served while the link to the master is down; default yes. */
  readonly slaveServeStaleData: boolean;
  /** Whether AUTH is served where stale data is not: in Kvrocks it is not. */
  readonly authWhileMasterDown?: boolean;
  /** `rocksdb.write_options.sync`: sync the log before a write is answered; default no. */
  readonly syncWrites: boolean;
  /**
   * When a feed asks its slave for an ack beyond the throttled ones: never (before #3075); when
   * what it sends could release a blocked WAIT (since then); with every batch (what #3244 asks for).
   */
  readonly forcedAcks: 'never' | 'wait' | 'always';
};

export const defaultOptions: NodeOptions = {
  requirepass: '',
  masterauth: '',
  slaveServeStaleData: true,
  syncWrites: false,
  forcedAcks: 'wait',
};

/** Which commands are refused with TRYAGAIN: none, writes, or reads too. */
export type Gate = 'open' | 'writes' | 'all';

/** A slave that has said its address. PSYNC starts its feed; one that stopped stays listed. */
export type AttachedSlave = {
  readonly connection: number;
  readonly address: string;
  /** The last ack that arrived; 0 before the first. */
  readonly ack: number;
  readonly feed: 'none' | 'running' | 'stopped';
  /** What it can do beyond what every Kvrocks can, by name. */
  readonly knows: readonly string[];
};

/** A WAIT that has not been answered yet. */
export type BlockedWait = {
  readonly connection: number;
  readonly command: Message & { readonly operation: number; readonly attempt: number };
  /** The master's last number when it came: what slaves must have acknowledged. */
  readonly target: number;
};

export interface NodeContext {
  self: string;
  options: NodeOptions;
  /** Null until SETNODES; persisted. */
  topology: Topology | null;
  /** The remembered master: `IsSlave()`. Volatile: it follows from the topology at start. */
  master: string | null;
  linkUp: boolean;
  /** Restoring a full sync. */
  loading: boolean;
  /** Between the begin of a full sync and its end: the content is not the master's lineage. */
  fullSyncing: boolean;
  gate: Gate;
  /** Where this node's slots have gone (`migrated_slots_`), null for nowhere. */
  migrated: string | null;
  /** Whose slots this node serves beside its own (`imported_slots_`). */
  imported: string | null;
  slaves: readonly AttachedSlave[];
  /** Connections that have given the password. */
  authenticated: readonly number[];
  /** Connections that have asked for READONLY. */
  readonly: readonly number[];
  waits: readonly BlockedWait[];
}

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const nodeFields: Readonly<Record<keyof NodeContext, ContextField>> = {
  self: plain,
  options: plain,
  topology: { keep: 'persisted', is: 'plain' },
  master: plain,
  linkUp: plain,
  loading: plain,
  fullSyncing: plain,
  gate: plain,
  migrated: plain,
  imported: plain,
  slaves: plain,
  authenticated: { keep: 'volatile', is: 'id' },
  readonly: { keep: 'volatile', is: 'id' },
  waits: plain,
};

/** What machines of the process tell the root. */
export type ToldServer =
  | { type: 'acked'; slave: string; connection: number; offset: number }
  | { type: 'feed-ended'; slave: string; connection: number }
  | { type: 'link-up' }
  | { type: 'link-down' }
  | { type: 'stopped' }
  | { type: 'full-sync-begun' }
  | { type: 'prepare-restore' }
  | { type: 'restored' }
  | Announce;

export type NodeEvent =
  | MachineEvent<Command | Reply | Ack | Files, ToldServer>
  | { type: 'the wait is over'; connection: number; view: View };

/** A node as it starts, from its configuration and what it had persisted. */
export function startingNode(
  self: string,
  options: NodeOptions,
  topology: Topology | null,
): NodeContext {
  return {
    self,
    options,
    topology,
    master: masterIn(topology, self),
    linkUp: false,
    loading: false,
    fullSyncing: false,
    gate: 'open',
    migrated: null,
    imported: null,
    slaves: [],
    authenticated: [],
    readonly: [],
    waits: [],
  };
}

/** Who is asking, as echoed by whatever a command set off. */
export interface Asker {
  readonly job: number;
  readonly command: Message & { readonly operation: number; readonly attempt: number };
}

/** The asker from an answer's tag, or from a worker's event. */
export function askerOf(event: { tag?: Plain } | { job: number; command: Message }): Asker {
  return ('job' in event ? event : event.tag) as unknown as Asker;
}

/** The version that replies and notes carry: the epoch. */
export function epochOf(context: NodeContext): number {
  return context.topology?.version ?? 0;
}

/** The connections of the feeds that run. */
export function feedsOf({ slaves }: NodeContext): number[] {
  return slaves.filter(({ feed }) => feed === 'running').map(({ connection }) => connection);
}

/** Whether this node serves writes for the shard's slots, gate apart. */
export function holdsSlots(context: NodeContext): boolean {
  if (context.imported !== null) return true;
  return roleIn(context.topology, context.self) === 'master' && context.migrated === null;
}

/** Whether a slot is served here although the topology gives it to somebody else. */
export function isImported(context: NodeContext, slot: number): boolean {
  return (
    context.imported !== null &&
    context.topology !== null &&
    ownerOf(context.topology, slot) === context.imported
  );
}
