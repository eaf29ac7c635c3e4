/**
 * The replication thread of a slave: connect, shake hands one request at a time, PSYNC by sequence
 * number, then apply what the master's feed sends. One life from `AddMaster` to `RemoveMaster`.
 *
 * Source: kvrocks-replication.md, sections 2, 3 and 5.
 *
 * | rule | source |
 * | --- | --- |
 * | connect timeout 3100 ms; at least 1 s between attempts | 2, waits |
 * | 1 s after EOF or socket error; 10 s after an error reply, LOADING or a failed apply | 2, waits |
 * | `AUTH`, `_db_name`, `replconf`, `PSYNC <latest+1>`, each awaited | 2, handshake |
 * | any other PSYNC error: full sync, then PSYNC again | 2, 4 |
 * | ack after applied data, once per second of wall time unless forced | 5, acks |
 * | `_getack` forces the ack if data was applied or a ping ends the read | 5, acks |
 * | the stop flag is looked at every 100 ms, and after a wait | 2, waits |
 *
 * Assumed: while a read is being applied, nothing more is read; a read is one message of the feed.
 */
import { assign, enqueueActions, raise, setup } from 'xstate';
import {
  type ContextField,
  effectActions,
  type MachineEvent,
  type MachineInput,
  type View,
} from '../../runtime/vocabulary.js';
import type { Announce, Fed, Reply } from './messages.js';
import { loading } from './replies.js';

export type ReplicationInput = {
  master: string;
  /** Password for the master, empty for none. */
  password: string;
  /** How often the stop flag is looked at; 0: at once. */
  stopPollMs: number;
  /** Whether the log is synced before an ack. */
  syncBeforeAck: boolean;
};

interface ReplicationContext extends ReplicationInput {
  self: string;
  connection: number;
  /** Batches given to the storage and not applied yet. */
  pending: number;
  forced: boolean;
  lastAckSecond: number;
  stopping: boolean;
}

type ReplicationEvent =
  | MachineEvent<
      Reply<'auth' | '_db_name' | 'replconf' | 'psync'> | Fed | Announce,
      { type: 'stop' } | { type: 'restored' } | { type: 'unfit' }
    >
  | { type: 'look at the stop flag'; view: View };

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const replicationFields: Readonly<Record<string, ContextField>> = {
  master: plain,
  connection: { keep: 'volatile', is: 'id' },
  pending: plain,
  forced: plain,
  lastAckSecond: plain,
  stopping: plain,
};

const second = 1_000_000;

type Args = { context: ReplicationContext; event: ReplicationEvent };

const request = (
  type: string,
  more: (args: Args) => Record<string, string | number> = () => ({}),
) => ({
  type: 'send' as const,
  params: (args: Args) => ({
    connection: args.context.connection,
    message: { type, operation: 0, attempt: 0, ...more(args) },
    subject: args.event.view.latest,
  }),
});

const sendAck = {
  type: 'send' as const,
  params: ({ context, event }: Args) => ({
    connection: context.connection,
    message: { type: 'ack', offset: event.view.applied },
    subject: event.view.applied,
  }),
};

const tellServer = (type: string) => ({
  type: 'tell' as const,
  params: { machine: 'server', message: { type } },
});

