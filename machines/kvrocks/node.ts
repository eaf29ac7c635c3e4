/**
 * The regions that every node of the store has, whatever protocol hands its role over: commands and
 * the link to its master.
 *
 * Sources: kvrocks-replication.md, sections 2 to 6 and 8; kvrocks-graceful-failover.md, 6.3 and 8.
 * WAIT: `wait.ts`. APPEND: `String::Append` of Kvrocks writes the whole value, and so does the log.
 *
 * | rule | source |
 * | --- | --- |
 * | a command takes a worker and the guard, is tested, executed, committed, answered | 6.3 |
 * | admission and commit are two events | 6.3 |
 * | PSYNC: the next number is accepted; an earlier one must start a batch that is kept | 3 |
 * | the serving side does not test whether it is a master (but see `isFitToCopy`) | 3 |
 * | PrepareRestoreDB: own slaves go, LOADING, workers leave the guard | 4 |
 * | a full sync given up before the restore leaves the database as it was | 4 |
 *
 * Assumed: the guard is fair (first come, first served); all tests happen on admission. With
 * `write_options.sync` a write is durable before anybody sees it, the feeds included: RocksDB gives its
 * number out after the sync. (Fed before its sync, a write that went with its master's power was on the
 * slave alone, and its number was given to another one: that refuted lost-write.)
 */
import { assign } from 'xstate';
import type { Batch } from '../../runtime/vocabulary.js';
import { askerOf, epochOf, holdsSlots, type NodeContext, type NodeEvent } from './context.js';
import { isKeyedWrite, refusalOf } from './refusal.js';
import { noPassword, notFit, outOfRange, unknownCommand } from './replies.js';
import { checkpointBytes, extraBytes, messageBytes } from './sizes.js';
import { storedKey } from './topology.js';

export type Args<Context extends NodeContext = NodeContext> = {
  context: Context;
  event: NodeEvent;
};

// biome-ignore lint/suspicious/noExplicitAny: XState's action types vary with a protocol's context.
export type Loose = any;

type Answer = {
  readonly error?: string;
  readonly value?: string | number | null;
  readonly facts?: Readonly<Record<string, unknown>>;
};

/** The reply to the command that an event is about: an error, or OK with what it brings. */
export function replying<Context extends NodeContext>(answer: (args: Args<Context>) => Answer) {
  return {
    type: 'send' as const,
    params: (args: Args<Context>) =>
      replyTo(args.context, askerOf(args.event as never), answer(args)),
  };
}

/** The same as plain params, for a command that was kept aside. */
export function replyTo(
  context: NodeContext,
  { job, command }: ReturnType<typeof askerOf>,
  answer: Answer,
) {
  const { operation, attempt } = command;
  const status = answer.error === undefined ? 'ok' : 'error';
  return {
    connection: job,
    message: { type: `${command.type}-reply`, operation, attempt, status, ...answer } as never,
    subject: operation,
    ...(operation > 0 && { answers: { operation, epoch: epochOf(context) } }),
  };
}

/** Gives the worker of the command that an event is about back. */
export const vacating = {
  type: 'vacate' as const,
  params: ({ event }: { event: NodeEvent }) => ({ job: askerOf(event as never).job }),
};

/** Notes who this node says it is, for the record. */
export const noteRole = {
  type: 'note' as const,
  params: ({ context }: { context: NodeContext }) => ({
    subject: 'role',
    value: {
      role: holdsSlots(context) ? 'master' : context.master === null ? 'none' : 'slave',
      epoch: epochOf(context),
      master: context.master,
    },
  }),
};

export const noteGate = {
  type: 'note' as const,
  params: ({ context }: { context: NodeContext }) => ({ subject: 'gate', value: context.gate }),
};

const noteLink = {
  type: 'note' as const,
  params: ({ context }: { context: NodeContext }) => ({
    subject: 'link',
    value: context.linkUp ? 'up' : 'down',
  }),
};

const tagged = ({ event }: { event: NodeEvent }) => {
  const { job, command } = askerOf(event as never);
  return { job, command };
};

/** Whether an event is about a command of that type: in service, or in an answer's tag. */
export function isAbout(event: NodeEvent, type: string): boolean {
  const { command, tag } = event as Loose;
  return (command ?? tag?.command)?.type === type;
}

const about =
  (type: string) =>
  ({ event }: { event: NodeEvent }) =>
    isAbout(event, type);

