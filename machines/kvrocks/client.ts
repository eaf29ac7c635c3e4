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
 * Assumed: one shard, so one owner of all slots; one connection at a time, closed when moving on;
 * a connection that was silent too long is aborted. A call while one is in flight fails at once.
 */
import { assign, setup } from 'xstate';
import {
  type ContextField,
  effectActions,
  type Invocation,
  type MachineEvent,
  type MachineInput,
  type Message,
} from '../../runtime/vocabulary.js';
import { type ClientPolicy, type Failure, pauseAfter, refusalIn } from './client-policies.js';
import type { Reply } from './messages.js';
import { isDefinite } from './replies.js';

export type ClientInput = {
  /** Every address that it may ask; it starts with the first. */
  readonly nodes: readonly string[];
  /** '' for none. */
  readonly password: string;
  readonly policy: ClientPolicy;
};

interface ClientContext extends ClientInput {
  /** The connection it has, 0 for none, and where it leads. */
  connection: number;
  peer: string;
  /** The topology as it knows it: who owns the slots. */
  owner: string;
  /** Failures in a row at the owner. */
  misses: number;
  operation: Invocation | null;
  attempt: number;
  redirects: number;
  pauses: number;
  /** The pause before the next attempt, -1 when none follows. */
  pauseMs: number;
  /** The current attempt was sent and is not answered. */
  sent: boolean;
  /** An earlier attempt may have taken effect. */
  doubt: boolean;
  /** Why the last attempt failed. */
  error: string;
}

type ClientEvent = MachineEvent<Reply<'auth'> | Reply<'set'> | Reply<'get'>>;
type Args = { context: ClientContext; event: ClientEvent };

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const clientFields: Readonly<Record<string, ContextField>> = {
  nodes: plain,
  password: plain,
  policy: plain,
  connection: { keep: 'volatile', is: 'id' },
  peer: plain,
  owner: plain,
  misses: plain,
  operation: plain,
  attempt: plain,
  redirects: plain,
  pauses: plain,
  pauseMs: plain,
  sent: plain,
  doubt: plain,
  error: plain,
};

const atRest = {
  operation: null,
  attempt: 0,
  redirects: 0,
  pauses: 0,
  pauseMs: 0,
  sent: false,
  doubt: false,
  error: '',
};

const callOf = (context: ClientContext): Message => (context.operation as Invocation).call;
const isWrite = (context: ClientContext) => callOf(context).type !== 'get';

/** Names an attempt: tag of its connection, subject of its messages. */
const subjectOf = ({ operation, attempt }: ClientContext) => (operation?.id ?? 0) * 64 + attempt;

/** A disk that failed under a write may have kept it: the write or its sync failed. */
const isFromDisk = (error: string) => /^ERR (io|full)\b/.test(error);

/** Whether an event is about the connection that the current attempt asked for. */
const isTagged = ({ context, event }: Args) => 'tag' in event && event.tag === subjectOf(context);

/** Whether an event is the answer to the current attempt. */
const isAnswer = ({ context, event }: Args) =>
  'message' in event &&
  event.message.operation === context.operation?.id &&
  event.message.attempt === context.attempt;

/** What went wrong with the current attempt, and how the caller is told. */
function failureOf({ context, event }: Args): { failure: Failure; error: string } {
  if ('message' in event) {
    const error = event.message.error ?? 'an error without text';
    return { failure: refusalIn(error), error };
  }
  if (event.type === 'unopened') {
    return { failure: 'unopened', error: `connection: ${event.reason}` };
  }
  const isBroken = event.type === 'closed' || event.type === 'reset';
  const error = isBroken ? 'connection broken' : 'no answer';
  // Before the command itself is sent, a connection lost is one that was never got.
  if (!context.sent) return { failure: 'unopened', error: `${error} to AUTH` };
  return { failure: isBroken ? 'broken' : 'timeout', error };
}

/** Whom to ask next, and how often the node asked now has failed in a row. */
function ownerAfter(context: ClientContext, failure: Failure, error: string) {
  const { nodes, owner, policy } = context;
  if (failure === 'moved') return { owner: error.split(' ')[2] as string, misses: 0 };
  if (failure === 'tryAgain' || failure === 'final') return { owner, misses: 0 };
  const misses = context.misses + 1;
  if (misses <= policy.sameNodeRetries) return { owner, misses };
  return { owner: nodes[(nodes.indexOf(owner) + 1) % nodes.length] as string, misses: 0 };
}