export const replication = setup({
  types: {
    context: {} as ReplicationContext,
    events: {} as ReplicationEvent,
    input: {} as MachineInput<ReplicationInput>,
  },
  actions: {
    ...effectActions,
    'apply the batches': enqueueActions(({ enqueue, event }) => {
      if (event.type !== 'message.fed') return;
      for (const batch of event.message.batches) enqueue({ type: 'append', params: { batch } });
    }),
    'remember the ack': assign({
      lastAckSecond: ({ event }) => Math.floor(event.view.wall / second),
    }),
    'remember to stop': assign({ stopping: true }),
  },
  guards: {
    'the master is loading': ({ event }) =>
      'message' in event && 'error' in event.message && event.message.error === loading,
    'it was refused': ({ event }) =>
      'message' in event && 'status' in event.message && event.message.status === 'error',
    'a password is set': ({ context }) => context.password !== '',
    'it brings data': ({ event }) =>
      event.type === 'message.fed' && event.message.batches.length > 0,
    'an ack is due': ({ context, event }) =>
      (event.type === 'message.fed' && event.message.getack && event.message.ping) ||
      Math.floor(event.view.wall / second) > context.lastAckSecond,
    'more is being applied': ({ context }) => context.pending > 1,
    'an ack is due after data': ({ context, event }) =>
      context.forced || Math.floor(event.view.wall / second) > context.lastAckSecond,
    'it is to stop': ({ context }) => context.stopping,
    'it stops at once': ({ context }) => context.stopPollMs === 0,
    'it syncs before an ack': ({ context }) => context.syncBeforeAck,
  },
  delays: {
    'the next look at the stop flag': ({ context }) => context.stopPollMs,
  },
}).createMachine({
  id: 'replication',
  context: ({ input }) => ({
    ...input.input,
    self: input.self,
    connection: 0,
    pending: 0,
    forced: false,
    lastAckSecond: 0,
    stopping: false,
  }),
  initial: 'connecting',
  on: {
    'told.stop': [
      { guard: 'it stops at once', target: '.stopped' },
      {
        actions: [
          'remember to stop',
          raise(({ event }) => ({ type: 'look at the stop flag' as const, view: event.view }), {
            id: 'look',
            delay: 'the next look at the stop flag',
          }),
        ],
      },
    ],
    'look at the stop flag': '.stopped',
  },
  states: {
    connecting: {
      entry: { type: 'open', params: ({ context }) => ({ to: context.master, timeoutMs: 3100 }) },
      on: {
        opened: {
          target: 'handshake',
          actions: assign({ connection: ({ event }) => event.connection }),
        },
        unopened: 'waiting 1 s',
      },
    },
    handshake: {
      initial: 'starting',
      on: { closed: 'waiting 1 s', reset: 'waiting 1 s' },
      states: {
        starting: {
          always: [{ guard: 'a password is set', target: 'auth' }, { target: 'db name' }],
        },
        auth: {
          entry: request('auth', ({ context }) => ({ password: context.password })),
          on: {
            'message.auth-reply': [
              { guard: 'it was refused', target: '#replication.waiting 10 s' },
              { target: 'db name' },
            ],
          },
        },
        'db name': {
          entry: request('_db_name'),
          on: {
            'message._db_name-reply': [
              { guard: 'it was refused', target: '#replication.waiting 10 s' },
              { target: 'replconf' },
            ],
          },
        },
        replconf: {
          entry: request('replconf', ({ context }) => ({ address: context.self })),
          on: {
            'message.replconf-reply': [
              { guard: 'it was refused', target: '#replication.waiting 10 s' },
              { target: 'psync' },
            ],
          },
        },
        psync: {
          entry: request('psync', ({ event }) => ({ from: event.view.applied + 1 })),
          on: {
            'message.psync-reply': [
              { guard: 'the master is loading', target: '#replication.waiting 10 s' },
              { guard: 'it was refused', target: '#replication.full syncing' },
              { target: '#replication.following' },
            ],
          },
        },
      },
    },
    following: {
      entry: tellServer('link-up'),
      exit: tellServer('link-down'),
      initial: 'reading',
      on: {
        closed: 'waiting 1 s',
        reset: 'waiting 1 s',
        'message.announce': {
          actions: {
            type: 'tell',
            params: ({ event }) => ({ machine: 'server', message: event.message }),
          },
        },
      },
      states: {
        reading: {
          on: {
            'message.fed': [
              {
                guard: 'it brings data',
                target: 'applying',
                actions: [
                  assign({
                    pending: ({ event }) => event.message.batches.length,
                    forced: ({ event }) => event.message.getack,
                  }),
                  {
                    type: 'receive',
                    params: ({ context }) => ({ connection: context.connection, on: false }),
                  },
                  'apply the batches',
                ],
              },
              { guard: 'an ack is due', actions: [sendAck, 'remember the ack'] },
            ],
          },
        },
        applying: {
          on: {
            appended: [
              {
                guard: 'more is being applied',
                actions: assign({ pending: ({ context }) => context.pending - 1 }),
              },
              { guard: 'it is to stop', target: '#replication.stopped' },
              { guard: 'it syncs before an ack', target: 'syncing' },
              { target: 'acknowledging' },
            ],
            storageFailed: '#replication.waiting 10 s',
            // The thread is joined: the read in hand is applied to its end.
            'told.stop': { actions: 'remember to stop' },
            'look at the stop flag': {},
          },
        },
        syncing: {
          entry: { type: 'sync', params: {} },
          on: {
            synced: 'acknowledging',
            // A failed sync sends no ack.
            storageFailed: 'reading on',
          },
        },
        acknowledging: {
          always: [
            {
              guard: 'an ack is due after data',
              target: 'reading on',
              actions: [sendAck, 'remember the ack'],
            },
            { target: 'reading on' },
          ],
        },
        'reading on': {
          entry: {
            type: 'receive',
            params: ({ context }) => ({ connection: context.connection, on: true }),
          },
          always: 'reading',
        },
      },
    },
    'full syncing': {
      entry: [
        { type: 'close', params: ({ context }) => ({ connection: context.connection }) },
        {
          type: 'start',
          params: ({ context }) => ({
            machine: 'fullSync',
            input: { master: context.master, password: context.password },
          }),
        },
      ],
      exit: { type: 'stop', params: { machine: 'fullSync' } },
      on: { 'told.restored': 'connecting', 'told.unfit': 'waiting 1 s' },
    },
    'waiting 1 s': {
      entry: { type: 'close', params: ({ context }) => ({ connection: context.connection }) },
      after: {
        1000: [{ guard: 'it is to stop', target: 'stopped' }, { target: 'connecting' }],
      },
      on: {
        'told.stop': [
          { guard: 'it stops at once', target: 'stopped' },
          { actions: 'remember to stop' },
        ],
      },
    },
    'waiting 10 s': {
      entry: { type: 'close', params: ({ context }) => ({ connection: context.connection }) },
      after: {
        10000: [{ guard: 'it is to stop', target: 'stopped' }, { target: 'connecting' }],
      },
      on: {
        'told.stop': [
          { guard: 'it stops at once', target: 'stopped' },
          { actions: 'remember to stop' },
        ],
      },
    },
    stopped: { type: 'final', entry: tellServer('stopped') },
  },
});
