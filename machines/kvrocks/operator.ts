/**
 * The operator (or the script, or the controller) that asks for a failover, watches it, and pushes
 * topologies. One command at a time, each over a connection of its own.
 *
 * | call | what it does |
 * | --- | --- |
 * | `failover` | CLUSTERX FAILOVER at `node` |
 * | `setnodes` | CLUSTERX SETNODES at `node` |
 * | `info` | CLUSTER INFO at `node` |
 * | `set`, `append`, `get` | that command at `node` and nowhere else; `readonly`: READONLY first |
 * | `takeover` | the bare CLUSTERX TAKEOVER at `node` |
 * | `await` | CLUSTER INFO at `node` every 50 ms until the failover has ended, or for `forMs` |
 * | `outcome` | if the last `await` saw success: SETNODES with the roles swapped, node after node |
 *
 * Sources: kvrocks-graceful-failover.md, sections 1 and 3; test 16 for the order of the pushes.
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
import { joined } from './joined.js';
import type { Reply } from './messages.js';
import { rulesOut } from './replies.js';
import { handedOver, type Topology } from './topology.js';

export type OperatorInput = {
  password: string;
  /** How long it waits for a connection and for a reply, each, where a call does not say. */
  timeoutMs: number;
};

interface OperatorContext extends OperatorInput {
  connection: number;
  operation: Invocation | null;
  /** Which of several pushes is next. */
  next: number;
  attempt: number;
  startedAt: number;
  /** What the last `await` saw. */
  seen: string;
  sent: boolean;
}

type OperatorEvent = MachineEvent<Reply<'auth' | 'readonly' | (typeof commands)[number]>>;

/** What it may ask; each has a reply. */
const commands = ['failover', 'setnodes', 'info', 'set', 'append', 'get', 'takeover'] as const;

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const operatorFields: Readonly<Record<keyof OperatorContext, ContextField>> = {
  password: plain,
  timeoutMs: plain,
  connection: { keep: 'volatile', is: 'id' },
  operation: plain,
  next: plain,
  attempt: plain,
  startedAt: { keep: 'volatile', is: 'time' },
  seen: plain,
  sent: plain,
};

const callOf = (context: OperatorContext): Message => (context.operation as Invocation).call;

const patienceOf = (context: OperatorContext): number =>
  (callOf(context)['patienceMs'] as number | undefined) ?? context.timeoutMs;

/** Nodes that the call goes to, one after another. */
const nodesOf = (context: OperatorContext): readonly string[] => {
  const call = callOf(context);
  return (call['nodes'] as readonly string[] | undefined) ?? [call['node'] as string];
};

/** The command as it is sent now. */
function commandOf(context: OperatorContext): Message {
  const call = callOf(context);
  const asked = { operation: (context.operation as Invocation).id, attempt: context.attempt };
  switch (call.type) {
    case 'failover':
      return {
        type: 'failover',
        ...asked,
        target: call['target'],
        ...(call['timeoutMs'] !== undefined && { timeoutMs: call['timeoutMs'] }),
      };
    case 'setnodes':
      return {
        type: 'setnodes',
        ...asked,
        topology: call['topology'],
        force: call['force'] ?? false,
      };
    case 'outcome': {
      const before = call['topology'] as unknown as Topology;
      const topology = handedOver(before, call['target'] as string, before.version + 1);
      return { type: 'setnodes', ...asked, topology, force: false };
    }
    case 'set':
    case 'append': {
      const { type, key, value, numbers } = call;
      return { type, ...asked, key, value, numbers };
    }
    case 'get':
      return { type: 'get', ...asked, key: call['key'] };
    case 'takeover':
      return { type: 'takeover', ...asked, ...bare, target: call['node'] };
    default:
      return { type: 'info', ...asked };
  }
}

/** What a TAKEOVER says that names no attempt. */
const bare = { master: null, epoch: 0, number: 0, offset: 0 };

const isWrite = ({ type }: Message) => type === 'set' || type === 'append';

