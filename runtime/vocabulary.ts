/**
 * What a machine asks (effects) and what it is told (events): two closed unions.
 *
 * A machine asks for an effect by an action of that name whose params are plain data; the world
 * performs them one by one, in order, and a fault may fall between any two. An answer that costs no
 * time arrives before any other event of that node. Adding a kind is a decision, not a convenience.
 *
 * Plain types are aliases, not interfaces: only those fit `Plain`'s index signature.
 * Times are integer microseconds. `tag` is a word of the asker's, echoed in the answer; what asks the
 * storage may tag with any plain value, such as the command in service.
 */

/** Anything that survives JSON. Numbers are integers: floats differ in the last bit. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Plain[]
  | { readonly [field: string]: Plain };

/** What travels on a connection, between machines of a process, or in a command. */
export interface Message {
  readonly type: string;
  readonly [field: string]: Plain;
}

export type Tag = string | number;

/**
 * One change of the key-value contents. A range is half open, in code-unit order. `append` puts a
 * text behind what the key holds when the disk carries it out, and stands in the log as the `put`
 * that it came to: what is replicated is the outcome, as with Kvrocks' write batches.
 */
export type Write =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'append'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'deleteRange'; readonly from: string; readonly to: string };

/**
 * One atomic entry of the replicated log. It takes `count` consecutive offsets (at least one) and
 * is named by its first. `operation` is the client operation it carries out, 0 for internal ones.
 */
export type Batch = {
  readonly count: number;
  readonly operation: number;
  readonly writes: readonly Write[];
};

/** A hash of a log's prefix in two 32-bit lanes: equal content, equal lanes. */
export type PrefixHash = {
  readonly a: number;
  readonly b: number;
};

/** A node's whole replicated state at one offset. */
export type Checkpoint = {
  /** The last offset it holds. */
  readonly offset: number;
  readonly hash: PrefixHash;
  /** The lineage that led there, in log order. */
  readonly batches: readonly Batch[];
  /** The contents, in order of insertion. */
  readonly contents: readonly (readonly [string, string])[];
};

/** A call that a client or an operator makes, from the workload or the operator script. */
export type Invocation = {
  /** Positive, unique in the scenario. */
  readonly id: number;
  readonly call: Message;
};

// ---------------------------------------------------------------------------------------------
// Effects

/** What a machine may ask, by action name. */
export interface EffectParams {
  /** Connect to a node, by name. Answers `opened` or `unopened`. No `timeoutMs`: the host's own. */
  open: { to: string; tag?: Tag; timeoutMs?: number; subject?: number };
  /**
   * Write a message. When the buffers are full the sender is told `blocked`, and later `writable`.
   * `subject` is the operation, attempt or offset that the message is about: it names the decisions
   * on its way. `answers` marks a reply to a client or operator, kept in the record.
   */
  send: {
    connection: number;
    message: Message;
    bytes?: number;
    subject?: number;
    answers?: { operation: number; epoch: number };
  };
  /** End a connection: what was sent is delivered first, or (`abort`) nothing more is. */
  close: { connection: number; abort?: boolean };
  /** Stop or go on reading a connection; unread bytes stay in the kernel and fill the window. */
  receive: { connection: number; on: boolean };
  /** The value of a key. Answers `value`. */
  readKey: { key: string; tag?: Plain };
  /** Batches from the one that starts at `from`, at most `limit`. Answers `range`. */
  readLog: { from: number; limit: number; tag?: Plain };
  /** The whole state at the applied offset. Answers `checkpoint`. */
  readCheckpoint: { tag?: Plain };
  /**
   * Write one batch at the end of the log; `sync`: it is durable before anybody can see it. Answers
   * `appended` or `storageFailed`.
   */
  append: { batch: Batch; tag?: Plain; sync?: boolean };
  /** Drop everything after an offset. Answers `truncated` or `storageFailed`. */
  truncate: { after: number; tag?: Plain };
  /** Replace log and contents by a checkpoint. Answers `installed` or `storageFailed`. */
  install: { checkpoint: Checkpoint; tag?: Plain };
  /** Make durable what is applied by the time the disk begins it. Answers `synced` or failure. */
  sync: { tag?: Plain };
  /** Replace fields of the durable metadata, atomically. Answers `persisted` or failure. */
  persist: { fields: Readonly<Record<string, Plain>>; tag?: Plain };
  /**
   * Queue a job for a worker. Answers `admitted` when a worker and the guard are held, `served`
   * after the service time (a profile of the node's configuration). The worker is held until
   * `vacate` or `park`. A job is a number of the asker's choice, unique while it lives.
   */
  occupy: {
    job: number;
    command: Message;
    exclusive?: boolean;
    service?: string;
    subject?: number;
  };
  /** Give a job's worker and guard back. */
  vacate: { job: number };
  /** Give the worker back and keep the job aside until `release`. */
  park: { job: number };
  /** Queue every parked job again, in order. */
  release: Record<never, never>;
  /** Answers `drained` when every job admitted before has been vacated or parked. */
  drain: { tag?: Tag };
  /** Start a machine of the same process; `connection` becomes its own. */
  start: { machine: string; key?: number; input?: Plain; connection?: number };
  /** Stop a machine of the same process: its timers end, its connections close. */
  stop: { machine: string; key?: number };
  /** Give a message to a machine of the same process. Nobody there: nothing happens. */
  tell: { machine: string; key?: number; message: Message };
  /**
   * Wake at the next point of a grid after the applied offset passed `beyond`, or after `wake`.
   * Answers `polled` once. The same observable times as testing at every point of the grid.
   */
  poll: { tag: Tag; everyMs: number; beyond?: number };
  /** The condition of a poll of any machine of this process may have changed. */
  wake: { tag: Tag };
  endPoll: { tag: Tag };
  /** A number from 0 to n - 1, 0 the mildest. Answers `chosen`. */
  choose: { tag: Tag; n: number; subject?: number };
  /** The end of a client operation. `info`: it may or may not have taken effect. */
  complete: { operation: number; outcome: Outcome; value?: Plain; error?: string };
  /** Keep a fact in the record: a change of role, gate, epoch, link ... */
  note: { subject: string; value: Plain };
}

