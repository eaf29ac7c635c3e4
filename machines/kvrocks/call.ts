/**
 * The connection over which a master tells a slave to take over: connect, AUTH with its own
 * password, write one request, read one line, close. One life per call.
 *
 * Source: kvrocks-graceful-failover.md, 4.5: every step blocks without a timeout of its own (0).
 * graceful.md: both bounded; opened before the pause and used later (`told.go`).
 */
import { assign, setup } from 'xstate';
import {
  type ContextField,
  effectActions,
  type MachineEvent,
  type MachineInput,
  type Message,
} from '../../runtime/vocabulary.js';
import { joined } from './joined.js';
import type { Reply } from './messages.js';

export type CallInput = {
  to: string;
  password: string;
  /** Bound on connecting and on each answer; 0 for none. */
  timeoutMs: number;
  /** What to ask; null: wait to be told. */
  request: Message | null;
};

interface CallContext extends CallInput {
  connection: number;
  sent: boolean;
}

type CallEvent = MachineEvent<
  Reply<'auth' | 'takeover' | 'cancel'>,
  { type: 'go'; request: Message }
>;

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const callFields: Readonly<Record<keyof CallContext, ContextField>> = {
  to: plain,
  password: plain,
  timeoutMs: plain,
  request: plain,
  connection: { keep: 'volatile', is: 'id' },
  sent: plain,
};

const failed = (reason: string | ((event: CallEvent) => string)) => ({
  type: 'tell' as const,
  params: ({ context, event }: { context: CallContext; event: CallEvent }) => ({
    machine: 'server',
    message: {
      type: 'call-failed',
      sent: context.sent,
      reason: typeof reason === 'string' ? reason : reason(event),
    },
  }),
});

/** What ends the call when the connection breaks. */
const broken = (doing: string) => ({
  target: '#call.over',
  actions: failed(`${doing}: connection broken`),
});

/** The one line that was waited for, whatever it says. */
const answered = {
  target: 'over',
  actions: {
    type: 'tell',
    params: ({ event }: { event: { message: Message } }) => ({
      machine: 'server',
      message: { type: 'answered', reply: event.message },
    }),
  },
} as const;

export const call = setup({
  types: {
    context: {} as CallContext,
    events: {} as CallEvent,
    input: {} as MachineInput<CallInput>,
  },
  actions: effectActions,
  guards: {
    'a password is set': ({ context }) => context.password !== '',
    'a request is at hand': ({ context }) => context.request !== null,
    'it was refused': ({ event }) =>
      event.type === 'message.auth-reply' && event.message.status === 'error',
    'it is bounded': ({ context }) => context.timeoutMs > 0,
  },
  delays: { 'the bound': ({ context }) => context.timeoutMs },
}).createMachine({
  id: 'call',
  context: ({ input }) => joined(input.input, { connection: 0, sent: false }),
  initial: 'connecting',
  states: {
    connecting: {
      entry: {
        type: 'open',
        params: ({ context }) => ({
          to: context.to,
          tag: 'call',
          ...(context.timeoutMs > 0 && { timeoutMs: context.timeoutMs }),
        }),
      },
      on: {
        opened: [
          {
            guard: 'a password is set',
            target: 'authenticating',
            actions: assign({ connection: ({ event }) => event.connection }),
          },
          { target: 'ready', actions: assign({ connection: ({ event }) => event.connection }) },
        ],
        unopened: {
          target: 'over',
          actions: failed(
            (event) =>
              `Failed to connect to slave: ${event.type === 'unopened' ? event.reason : 'reset'}`,
          ),
        },
      },
    },
    authenticating: {
      entry: {
        type: 'send',
        params: ({ context }) => ({
          connection: context.connection,
          message: { type: 'auth', operation: 0, attempt: 0, password: context.password },
        }),
      },
      on: {
        'message.auth-reply': [
          { guard: 'it was refused', target: 'over', actions: failed('AUTH failed') },
          { target: 'ready' },
        ],
        closed: { target: 'over', actions: failed('AUTH failed') },
        reset: { target: 'over', actions: failed('AUTH failed') },
      },
      after: {
        'the bound': { guard: 'it is bounded', target: 'over', actions: failed('AUTH failed') },
      },
    },
    ready: {
      entry: { type: 'tell', params: { machine: 'server', message: { type: 'call-ready' } } },
      always: { guard: 'a request is at hand', target: 'asking' },
      on: {
        'told.go': {
          target: 'asking',
          actions: assign({ request: ({ event }) => event.message.request }),
        },
        closed: broken('Failed to send TAKEOVER'),
        reset: broken('Failed to send TAKEOVER'),
      },
    },
    asking: {
      entry: [
        assign({ sent: true }),
        {
          type: 'send',
          params: ({ context }) => ({
            connection: context.connection,
            message: context.request as Message,
            subject: Number((context.request as Message)['number'] ?? 0),
          }),
        },
      ],
      on: {
        'message.takeover-reply': answered,
        'message.cancel-reply': answered,
        closed: broken('Failed to read TAKEOVER response'),
        reset: broken('Failed to read TAKEOVER response'),
      },
      after: {
        'the bound': {
          guard: 'it is bounded',
          target: 'over',
          actions: failed('Failed to read TAKEOVER response: no answer'),
        },
      },
    },
    over: { type: 'final' },
  },
});