/** How a reply to CLUSTER INFO ends an `await`: the state that was waited for, or null. */
function endOf({ context, event }: { context: OperatorContext; event: OperatorEvent }) {
  if (!('message' in event) || !('facts' in event.message)) return null;
  const facts = event.message.facts as Message;
  const state = facts['cluster_failover_state'];
  if (state === 'success' || state === 'failed') return state;
  // A master that has stepped down does not print the line in every protocol.
  return facts['role'] === 'slave' && context.seen === 'started' ? 'success' : null;
}

const errorOf = (event: OperatorEvent) =>
  'message' in event && 'error' in event.message ? (event.message.error as string) : '';

const done = (outcome: 'ok' | 'fail' | 'info', error?: (event: OperatorEvent) => string) => ({
  type: 'complete' as const,
  params: ({ context, event }: { context: OperatorContext; event: OperatorEvent }) => ({
    operation: (context.operation as Invocation).id,
    outcome,
    ...(outcome === 'ok' && { value: broughtBy(context, event) }),
    ...(error !== undefined && { error: error(event) }),
  }),
});

const hangUp = {
  type: 'close' as const,
  params: ({ context }: { context: OperatorContext }) => ({ connection: context.connection }),
};

/** What a call that went well brings: a read its value, any other what was last seen. */
function broughtBy(context: OperatorContext, event: OperatorEvent) {
  if (callOf(context).type !== 'get') return context.seen;
  return 'message' in event ? (event.message.value ?? null) : null;
}

const onReply = Object.fromEntries(
  commands.map((type) => [
    `message.${type}-reply`,
    [
      {
        guard: 'it is over',
        target: 'idle',
        actions: ['remember what was seen', done('ok'), hangUp],
      },
      { guard: 'it awaits', target: 'waiting', actions: hangUp },
      {
        guard: 'more nodes follow',
        target: 'connecting',
        actions: ['go to the next node', hangUp],
      },
      {
        guard: 'it may have been done',
        target: 'idle',
        actions: [done('info', errorOf), hangUp],
      },
      { guard: 'it was refused', target: 'idle', actions: [done('fail', errorOf), hangUp] },
      { target: 'idle', actions: ['remember that it was accepted', done('ok'), hangUp] },
    ],
  ]),
) as never as { [T in (typeof commands)[number] as `message.${T}-reply`]: never };

// It hangs up: a reply that comes late must not be taken for that of the next command.
const unanswered = [
  { guard: 'it awaits', target: 'waiting', actions: hangUp },
  {
    guard: 'more nodes follow',
    target: 'connecting',
    reenter: true,
    actions: ['go to the next node', hangUp],
  },
  {
    guard: 'it may have had an effect',
    target: 'idle',
    actions: [done('info', () => 'no answer'), hangUp],
  },
  { guard: 'it was sent', target: 'idle', actions: [done('fail', () => 'no answer'), hangUp] },
  { target: 'idle', actions: [done('fail', () => 'no connection'), hangUp] },
] as const;