/** Claims about a command or this node, by name. */
export const nodeGuards = {
  'it is refused': ({ context, event }: Args) =>
    event.type === 'admitted' && refusalOf(context, event.job, event.command) !== null,
  'it is a keyed write': ({ event }: Args) => isAbout(event, 'set') || isAbout(event, 'append'),
  'it is GET': about('get'),
  'it is READONLY': about('readonly'),
  'it is WAIT': about('wait'),
  'somebody waits': ({ context }: Args) => context.waits.length > 0,
  'it is AUTH': about('auth'),
  'it is _db_name': about('_db_name'),
  'it is REPLCONF': about('replconf'),
  'it is PSYNC': about('psync'),
  'it is _fetch_meta': about('_fetch_meta'),
  'it is _fetch_file': about('_fetch_file'),
  'the password is right': ({ context, event }: Args) =>
    'command' in event && event.command['password'] === context.options.requirepass,
  'the log has it': ({ event }: Args) => event.type === 'range' && event.status === 'ok',
  'it answers a command': ({ event }: Args) =>
    'tag' in event && typeof event.tag === 'object' && event.tag !== null && 'job' in event.tag,
  'it waits to restore': ({ event }: Args) => event.type === 'drained' && event.tag === 'restore',
};

/** Starts the replication thread of the remembered master. */
export const followMaster = (
  stopPollMs: (context: never) => number,
  knows: (context: never) => readonly string[] = () => [],
) => ({
  type: 'start' as const,
  params: ({ context }: { context: NodeContext }) => ({
    machine: 'replication',
    input: {
      master: context.master,
      password: context.options.masterauth,
      stopPollMs: stopPollMs(context as never),
      syncBeforeAck: context.options.syncWrites,
      knows: knows(context as never),
    },
  }),
});

const ok = [replying(() => ({})), vacating];

const onAdmitted = {
  guard: 'it is refused',
  actions: [
    replying(({ context, event }) => {
      const { job, command } = askerOf(event as never);
      return { error: refusalOf(context, job, command) as string };
    }),
    vacating,
  ],
};

/** What a write puts into the log, as one batch. */
function batchOf({ type, key, value, numbers, operation }: Loose): Batch {
  const kind = type === 'append' ? 'append' : 'put';
  return { count: numbers ?? 1, operation, writes: [{ kind, key: storedKey(key), value }] };
}

const onServed = [
  {
    guard: 'it is a keyed write',
    actions: {
      type: 'append',
      params: ({ context, event }: Loose) => ({
        batch: batchOf(event.command),
        tag: tagged({ event }),
        ...(context.options.syncWrites && { sync: true }),
      }),
    },
  },
  {
    guard: 'it is GET',
    actions: {
      type: 'readKey',
      params: ({ event }: Loose) => ({ key: storedKey(event.command.key), tag: tagged({ event }) }),
    },
  },
  {
    guard: 'it is AUTH',
    actions: [
      replying(({ context, event }) =>
        nodeGuards['the password is right']({ context, event }) ? {} : { error: noPassword },
      ),
      'let the connection in',
      vacating,
    ],
  },
  { guard: 'it is READONLY', actions: ['remember READONLY', ...ok] },
  { guard: 'it is WAIT', actions: 'answer or block' },
  { guard: 'it is _db_name', actions: ok },
  {
    guard: 'it is PSYNC',
    actions: {
      type: 'readLog',
      params: ({ event }: Loose) => ({
        from: event.command.from,
        limit: 1,
        tag: tagged({ event }),
      }),
    },
  },
  {
    guard: 'it is _fetch_file',
    actions: { type: 'readCheckpoint', params: ({ event }: Loose) => ({ tag: tagged({ event }) }) },
  },
];

/** The reply to a read, as large as the value. */
const replyingValue = {
  type: 'send' as const,
  params: ({ context, event }: Loose) => {
    const extra = extraBytes(event.value);
    return {
      ...replyTo(context, askerOf(event), { value: event.value }),
      ...(extra > 0 && { bytes: messageBytes + extra }),
    };
  },
};

const onAnswers = {
  appended: { guard: 'it is a keyed write', actions: ok },
  value: { actions: [replyingValue, vacating] },
  checkpoint: {
    actions: [
      {
        type: 'send',
        params: ({ event }: Loose) => ({
          connection: askerOf(event).job,
          message: { type: 'files', checkpoint: event.checkpoint },
          bytes: checkpointBytes(event.checkpoint),
          subject: event.checkpoint.offset,
        }),
      },
      vacating,
    ],
  },
  storageFailed: {
    guard: 'it answers a command',
    actions: [replying(({ event }: Loose) => ({ error: `ERR ${event.reason}` })), vacating],
  },
};

