/**
 * A full sync, with a connection of its own: the slave's content and numbers are replaced by a
 * checkpoint of the master's. An error waits 10 s, EOF 1 s, and it starts again at `_fetch_meta`,
 * without trying PSYNC.
 *
 * Sources: kvrocks-replication.md, section 4; graceful.md, R7.
 *
 * | rule | source |
 * | --- | --- |
 * | `AUTH`, `_fetch_meta`, `_fetch_file`; errors wait 10 s, EOF 1 s, then `_fetch_meta` again | 4 |
 * | the own slaves go, clients get LOADING, the workers leave, then the restore | 4, steps 4, 5 |
 * | whoever is not master, or has an open intent, is not copied: PSYNC is tried again | R7 |
 *
 * Assumed: the checkpoint is made when the files are asked for, and travels as one message.
 */
import { assign, setup } from 'xstate';
import {
  type Checkpoint,
  type ContextField,
  effectActions,
  type MachineEvent,
  type MachineInput,
} from '../../runtime/vocabulary.js';
import { joined } from './joined.js';
import type { Files, Reply } from './messages.js';
import { notFit } from './replies.js';

interface FullSyncContext {
  master: string;
  password: string;
  connection: number;
  files: Checkpoint | null;
}

type FullSyncEvent = MachineEvent<
  Reply<'auth' | '_fetch_meta' | '_fetch_file'> | Files,
  { type: 'ready' }
>;

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const fullSyncFields: Readonly<Record<keyof FullSyncContext, ContextField>> = {
  master: plain,
  password: plain,
  connection: { keep: 'volatile', is: 'id' },
  files: plain,
};

type Args = { context: FullSyncContext; event: FullSyncEvent };

const request = (type: string, more: (args: Args) => Record<string, string> = () => ({})) => ({
  type: 'send' as const,
  params: (args: Args) => ({
    connection: args.context.connection,
    message: { type, operation: 0, attempt: 0, ...more(args) },
    subject: args.event.view.latest,
  }),
});

const tell = (machine: string, type: string) => ({
  type: 'tell' as const,
  params: { machine, message: { type } },
});

/** All files are here: what becomes of the connection no longer matters. */
const fetched = { closed: {}, reset: {} } as const;

export const fullSync = setup({
  types: {
    context: {} as FullSyncContext,
    events: {} as FullSyncEvent,
    input: {} as MachineInput<{ master: string; password: string }>,
  },
  actions: effectActions,
  guards: {
    'a password is set': ({ context }) => context.password !== '',
    'it was refused': ({ event }) =>
      'message' in event && 'status' in event.message && event.message.status === 'error',
    'the node is not fit to copy': ({ event }) =>
      'message' in event && 'error' in event.message && event.message.error === notFit,
  },
}).createMachine({
  id: 'fullSync',
  context: ({ input }) => joined(input.input, { connection: 0, files: null }),
  initial: 'connecting',
  on: { closed: '.waiting 1 s', reset: '.waiting 1 s' },
  states: {
    connecting: {
      entry: [
        tell('server', 'full-sync-begun'),
        { type: 'open', params: ({ context }) => ({ to: context.master, timeoutMs: 3100 }) },
      ],
      on: {
        opened: [
          {
            guard: 'a password is set',
            target: 'authenticating',
            actions: assign({ connection: ({ event }) => event.connection }),
          },
          {
            target: 'fetching meta',
            actions: assign({ connection: ({ event }) => event.connection }),
          },
        ],
        unopened: 'waiting 1 s',
      },
    },
    authenticating: {
      entry: request('auth', ({ context }) => ({ password: context.password })),
      on: {
        'message.auth-reply': [
          { guard: 'it was refused', target: 'waiting 10 s' },
          { target: 'fetching meta' },
        ],
      },
    },
    'fetching meta': {
      entry: request('_fetch_meta'),
      on: {
        'message._fetch_meta-reply': [
          { guard: 'the node is not fit to copy', target: 'unfit' },
          { guard: 'it was refused', target: 'waiting 10 s' },
          { target: 'fetching files' },
        ],
      },
    },
    'fetching files': {
      entry: request('_fetch_file'),
      on: {
        'message._fetch_file-reply': [
          { guard: 'the node is not fit to copy', target: 'unfit' },
          { guard: 'it was refused', target: 'waiting 10 s' },
        ],
        'message.files': {
          target: 'preparing',
          // The files lie on the slave's disk, beside its database, until that is closed.
          actions: assign({ files: ({ event }) => event.message.checkpoint }),
        },
      },
    },
    preparing: {
      // PrepareRestoreDB: own replicas go, clients get LOADING, workers leave, the database closes.
      entry: tell('server', 'prepare-restore'),
      on: { 'told.ready': 'restoring', ...fetched },
    },
    restoring: {
      entry: [
        tell('replication', 'restoring'),
        {
          type: 'install',
          params: ({ context }) => ({ checkpoint: context.files as Checkpoint }),
        },
      ],
      on: {
        installed: 'restored',
        storageFailed: { target: 'waiting 10 s', actions: tell('replication', 'unrestored') },
        ...fetched,
      },
    },
    'waiting 1 s': {
      entry: { type: 'close', params: ({ context }) => ({ connection: context.connection }) },
      after: { 1000: 'connecting' },
    },
    'waiting 10 s': {
      entry: { type: 'close', params: ({ context }) => ({ connection: context.connection }) },
      after: { 10000: 'connecting' },
    },
    unfit: { type: 'final', entry: tell('replication', 'unfit') },
    restored: {
      type: 'final',
      entry: [tell('server', 'restored'), tell('replication', 'restored')],
    },
  },
});
