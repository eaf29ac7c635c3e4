/** Everything that the root's regions may name: effects, orders, claims and delays. */
import { enqueueActions, setup } from 'xstate';
import { effectActions, type MachineInput, type Message } from '../../runtime/vocabulary.js';
import { nodeActions } from '../kvrocks/connections.js';
import { askerOf, type NodeOptions } from '../kvrocks/context.js';
import { isAbout, type Loose, nodeGuards } from '../kvrocks/node.js';
import { nodeIn, type Topology } from '../kvrocks/topology.js';
import {
  type HandoverContext,
  type HandoverEvent,
  knowsAttempts,
  type Persisted,
  slaveOffset,
} from './context.js';
import type { HandoverKnobs } from './knobs.js';

/** What a node is configured with. */
export type ServerInput = {
  options: NodeOptions;
  knobs: HandoverKnobs;
  /** Whether its software has the handover at all. */
  patched: boolean;
  /** The topology that was pushed before the run; null for a blank node. */
  topology: Topology | null;
};

export type Args = { context: HandoverContext; event: HandoverEvent };

const knob =
  (name: keyof HandoverKnobs) =>
  ({ context }: Args) =>
    context.knobs[name] !== false && context.knobs[name] !== 0;

/** The command of an event in service. */
export const commandOf = (event: HandoverEvent): Message => askerOf(event as never).command;

const isServed = (event: HandoverEvent, type: string) =>
  event.type === 'served' && isAbout(event as never, type);

/** The answer of the slave, as its verdict on our attempt: only one that repeats both is definite. */
export function definite({ context, event }: Args): string | null {
  if (event.type !== 'told.answered' || context.intent === null) return null;
  const { reply } = event.message;
  const facts = reply['facts'] as Message | undefined;
  if (reply['status'] !== 'ok' || facts === undefined) return null;
  if (facts['master'] !== context.self || facts['target'] !== context.intent.target) return null;
  if (facts['number'] !== context.intent.number || facts['epoch'] !== context.intent.epoch)
    return null;
  return reply['value'] as string;
}

/** How long it is until the pause has lasted for some milliseconds. */
const untilPaused = ({ context, event }: Args, ms: number) =>
  Math.max(0, ms * 1000 - (event.view.now - context.startedAt)) / 1000;