/** What a protocol has to say about the commands of a node. */
export interface CommandRules {
  /** Commands that run alone, under the exclusive guard. */
  readonly isExclusive: (context: Loose, type: string) => boolean;
  /** Whether a slave may copy this node whole. */
  readonly isFitToCopy: (context: Loose) => boolean;
  /** What a slave that says its address is told beside OK. */
  readonly newsFor: (context: Loose, replconf: Loose) => Answer['facts'] | undefined;
  /** Whether this node's software has such a command. */
  readonly isKnown: (context: Loose, type: string) => boolean;
}

/** Commands in service, from their arrival to their reply. */
export function commandsRegion(rules: CommandRules) {
  const { isExclusive, isFitToCopy, isKnown, newsFor } = rules;
  const occupy = {
    type: 'occupy',
    params: ({ context, event }: Loose) => ({
      job: event.connection,
      command: event.message,
      exclusive: isExclusive(context, event.message.type),
      service: serviceOf(event.message.type),
      subject: event.message.operation ?? 0,
    }),
  };
  const attaching = {
    guard: 'it is REPLCONF',
    actions: [
      'remember the slave',
      replying(({ context, event }) => {
        const facts = newsFor(context, askerOf(event as never).command);
        return facts === undefined ? {} : { facts };
      }),
      vacating,
    ],
  };
  const copying = [
    {
      // Again, at the instant the content is taken: much may have happened since _fetch_meta.
      guard: ({ context, event }: Loose) => isAbout(event, '_fetch_file') && !isFitToCopy(context),
      actions: [replying(() => ({ error: notFit })), vacating],
    },
    {
      guard: 'it is _fetch_meta',
      actions: [
        replying(({ context }) => (isFitToCopy(context) ? {} : { error: notFit })),
        vacating,
      ],
    },
  ];
  const range = [
    { guard: 'the log has it', actions: [...ok, 'feed the slave'] },
    {
      actions: [
        replying(({ context }) => ({ error: isFitToCopy(context) ? outOfRange : notFit })),
        vacating,
      ],
    },
  ];
  return {
    on: {
      'message.*': { actions: occupy },
      admitted: [
        onAdmitted,
        {
          guard: ({ context, event }: Loose) => !isKnown(context, event.command.type),
          actions: [replying(() => ({ error: unknownCommand })), vacating],
        },
      ],
      served: [...copying, attaching, ...onServed],
      range,
      ...onAnswers,
      'told.acked': [
        { guard: 'somebody waits', actions: ['remember the ack', 'release who waited'] },
        { actions: 'remember the ack' },
      ],
      'the wait is over': { actions: 'answer who has waited enough' },
      'told.feed-ended': { actions: 'remember the end of the feed' },
      'clean up': { actions: 'forget ended feeds' },
      closed: { actions: ['forget who waited', 'forget the connection'] },
      reset: { actions: ['forget who waited', 'forget the connection'] },
    },
  };
}

function serviceOf(type: string): string {
  if (isKeyedWrite(type)) return 'write';
  return type === 'get' ? 'read' : 'admin';
}

/** The link to the master as the root sees it: up or down, and whether content is being replaced. */
export const linkRegion = {
  on: {
    // A slave that follows by PSYNC holds its master's lineage again, whatever was begun before.
    'told.link-up': { actions: [assign({ linkUp: true, fullSyncing: false }), noteLink] },
    'told.link-down': { actions: [assign({ linkUp: false }), noteLink] },
    'told.full-sync-begun': {
      actions: [
        assign({ fullSyncing: true }),
        { type: 'note', params: { subject: 'full sync', value: 'begun' } },
      ],
    },
    'told.prepare-restore': {
      actions: [
        'stop every feed',
        assign({ loading: true }),
        { type: 'note', params: { subject: 'loading', value: true } },
        { type: 'drain', params: { tag: 'restore' } },
      ],
    },
    drained: {
      guard: 'it waits to restore',
      actions: { type: 'tell', params: { machine: 'fullSync', message: { type: 'ready' } } },
    },
    'told.restored': {
      actions: [
        assign({ loading: false, fullSyncing: false }),
        { type: 'note', params: { subject: 'full sync', value: 'restored' } },
      ],
    },
    // Stopped while it waited for the workers: the database was never closed.
    'told.stopped': {
      guard: ({ context }: Args) => context.loading,
      actions: [
        assign({ loading: false }),
        { type: 'note', params: { subject: 'loading', value: false } },
      ],
    },
  },
} as never;