export const operator = setup({
  types: {
    context: {} as OperatorContext,
    events: {} as OperatorEvent,
    input: {} as MachineInput<OperatorInput>,
  },
  actions: {
    ...effectActions,
    'remember the call': assign(({ context, event }) => ({
      operation: event.type === 'invoke' ? event.operation : context.operation,
      next: 0,
      attempt: 0,
      sent: false,
      startedAt: event.view.now,
      // Found by fuzzing: of a FAILOVER that was refused, a slave's role said that it had succeeded.
      seen: event.type === 'invoke' && event.operation.call.type === 'failover' ? '' : context.seen,
    })),
    'remember that it was accepted': assign(({ context, event }) => ({
      seen: event.type === 'message.failover-reply' ? 'started' : context.seen,
    })),
    'remember what was seen': assign(({ context, event }) => ({
      seen: endOf({ context, event }) ?? context.seen,
    })),
    'go to the next node': assign({ next: ({ context }) => context.next + 1 }),
    'count the attempt': assign({ attempt: ({ context }) => context.attempt + 1 }),
  },
  guards: {
    'a password is set': ({ context }) => context.password !== '',
    'it was refused': ({ event }) => errorOf(event) !== '',
    'it may have been done': ({ context, event }) =>
      isWrite(callOf(context)) && errorOf(event) !== '' && !rulesOut(errorOf(event)),
    'it reads at a slave': ({ context }) => callOf(context)['readonly'] === true,
    'it is over': ({ context, event }) =>
      callOf(context).type === 'await' && endOf({ context, event }) !== null,
    'it awaits': ({ context }) => callOf(context).type === 'await',
    'it has waited enough': ({ context, event }) =>
      event.view.now - context.startedAt >= Number(callOf(context)['forMs'] ?? 60_000) * 1000,
    'more nodes follow': ({ context }) => context.next + 1 < nodesOf(context).length,
    'it was sent': ({ context }) => context.sent,
    'it may have had an effect': ({ context }) => context.sent && callOf(context).type !== 'get',
    'there is nothing to push': ({ context }) =>
      callOf(context).type === 'outcome' && context.seen !== 'success',
  },
  delays: { 'its patience': ({ context }) => patienceOf(context) },
}).createMachine({
  id: 'operator',
  context: ({ input }) =>
    joined(input.input, {
      connection: 0,
      operation: null,
      next: 0,
      attempt: 0,
      startedAt: 0,
      seen: '',
      sent: false,
    }),
  initial: 'idle',
  states: {
    idle: { on: { invoke: { target: 'beginning', actions: 'remember the call' } } },
    beginning: {
      always: [
        {
          guard: 'there is nothing to push',
          target: 'idle',
          actions: done('fail', () => 'nothing to push: the failover was not seen to succeed'),
        },
        { target: 'connecting' },
      ],
    },
    connecting: {
      entry: {
        type: 'open',
        params: ({ context }) => ({
          to: nodesOf(context)[context.next] as string,
          timeoutMs: patienceOf(context),
          subject: (context.operation as Invocation).id,
        }),
      },
      on: {
        opened: [
          {
            guard: 'a password is set',
            target: 'authenticating',
            actions: assign({ connection: ({ event }) => event.connection }),
          },
          { target: 'greeted', actions: assign({ connection: ({ event }) => event.connection }) },
        ],
        unopened: unanswered,
      },
    },
    authenticating: {
      entry: {
        type: 'send',
        params: ({ context }) => ({
          connection: context.connection,
          message: { type: 'auth', operation: 0, attempt: 0, password: context.password },
          subject: (context.operation as Invocation).id,
        }),
      },
      on: { 'message.auth-reply': 'greeted', closed: unanswered, reset: unanswered },
      after: { 'its patience': unanswered },
    },
    greeted: {
      always: [{ guard: 'it reads at a slave', target: 'going read-only' }, { target: 'asking' }],
    },
    'going read-only': {
      entry: {
        type: 'send',
        params: ({ context }) => ({
          connection: context.connection,
          message: { type: 'readonly', operation: 0, attempt: 0 },
          subject: (context.operation as Invocation).id,
        }),
      },
      on: { 'message.readonly-reply': 'asking', closed: unanswered, reset: unanswered },
      after: { 'its patience': unanswered },
    },
    asking: {
      entry: [
        'count the attempt',
        assign({ sent: true }),
        {
          type: 'send',
          params: ({ context }) => ({
            connection: context.connection,
            message: commandOf(context),
            subject: (context.operation as Invocation).id,
          }),
        },
      ],
      on: { ...onReply, closed: unanswered, reset: unanswered },
      after: { 'its patience': unanswered },
    },
    waiting: {
      after: {
        50: [
          {
            guard: 'it has waited enough',
            target: 'idle',
            actions: done('info', () => 'the failover had not ended'),
          },
          { target: 'connecting' },
        ],
      },
    },
  },
});
