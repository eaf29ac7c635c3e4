/**
 * The feed thread of one attached slave: reads the log, packs batches, writes them; when there is
 * nothing new it polls the log every 2 ms and pings at every 1000th idle poll.
 *
 * Source: kvrocks-replication.md, section 5.
 *
 * | rule | source |
 * | --- | --- |
 * | idle poll 2 ms; `ping` at every 1000th idle poll, whatever was fed between them | 5, loop |
 * | at most 16 updates in one write | 5, packing |
 * | a batch that does not start at the next number: stop feeding | 5, loop |
 * | blocking writes: a stalled slave blocks its own thread only | 5 |
 * | the ack is the largest number of that read; 0 until the first | 5, acks |
 * | `_getack` with what could release a blocked WAIT by its last number, tested as it is sent, once \
 *   for each number waited for | 5, acks; replication.cc, `shouldSendGetAck` |
 * | an ack that the server asks for is asked behind all that was applied by then: refuted, asked ahead \
 *   of it, by the gate's bound of two round trips | graceful.md, wait_sync |
 *
 * Assumed: batches that are there at one instant are written as one message, the first one too.
 */
import { assign, setup } from 'xstate';
import {
  type ContextField,
  effectActions,
  type MachineEvent,
  type MachineInput,
} from '../../runtime/vocabulary.js';
import type { NodeOptions } from './context.js';
import type { Ack, Announce } from './messages.js';
import { batchBytes } from './sizes.js';

export type FeedInput = {
  slave: string;
  from: number;
  forcedAcks: NodeOptions['forcedAcks'];
  /** The numbers that blocked WAITs wait for, ascending. */
  waited: readonly number[];
};

interface FeedContext {
  slave: string;
  connection: number;
  forcedAcks: NodeOptions['forcedAcks'];
  waited: readonly number[];
  /** The highest of them for which an ack was asked. */
  asked: number;
  /** The last number that is to be sent before the ack is asked for which the server wants; 0: none. */
  owed: number;
  /** First number that has not been written to the slave. */
  next: number;
  /** Idle polls since the last ping, up to the instant since when it idles. */
  polls: number;
  since: number;
}

type FeedEvent = MachineEvent<
  Ack,
  { type: 'getack' } | { type: 'waits'; targets: readonly number[] } | Announce
>;

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const feedFields: Readonly<Record<keyof FeedContext, ContextField>> = {
  slave: plain,
  connection: { keep: 'volatile', is: 'id' },
  forcedAcks: plain,
  waited: plain,
  asked: plain,
  owed: plain,
  next: plain,
  polls: plain,
  since: { keep: 'volatile', is: 'time' },
};

const pollMs = 2;
const pollsPerPing = 1000;
const packMax = 16;
type Args = { context: FeedContext; event: FeedEvent };

/** The highest number, up to that one, which somebody waits for; 0 for none. */
const waitedUpTo = ({ waited }: FeedContext, last: number) =>
  waited.findLast((target) => target <= last) ?? 0;

/** Whether what ends at that number asks for an ack: the test is made once, as it is sent. */
const forcesAck = (context: FeedContext, last: number) =>
  context.forcedAcks === 'always' ||
  (context.forcedAcks === 'wait' && waitedUpTo(context, last) > context.asked);

/** Whether the ack that the server wants is asked for with what ends at that number. */
const paysAck = ({ owed }: FeedContext, last: number) => owed > 0 && last >= owed;

const bare = (flags: { getack: boolean; ping: boolean }) => ({
  type: 'send' as const,
  params: ({ context }: Args) => ({
    connection: context.connection,
    message: { type: 'fed', first: context.next, batches: [], ...flags },
    bytes: 16,
    subject: context.next,
  }),
});

