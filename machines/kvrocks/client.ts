/**
 * A cluster client: one operation at a time, sent to the node that it believes owns the slots. How
 * often, how soon and where it tries again is its policy (`client-policies.ts`).
 *
 * Sources: kvrocks-graceful-failover.md, sections 7 and 8; the Redis cluster specification.
 *
 * | rule | source |
 * | --- | --- |
 * | MOVED names the owner: remembered, followed | 7; cluster specification, MOVED redirection |
 * | TRYAGAIN: the same node again, after a pause | 7: a matter of the client library |
 * | LOADING, CLUSTERDOWN, MASTERDOWN, READONLY: after a pause, in time of another node | 8 |
 * | AUTH first on every connection, when a password is set | 8, test 1 |
 * | a connection not got, broken or silent: another node of the list | a matter of the library |
 * | a write without an answer that does not end `ok` is `info` | DESIGN.md, History |
 * | a reply of another operation or attempt is nobody's | each connection carries one command |
 *
 * How an operation ends: `ok` with the value; `fail` when every attempt got a definite error or was
 * never sent; `info` when some attempt of a write went without an answer, or got an error that does
 * not rule the write out. A read has no effect, so it ends `ok` or `fail`.
 *
 * With `wait`, a write is acknowledged when WAIT has answered with enough slaves; fewer, or no answer,
 * leave it `info`: it is there, and its caller does not rely on it. Reads at slaves follow READONLY.
 *
 * Assumed: one shard, so one owner of all slots; one connection at a time, closed when moving on;
 * a connection that was silent too long is aborted. A call while one is in flight fails at once, or
 * waits its turn (open loop) and is given its full time from there.
 */
import { assign, setup } from 'xstate';
import { effectActions, type Invocation, type MachineInput } from '../../runtime/vocabulary.js';
import {
  type Args,
  atRest,
  type ClientContext,
  type ClientEvent,
  type ClientInput,
  commandOf,
  complete,
  completeOk,
  completeShort,
  isAnswer,
  isTagged,
  learn,
  sizeOf,
  subjectOf,
  tooFew,
  waitOf,
} from './client-attempt.js';

const close = (abort: boolean) => ({
  type: 'close' as const,
  params: ({ context }: Args) => ({ connection: context.connection, abort }),
});

/** How attempts end with their connection: lost, silent for too long, or not let in. */
const ended = <Actions extends readonly unknown[]>(...actions: Actions) => ({
  target: 'deciding' as const,
  actions: ['learn from the failure', ...actions, 'forget the connection'] as const,
});
const lost = { guard: 'it is our connection' as const, ...ended() };
const silent = ended(close(true));
const shutOut = { guard: 'it is our connection' as const, ...ended(close(false)) };

/** The connection ended before WAIT was answered. */
const unwaited = [
  completeShort(() => 'no answer'),
  'forget the connection',
  'forget the operation',
] as const;

const onReply = [
  {
    guard: 'it is done, and slaves are waited for',
    target: 'waiting for slaves',
    actions: 'remember that the owner answers',
  },
  {
    guard: 'it is done',
    target: '#client.idle',
    actions: [completeOk, 'remember that the owner answers', 'forget the operation'],
  },
  { guard: 'it answers our attempt', target: 'deciding', actions: 'learn from the failure' },
] as const;