const handoverGuards = {
  barrier: knob('barrier'),
  'acks are forced': knob('forcedAck'),
  'the call is opened first': knob('preconnect'),
  'intents are durable': knob('persistence'),
  'doubt is kept': knob('inDoubt'),
  'the old master steps down': knob('demote'),
  'the slave detaches first': knob('detachFirst'),
  'the slave syncs first': knob('syncBeforeTakeover'),
  'the slave is promoted': knob('promote'),
  'attempts have names': knob('attemptToken'),
  'SETNODES is fenced': knob('topologyFence'),

  'a job is due': ({ context }: Args) => context.triggered,
  'no intent is open': ({ context }: Args) => context.intent === null,
  'an intent is open': ({ context }: Args) => context.intent !== null,
  'the target is unknown': ({ context }: Args) =>
    context.topology === null || nodeIn(context.topology, context.peer) === undefined,
  'the slave is not attached': ({ context }: Args) => slaveOffset(context) === undefined,
  'the slave knows no attempts': ({ context }: Args) =>
    context.knobs.attemptToken &&
    !context.slaves.some(
      ({ address, knows }) => address === context.peer && knows.includes(knowsAttempts),
    ),
  'it is an ack of the target': ({ context, event }: Args) =>
    event.type === 'told.acked' && event.message.slave === context.peer,
  'the slave has caught up': ({ context }: Args) =>
    (slaveOffset(context) ?? -1) >= context.targetOffset,
  'the offset is polled': ({ context }: Args) => context.knobs.pollMs > 0,
  'the sync timed out': ({ context, event }: Args) =>
    event.view.now - context.startedAt > context.timeoutMs * 1000,
  'it is a barrier': ({ event }: Args) => event.type === 'drained' && event.tag === 'barrier',
  'it is the last barrier': ({ context, event }: Args) =>
    event.type === 'drained' && event.tag === 'barrier' && context.barriers === 1,

  'the slave took over': (args: Args) => definite(args) === 'taken',
  'the slave refused': (args: Args) =>
    definite(args) === 'refused' || definite(args) === 'cancelled',
  'the slave says OK': ({ event }: Args) =>
    event.type === 'told.answered' && event.message.reply['status'] === 'ok',
  'nothing was sent': ({ event }: Args) => event.type === 'told.call-failed' && !event.message.sent,
  'names are kept in doubt': ({ context }: Args) =>
    context.knobs.attemptToken && context.knobs.inDoubt,
  'a bare OK is enough': ({ context, event }: Args) =>
    !context.knobs.attemptToken &&
    event.type === 'told.answered' &&
    event.message.reply['status'] === 'ok',
  'the log goes beyond the target': ({ context, event }: Args) =>
    context.intent !== null && event.view.applied > context.intent.offset,
  'verdicts are recorded': ({ context }: Args) =>
    context.knobs.persistence && (context.knobs.attemptToken || context.knobs.promote),
  'intents are volatile': ({ context }: Args) => !context.knobs.persistence,
  'the record is written': ({ context }: Args) => context.knobs.persistence,
  'the doubt has lasted': ({ context, event }: Args) =>
    context.knobs.attemptToken &&
    event.view.now - context.doubtSince > context.knobs.cancelAfterMs * 1000,

  'it is FAILOVER': ({ event }: Args) => isServed(event, 'failover'),
  'it is TAKEOVER or CANCEL': ({ event }: Args) =>
    isServed(event, 'takeover') || isServed(event, 'cancel'),
  'it is SETNODES': ({ event }: Args) => isServed(event, 'setnodes'),
  'it is INFO': ({ event }: Args) => isServed(event, 'info'),
  'it is marking': ({ event }: Args) =>
    event.type === 'admitted' && event.command.type === 'mark slots',
  'the tag is': ({ event }: Args, tag: string) => 'tag' in event && event.tag === tag,
};

const handoverActions = {
  'ask for an ack': enqueueActions(({ context, enqueue }: Loose) => {
    if (!context.knobs.forcedAck) return;
    for (const { address, connection, feed } of (context as HandoverContext).slaves) {
      if (address !== context.peer || feed !== 'running') continue;
      const message = { type: 'getack' };
      enqueue({ type: 'tell', params: { machine: 'feed', key: connection, message } });
    }
  }),
  'announce the new master': enqueueActions(({ context, enqueue }: Loose) => {
    if (!context.knobs.announce) return;
    for (const { connection: key, feed, knows } of (context as HandoverContext).slaves) {
      // Other software would take the news for a batch that it can't apply.
      if (feed !== 'running' || !knows.includes(knowsAttempts)) continue;
      const message = { type: 'announce', topology: context.topology };
      enqueue({ type: 'tell', params: { machine: 'feed', key, message } });
    }
  }),
};

export const server = setup({
  types: {
    context: {} as HandoverContext,
    events: {} as HandoverEvent,
    input: {} as MachineInput<ServerInput, Partial<Persisted>>,
  },
  actions: {
    ...effectActions,
    ...(nodeActions as Record<keyof typeof nodeActions, () => void>),
    ...(handoverActions as Record<keyof typeof handoverActions, () => void>),
  },
  guards: {
    ...(nodeGuards as Loose as Record<keyof typeof nodeGuards, () => boolean>),
    ...handoverGuards,
  },
  delays: {
    'the sampling time': ({ context }) =>
      Math.max(100, Math.min(3000, Math.floor(context.timeoutMs / 2))),
    'the time left': (args) => untilPaused(args, args.context.timeoutMs),
    'the pause between questions': ({ context }) => context.knobs.retryMs,
    // The loop tests the time before the offset, at points of its grid.
    'the last look': (args) => {
      const { timeoutMs, knobs } = args.context;
      return untilPaused(args, (Math.floor(timeoutMs / knobs.pollMs) + 1) * knobs.pollMs);
    },
  },
});