export type Outcome = 'ok' | 'fail' | 'info';
export type EffectKind = keyof EffectParams;
export type Effect = {
  [Kind in EffectKind]: { readonly type: Kind; readonly params: EffectParams[Kind] };
}[EffectKind];

// ---------------------------------------------------------------------------------------------
// Events

/** The node as it sees itself at an event. Valid during the step only: copy, don't keep. */
export interface View {
  /** Monotonic clock, microseconds since boot. */
  now: number;
  /** Wall clock, microseconds. */
  wall: number;
  /** Last offset received: accepted by the storage, perhaps not applied yet. */
  latest: number;
  /** Last offset applied: visible to reads, survives a process crash. */
  applied: number;
  /** Last offset durable: survives a power loss. */
  durable: number;
}

/** What a machine may be told, by event type; the view comes on top. */
export interface EventParams {
  opened: { connection: number; tag: Tag; peer: string };
  unopened: { tag: Tag; peer: string; reason: 'refused' | 'timeout' };
  accepted: { connection: number; peer: string };
  /** The peer ended the connection in order. */
  closed: { connection: number };
  /** The connection broke: reset by the peer, or given up by the kernel. */
  reset: { connection: number; reason: 'reset' | 'timeout' };
  blocked: { connection: number };
  writable: { connection: number };
  value: { tag: Plain; key: string; value: string | null };
  /**
   * `beyond`: `from` is past the end + 1. `gone`: no longer kept. `inside`: no batch starts there.
   * `next` is the first offset after the range.
   */
  range: {
    tag: Plain;
    from: number;
    next: number;
    status: 'ok' | 'beyond' | 'gone' | 'inside';
    batches: readonly Batch[];
  };
  checkpoint: { tag: Plain; checkpoint: Checkpoint };
  /** `first` to `last` are the offsets that the batch took. */
  appended: { tag: Plain; first: number; last: number; operation: number };
  truncated: { tag: Plain };
  installed: { tag: Plain };
  synced: { tag: Plain };
  persisted: { tag: Plain };
  storageFailed: { tag: Plain; effect: EffectKind; reason: 'io' | 'full' };
  admitted: { job: number; command: Message };
  served: { job: number; command: Message };
  drained: { tag: Tag };
  polled: { tag: Tag };
  chosen: { tag: Tag; value: number };
  invoke: { operation: Invocation };
}

export type EventKind = keyof EventParams;
export type RuntimeEvent = {
  [Kind in EventKind]: { readonly type: Kind; readonly view: View } & Readonly<EventParams[Kind]>;
}[EventKind];

/** A message of type T on a connection arrives as `message.T`, from a fellow machine as `told.T`. */
export type Received<M extends Message> = M extends Message
  ? { type: `message.${M['type']}`; connection: number; message: M; view: View }
  : never;
export type Told<M extends Message> = M extends Message
  ? { type: `told.${M['type']}`; message: M; view: View }
  : never;

/** Every event of a machine that receives messages `R` and is told messages `T`. */
export type MachineEvent<R extends Message = never, T extends Message = never> =
  | RuntimeEvent
  | Received<R>
  | Told<T>;

// ---------------------------------------------------------------------------------------------
// Machines

/** What a machine starts with: at boot, and again after every restart. */
export interface MachineInput<I = Plain, P = Readonly<Record<string, Plain>>> {
  /** The node's configuration for the root machine; `start`'s input for the others. */
  readonly input: I;
  /** The durable metadata as the last completed persist left it. */
  readonly persisted: P;
  /** Which life of the node; 1 is the first. */
  readonly incarnation: number;
  /** The node's name. */
  readonly self: string;
  readonly key: number;
  /** The connection handed over by `start`, or 0. */
  readonly connection: number;
  /** `latest`, `applied` and `durable` say what the storage recovered. */
  readonly view: View;
}

/**
 * How a context field is kept and what it is. `time` fields (microseconds of the node's monotonic
 * clock) are encoded relative to now, `id` fields (connections) by first appearance.
 */
export interface ContextField {
  readonly keep: 'volatile' | 'persisted';
  readonly is: 'plain' | 'time' | 'id';
}

const kinds: Record<EffectKind, true> = {
  open: true,
  send: true,
  close: true,
  receive: true,
  readKey: true,
  readLog: true,
  readCheckpoint: true,
  append: true,
  truncate: true,
  install: true,
  sync: true,
  persist: true,
  occupy: true,
  vacate: true,
  park: true,
  release: true,
  drain: true,
  start: true,
  stop: true,
  tell: true,
  poll: true,
  wake: true,
  endPoll: true,
  choose: true,
  complete: true,
  note: true,
};

/** Every effect kind, in the order of this file. */
export const effectKinds = Object.keys(kinds) as readonly EffectKind[];

/** No-op implementations, so that `setup({ actions: effectActions })` knows every effect. */
export const effectActions = Object.fromEntries(
  effectKinds.map((kind) => [kind, () => {}]),
) as unknown as { [Kind in EffectKind]: (_: unknown, params: EffectParams[Kind]) => void };