/** What a failed attempt changes. */
function learn({ context, event }: Args): Partial<ClientContext> {
  const { failure, error } = failureOf({ context, event });
  const isRuledOut = 'message' in event && isDefinite(error) && !isFromDisk(error);
  const isRedirect = failure === 'moved';
  return {
    ...ownerAfter(context, failure, error),
    redirects: context.redirects + (isRedirect ? 1 : 0),
    pauses: context.pauses + (isRedirect ? 0 : 1),
    pauseMs: pauseAfter(context.policy, failure, context),
    doubt: context.doubt || (context.sent && isWrite(context) && !isRuledOut),
    sent: false,
    error,
  };
}

/** The command as it is sent now. */
function commandOf(context: ClientContext): Message {
  const { id, call } = context.operation as Invocation;
  return { ...call, operation: id, attempt: context.attempt };
}

/** The end of an operation without success. */
const complete = (why?: string) => ({
  type: 'complete' as const,
  params: ({ context }: Args) => ({
    operation: (context.operation as Invocation).id,
    outcome:
      context.doubt || (context.sent && isWrite(context)) ? ('info' as const) : ('fail' as const),
    error: why ?? context.error,
  }),
});

const completeOk = {
  type: 'complete' as const,
  params: ({ context, event }: Args) => ({
    operation: (context.operation as Invocation).id,
    outcome: 'ok' as const,
    ...(!isWrite(context) && 'message' in event && { value: event.message.value ?? null }),
  }),
};

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

const onReply = [
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
    'it is ours, and a password is set': (args) => isTagged(args) && args.context.password !== '',
    'it lets us in': ({ context, event }) =>
      event.type === 'message.auth-reply' &&
      event.connection === context.connection &&
      event.message.status === 'ok',
    'it answers our attempt': isAnswer,
    'it is done': (args) =>
      isAnswer(args) && 'message' in args.event && args.event.message.status === 'ok',
    'nothing is left to try': ({ context }) => context.pauseMs < 0,
    'there is no pause': ({ context }) => context.pauseMs === 0,
  },
  delays: {
    'its patience with a connection': ({ context }) => context.policy.connectTimeoutMs,
    'its patience with a command': ({ context: { policy } }) =>
      policy.commandTimeoutMs === 0 ? policy.operationTimeoutMs : policy.commandTimeoutMs,
    'the patience of its caller': ({ context }) => context.policy.operationTimeoutMs,
    'the pause': ({ context }) => context.pauseMs,
  },
}).createMachine({
  id: 'client',
  context: ({ input: { input } }) => ({
    nodes: input.nodes,
    password: input.password,
    policy: input.policy,
    connection: 0,
    peer: '',
    owner: input.nodes[0] as string,
    misses: 0,
    ...atRest,
  }),
  initial: 'idle',
  on: {
    invoke: {
      actions: {
        type: 'complete',
        params: ({ event }) => ({
          operation: event.operation.id,
          outcome: 'fail',
          error: 'the client is busy',
        }),
      },
    },
    closed: { guard: 'it is our connection', actions: 'forget the connection' },
    reset: { guard: 'it is our connection', actions: 'forget the connection' },
    // It came too late: nobody waits for it any more.
    opened: {
      actions: { type: 'close', params: ({ event }) => ({ connection: event.connection }) },
    },
  },
  states: {
    idle: { on: { invoke: { target: 'busy', actions: 'take the operation' } } },
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
                guard: 'it is ours, and a password is set',
                target: 'authenticating',
                actions: 'keep the connection',
              },
              {
                guard: 'it is about our attempt',
                target: 'asking',
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
            'message.auth-reply': [{ guard: 'it lets us in', target: 'asking' }, shutOut],
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
              }),
            },
            'remember that it is sent',
          ],
          on: {
            'message.set-reply': onReply,
            'message.get-reply': onReply,
            closed: lost,
            reset: lost,
          },
          after: { 'its patience with a command': silent },
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
