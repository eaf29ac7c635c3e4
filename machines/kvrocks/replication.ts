/**
 * The replication thread of a slave: connect, shake hands one request at a time, PSYNC by sequence
 * number, then apply what the master's feed sends. One life from `AddMaster` to `RemoveMaster`.
 *
 * Source: kvrocks-replication.md, sections 2, 3 and 5; replication.cc, `Start` and `EvCallback`.
 *
 * | rule | source |
 * | --- | --- |
 * | connect timeout 3100 ms; at least 1 s between attempts | 2, waits |
 * | 1 s after EOF or socket error; 10 s after an error reply, LOADING or a failed apply | 2, waits |
 * | `AUTH`, `_db_name`, `replconf`, `PSYNC <latest+1>`, each awaited | 2, handshake |
 * | any other PSYNC error: full sync, then PSYNC again | 2, 4 |
 * | a master that may not be copied now is asked again after 1 s | graceful.md, R7 |
 * | news of a new master in the answer to REPLCONF goes to the server | graceful.md, R8 |
 * | the batches of a read are applied one after another; the first that fails ends it | 2, 5 |
 * | ack after applied data, once per second of wall time unless forced | 5, acks |
 * | `_getack` forces the ack if data was applied or a ping ends the read | 5, acks |
 * | the stop flag is looked at every 100 ms; connecting, the waits, a read in hand and a restore \
 *   hold the thread up until they are over | 2, waits |
 *
 * Assumed: a master that does not know `knows` of REPLCONF ignores it (in Kvrocks the slave would be
 * told so and repeat REPLCONF without it, as it does for `ip-address`); while a read is being applied, nothing more is read; a read is one message of the feed.
 * Without a period of the stop flag (0) a stop ends the waits too, but never an apply or a restore.
 */
import { assign, enqueueActions, raise, setup } from 'xstate';
import { effectActions, type MachineInput, type Plain } from '../../runtime/vocabulary.js';
import { joined } from './joined.js';
import type {
  Args,
  ReplicationContext,
  ReplicationEvent,
  ReplicationInput,
} from './replication-context.js';
import { loading, notFit } from './replies.js';

const second = 1_000_000;

const request = (type: string, more: (args: Args) => Record<string, Plain> = () => ({})) => ({
  type: 'send' as const,
  params: (args: Args) => ({
    connection: args.context.connection,
    message: { type, operation: 0, attempt: 0, ...more(args) },
    subject: args.event.view.latest,
  }),
});

/** News of a new master that a reply brings, for the server to judge. */
const newsIn = (event: ReplicationEvent) =>
  'message' in event && 'facts' in event.message ? event.message.facts?.['topology'] : undefined;

const passNewsOn = {
  type: 'tell' as const,
  params: ({ event }: Args) => ({
    machine: 'server',
    message: { type: 'announce', topology: newsIn(event) ?? null },
  }),
};