export const feed = setup({
  types: {
    context: {} as FeedContext,
    events: {} as FeedEvent,
    input: {} as MachineInput<FeedInput>,
  },
  actions: {
    ...effectActions,
    'go on after the range': assign({
      next: ({ context, event }) => (event.type === 'range' ? event.next : context.next),
    }),
    'remember for whom an ack was asked': assign({
      asked: ({ context, event }) =>
        event.type === 'range'
          ? Math.max(context.asked, waitedUpTo(context, event.next - 1))
          : context.asked,
      owed: ({ context, event }) =>
        event.type === 'range' && paysAck(context, event.next - 1) ? 0 : context.owed,
    }),
    // A process that was paused has slept through many points of its grid: it pings soon after.
    'count the idle polls': assign({
      polls: ({ context, event }) => {
        const more = Math.floor((event.view.now - context.since) / (pollMs * 1000));
        return Math.min(context.polls + more, pollsPerPing - 1);
      },
    }),
  },
  guards: {
    'there is nothing new': ({ event }) =>
      event.type === 'range' && event.status === 'ok' && event.batches.length === 0,
    'all is sent': ({ context, event }) => context.next > event.view.applied,
    'it continues': ({ event }) => event.type === 'range' && event.status === 'ok',
  },
  delays: { 'the next ping': ({ context }) => (pollsPerPing - context.polls) * pollMs },
}).createMachine({
  id: 'feed',
  context: ({ input }) => ({
    slave: input.input.slave,
    connection: input.connection,
    forcedAcks: input.input.forcedAcks,
    waited: input.input.waited,
    asked: 0,
    owed: 0,
    next: input.input.from,
    polls: 0,
    since: 0,
  }),
  initial: 'reading',
  on: {
    closed: '.ended',
    reset: '.ended',
    blocked: '.blocked',
    'message.ack': {
      actions: {
        type: 'tell',
        params: ({ context, event }) => ({
          machine: 'server',
          message: {
            type: 'acked',
            slave: context.slave,
            connection: context.connection,
            offset: event.message.offset,
          },
        }),
      },
    },
    'told.waits': { actions: assign({ waited: ({ event }) => event.message.targets }) },
    'told.getack': [
      { guard: 'all is sent', actions: bare({ getack: true, ping: true }) },
      { actions: assign({ owed: ({ event }) => event.view.applied }) },
    ],
    'told.announce': {
      actions: {
        type: 'send',
        params: ({ context, event }) => ({
          connection: context.connection,
          message: event.message,
          subject: event.message.topology.version,
        }),
      },
    },
  },
  states: {
    reading: {
      entry: { type: 'readLog', params: ({ context }) => ({ from: context.next, limit: packMax }) },
      on: {
        range: [
          { guard: 'there is nothing new', target: 'idle' },
          {
            guard: 'it continues',
            target: 'reading',
            reenter: true,
            actions: [
              {
                type: 'send',
                params: ({ context, event }) => ({
                  connection: context.connection,
                  message: {
                    type: 'fed',
                    first: event.from,
                    batches: event.batches,
                    getack: forcesAck(context, event.next - 1) || paysAck(context, event.next - 1),
                    ping: false,
                  },
                  bytes: batchBytes(event.batches),
                  subject: event.from,
                }),
              },
              'remember for whom an ack was asked',
              'go on after the range',
            ],
          },
          { target: 'ended' },
        ],
      },
    },
    idle: {
      entry: [
        assign({ since: ({ event }) => event.view.now }),
        {
          type: 'poll',
          params: ({ context }) => ({ tag: 'log', everyMs: pollMs, beyond: context.next - 1 }),
        },
      ],
      on: { polled: { target: 'reading', actions: 'count the idle polls' } },
      after: {
        'the next ping': {
          target: 'idle',
          reenter: true,
          actions: [bare({ getack: false, ping: true }), assign({ polls: 0 })],
        },
      },
    },
    // The range that was being read meanwhile is read again.
    blocked: { on: { writable: 'reading' } },
    ended: {
      type: 'final',
      entry: {
        type: 'tell',
        params: ({ context }) => ({
          machine: 'server',
          message: {
            type: 'feed-ended',
            slave: context.slave,
            connection: context.connection,
          },
        }),
      },
    },
  },
});