export const client = setup({
  types: {
    context: {} as ClientContext,
    events: {} as ClientEvent,
    input: {} as MachineInput<ClientInput>,
  },
  actions: {
    ...effectActions,
    'take the operation': assign(({ event }) =>
      event.type === 'invoke' ? { operation: event.operation } : {},
    ),
    'queue the call': assign(({ context, event }) =>
      event.type === 'invoke' ? { queue: [...context.queue, event.operation] } : {},
    ),
    'take the next call': assign(({ context }) => ({
      operation: context.queue[0] ?? null,
      queue: context.queue.slice(1),
    })),
    'forget the operation': assign(atRest),
    'count the attempt': assign({ attempt: ({ context }) => context.attempt + 1 }),
    'remember that it is sent': assign({ sent: true }),
    'remember that the owner answers': assign({ misses: 0 }),
    'learn from the failure': assign(learn),
    'keep the connection': assign(({ context, event }) =>
      event.type === 'opened' ? { connection: event.connection, peer: context.owner } : {},
    ),
    'forget the connection': assign({ connection: 0, peer: '' }),
  },
  guards: {
    'it is connected': ({ context }) => context.connection !== 0,
    'it is connected to the owner': ({ context }) => context.peer === context.owner,
    'it is our connection': ({ context, event }) =>
      'connection' in event && event.connection === context.connection,
    'it is about our attempt': isTagged,
    'it lets us in': ({ context, event }) =>
      (event.type === 'message.auth-reply' || event.type === 'message.readonly-reply') &&
      event.connection === context.connection &&
      event.message.status === 'ok',
    'it answers our attempt': isAnswer,
    'it is done': (args) =>
      isAnswer(args) && 'message' in args.event && args.event.message.status === 'ok',
    'it is done, and slaves are waited for': (args) =>
      isAnswer(args) &&
      'message' in args.event &&
      args.event.message.status === 'ok' &&
      waitOf(args.context) !== undefined,
    'enough slaves have it': (args) =>
      'message' in args.event &&
      Number(args.event.message.value) >= (waitOf(args.context)?.slaves ?? 0),
    'calls wait their turn': ({ context }) => context.queues,
    'a call waits': ({ context }) => context.queue.length > 0,
    'a password is set': ({ context }) => context.password !== '',
    'it reads at slaves': ({ context }) => context.readonly,
    'nothing is left to try': ({ context }) => context.pauseMs < 0,
    'there is no pause': ({ context }) => context.pauseMs === 0,
  },
  delays: {
    'its patience with a connection': ({ context }) => context.policy.connectTimeoutMs,
    'its patience with a command': ({ context: { policy } }) =>
      policy.commandTimeoutMs === 0 ? policy.operationTimeoutMs : policy.commandTimeoutMs,
    'its patience with WAIT': ({ context }) =>
      (waitOf(context)?.timeoutMs || context.policy.operationTimeoutMs) +
      context.policy.connectTimeoutMs,
    'the patience of its caller': ({ context }) => context.policy.operationTimeoutMs,
    'the pause': ({ context }) => context.pauseMs,
  },
}).createMachine({
  id: 'client',
  context: ({ input: { input } }) => ({
    nodes: input.nodes,
    password: input.password,
    policy: input.policy,
    readonly: input.readonly,
    queues: input.queues,
    queue: [],
    connection: 0,
    peer: '',
    owner: input.nodes[0] as string,
    misses: 0,
    ...atRest,
  }),
  initial: 'idle',
  on: {
    invoke: [
      { guard: 'calls wait their turn', actions: 'queue the call' },
      {
        actions: {
          type: 'complete',
          params: ({ event }) => ({
            operation: event.operation.id,
            outcome: 'fail',
            error: 'the client is busy',
          }),
        },
      },
    ],
    closed: { guard: 'it is our connection', actions: 'forget the connection' },
    reset: { guard: 'it is our connection', actions: 'forget the connection' },
    // It came too late: nobody waits for it any more.
    opened: {
      actions: { type: 'close', params: ({ event }) => ({ connection: event.connection }) },
    },
  },
  states: {
    idle: {
      always: { guard: 'a call waits', target: 'busy', actions: 'take the next call' },
      on: { invoke: { target: 'busy', actions: 'take the operation' } },
    },
    busy: {
      initial: 'beginning',
      after: {
        'the patience of its caller': {
          target: 'idle',
          actions: [
            complete('no answer in time'),
            close(true),
            'forget the connection',
            'forget the operation',
          ],
        },
      },
      states: {
        beginning: {
          entry: 'count the attempt',
          always: [
            { guard: 'it is connected to the owner', target: 'asking' },
            {
              guard: 'it is connected',
              target: 'connecting',
              actions: [close(false), 'forget the connection'],
            },
            { target: 'connecting' },
          ],
        },
        connecting: {
          entry: {
            type: 'open',
            params: ({ context }) => ({
              to: context.owner,
              tag: subjectOf(context),
              timeoutMs: context.policy.connectTimeoutMs,
              subject: subjectOf(context),
            }),
          },
          on: {
            opened: [
              {
                guard: 'it is about our attempt',
                target: 'greeting',
                actions: 'keep the connection',
              },
            ],
            unopened: {
              guard: 'it is about our attempt',
              target: 'deciding',
              actions: 'learn from the failure',
            },
          },
        },
        greeting: {
          always: [
            { guard: 'a password is set', target: 'authenticating' },
            { guard: 'it reads at slaves', target: 'going read-only' },
            { target: 'asking' },
          ],
        },
        authenticating: {
          entry: {
            type: 'send',
            params: ({ context }) => ({
              connection: context.connection,
              message: { type: 'auth', operation: 0, attempt: 0, password: context.password },
              subject: subjectOf(context),
            }),
          },
          on: {
            'message.auth-reply': [{ guard: 'it lets us in', target: 'let in' }, shutOut],
            closed: lost,
            reset: lost,
          },
          after: { 'its patience with a connection': silent },
        },
        'let in': {
          always: [
            { guard: 'it reads at slaves', target: 'going read-only' },
            { target: 'asking' },
          ],
        },
        'going read-only': {
          entry: {
            type: 'send',
            params: ({ context }) => ({
              connection: context.connection,
              message: { type: 'readonly', operation: 0, attempt: 0 },
              subject: subjectOf(context),
            }),
          },
          on: {
            'message.readonly-reply': [{ guard: 'it lets us in', target: 'asking' }, shutOut],
            closed: lost,
            reset: lost,
          },
          after: { 'its patience with a connection': silent },
        },
        asking: {
          entry: [
            {
              type: 'send',
              params: ({ context }) => ({
                connection: context.connection,
                message: commandOf(context),
                subject: subjectOf(context),
                ...sizeOf(context),
              }),
            },
            'remember that it is sent',
          ],
          on: {
            'message.set-reply': onReply,
            'message.append-reply': onReply,
            'message.get-reply': onReply,
            closed: lost,
            reset: lost,
          },
          after: { 'its patience with a command': silent },
        },
        'waiting for slaves': {
          entry: {
            type: 'send',
            params: ({ context }) => ({
              connection: context.connection,
              message: {
                type: 'wait',
                operation: (context.operation as Invocation).id,
                attempt: context.attempt,
                ...waitOf(context),
              },
              subject: subjectOf(context),
            }),
          },
          on: {
            'message.wait-reply': [
              {
                guard: 'enough slaves have it',
                target: '#client.idle',
                actions: [completeOk, 'forget the operation'],
              },
              { target: '#client.idle', actions: [completeShort(tooFew), 'forget the operation'] },
            ],
            closed: { guard: 'it is our connection', target: '#client.idle', actions: unwaited },
            reset: { guard: 'it is our connection', target: '#client.idle', actions: unwaited },
          },
          after: {
            'its patience with WAIT': {
              target: '#client.idle',
              actions: [close(true), ...unwaited],
            },
          },
        },
        deciding: {
          always: [
            {
              guard: 'nothing is left to try',
              target: '#client.idle',
              actions: [complete(), 'forget the operation'],
            },
            { guard: 'there is no pause', target: 'beginning' },
            { target: 'waiting' },
          ],
        },
        waiting: { after: { 'the pause': 'beginning' } },
      },
    },
  },
});