/** One request of the handshake; an error begins it all again. */
const step = <Next extends string>(
  type: string,
  next: Next,
  more?: (args: Args) => Record<string, Plain>,
) => ({
  entry: request(type, more),
  on: {
    [`message.${type}-reply`]: [
      { guard: 'it was refused' as const, target: '#replication.waiting 10 s' as const },
      { guard: 'it brings news' as const, target: next, actions: passNewsOn },
      { target: next },
    ],
  },
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

/** The thread sleeps or connects: it looks at the flag itself when that is over. */
const heldUp = { 'look at the stop flag': {} } as const;

const errorOf = (event: ReplicationEvent) =>
  'message' in event && 'error' in event.message ? event.message.error : undefined;

const hangUp = {
  type: 'close' as const,
  params: ({ context }: Args) => ({ connection: context.connection }),
};

const reading = (on: boolean) => ({
  type: 'receive' as const,
  params: ({ context }: Args) => ({ connection: context.connection, on }),
});

/** After a sleep in the thread. */
const goOn = [
  { guard: 'the stop flag is set', target: 'stopped' },
  { target: 'connecting' },
] as const;

export const replication = setup({
  types: {
    context: {} as ReplicationContext,
    events: {} as ReplicationEvent,
    input: {} as MachineInput<ReplicationInput>,
  },
  actions: {
    ...effectActions,
    'apply the next batch': enqueueActions(({ context, enqueue }) => {
      const [batch, ...rest] = context.rest;
      if (batch === undefined) return;
      enqueue.assign({ rest });
      enqueue({ type: 'append', params: { batch } });
    }),
    'remember the ack': assign({
      lastAckSecond: ({ event }) => Math.floor(event.view.wall / second),
    }),
    'set the stop flag': assign({ stopping: true }),
    'remember the look': assign({ due: true }),
    'remember the break': assign({ broken: true }),
    'await the next look': raise(
      ({ event }) => ({ type: 'look at the stop flag' as const, view: event.view }),
      { id: 'look', delay: 'the next look at the stop flag' },
    ),
  },
  guards: {
    'the master is loading': ({ event }) => errorOf(event) === loading,
    'it was refused': ({ event }) => errorOf(event) !== undefined,
    'it brings news': ({ event }) => newsIn(event) !== undefined,
    'a password is set': ({ context }) => context.password !== '',
    'it brings data': ({ event }) =>
      event.type === 'message.fed' && event.message.batches.length > 0,
    'an ack is due': ({ context, event }) =>
      (event.type === 'message.fed' && event.message.getack && event.message.ping) ||
      Math.floor(event.view.wall / second) > context.lastAckSecond,
    'more is to be applied': ({ context }) => context.rest.length > 0,
    'an ack is due after data': ({ context, event }) =>
      context.forced || Math.floor(event.view.wall / second) > context.lastAckSecond,
    'the stop flag is set': ({ context }) => context.stopping,
    'a look is due': ({ context }) => context.due,
    'the connection broke': ({ context }) => context.broken,
    'it stops at once': ({ context }) => context.stopPollMs === 0,
    'it syncs before an ack': ({ context }) => context.syncBeforeAck,
    'nobody answered': ({ event }) => event.type === 'unopened' && event.reason === 'timeout',
    'the master is not to be copied': ({ event }) => errorOf(event) === notFit,
  },
  delays: {
    'the next look at the stop flag': ({ context, event }) => {
      const period = context.stopPollMs * 1000;
      return (period - ((event.view.now - context.startedAt) % period)) / 1000;
    },
  },
}).createMachine({
  id: 'replication',
  context: ({ input }) =>
    joined(input.input, {
      self: input.self,
      connection: 0,
      startedAt: input.view.now,
      rest: [],
      forced: false,
      // A new thread has sent none: its first ack is always due.
      lastAckSecond: Number.MIN_SAFE_INTEGER,
      stopping: false,
      due: false,
      broken: false,
    }),
  initial: 'connecting',
  on: {
    'told.stop': [
      { guard: 'it stops at once', target: '.stopped' },
      { actions: ['set the stop flag', 'await the next look'] },
    ],
    'look at the stop flag': '.stopped',
  },
  states: {
    connecting: {
      entry: { type: 'open', params: ({ context }) => ({ to: context.master, timeoutMs: 3100 }) },
      on: {
        opened: [
          { guard: 'the stop flag is set', target: 'stopped' },
          {
            target: 'handshake',
            actions: assign({ connection: ({ event }) => event.connection }),
          },
        ],
        unopened: [
          { guard: 'the stop flag is set', target: 'stopped' },
          // More than a second has gone by since the last attempt.
          { guard: 'nobody answered', target: 'connecting', reenter: true },
          { target: 'waiting 1 s' },
        ],
        ...heldUp,
      },
    },
    handshake: {
      initial: 'starting',
      on: { closed: 'waiting 1 s', reset: 'waiting 1 s' },
      states: {
        starting: {
          always: [{ guard: 'a password is set', target: 'auth' }, { target: 'db name' }],
        },
        auth: step('auth', 'db name', ({ context }) => ({ password: context.password })),
        'db name': step('_db_name', 'replconf'),
        replconf: step('replconf', 'psync', ({ context: { self, knows } }) => ({
          address: self,
          ...(knows.length > 0 && { knows }),
        })),
        psync: {
          entry: request('psync', ({ event }) => ({ from: event.view.applied + 1 })),
          on: {
            'message.psync-reply': [
              { guard: 'the master is loading', target: '#replication.waiting 10 s' },
              { guard: 'the master is not to be copied', target: '#replication.waiting 1 s' },
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
                    rest: ({ event }) => event.message.batches,
                    forced: ({ event }) => event.message.getack,
                    due: false,
                    broken: false,
                  }),
                  reading(false),
                  'apply the next batch',
                ],
              },
              { guard: 'an ack is due', actions: [sendAck, 'remember the ack'] },
            ],
          },
        },
        applying: {
          on: {
            appended: [
              { guard: 'more is to be applied', actions: 'apply the next batch' },
              { guard: 'a look is due', target: '#replication.stopped' },
              { guard: 'the connection broke', target: '#replication.waiting 1 s' },
              { guard: 'it syncs before an ack', target: 'syncing' },
              { target: 'acknowledging' },
            ],
            storageFailed: [
              { guard: 'a look is due', target: '#replication.stopped' },
              { target: '#replication.waiting 10 s' },
            ],
            // The thread is in the storage: what happens meanwhile it learns afterwards, and who
            // stops it waits until the read in hand is applied to its end.
            'told.stop': { guard: 'it stops at once', actions: 'remember the look' },
            'look at the stop flag': { actions: 'remember the look' },
            closed: { actions: 'remember the break' },
            reset: { actions: 'remember the break' },
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
          entry: reading(true),
          always: 'reading',
        },
      },
    },
    'full syncing': {
      entry: [
        hangUp,
        {
          type: 'start',
          params: ({ context }) => ({
            machine: 'fullSync',
            input: { master: context.master, password: context.password },
          }),
        },
      ],
      exit: { type: 'stop', params: { machine: 'fullSync' } },
      initial: 'fetching',
      states: {
        fetching: {
          on: {
            'told.restoring': { target: 'restoring', actions: assign({ due: false }) },
            'told.unfit': '#replication.waiting 1 s',
          },
        },
        restoring: {
          on: {
            'told.restored': [
              { guard: 'a look is due', target: '#replication.stopped' },
              { target: '#replication.connecting' },
            ],
            'told.unrestored': [
              { guard: 'a look is due', target: '#replication.stopped' },
              { target: 'fetching' },
            ],
            'told.stop': { guard: 'it stops at once', actions: 'remember the look' },
            'look at the stop flag': { actions: 'remember the look' },
          },
        },
      },
    },
    'waiting 1 s': { entry: hangUp, after: { 1000: goOn }, on: heldUp },
    'waiting 10 s': { entry: hangUp, after: { 10000: goOn }, on: heldUp },
    stopped: { type: 'final', entry: tellServer('stopped') },
  },
});
