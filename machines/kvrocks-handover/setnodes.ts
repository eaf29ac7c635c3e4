/**
 * SETNODES: how a topology that an operator or another node brings becomes this node's.
 *
 * Sources: kvrocks-graceful-failover.md, 9; kvrocks-replication.md, 6 and 7; graceful.md, SETNODES,
 * `topologyFence`, `roleGuard`, `announce`, R3, R4, R8.
 *
 * | rule | source |
 * | --- | --- |
 * | lower version: error; same version: OK and nothing done | 7 |
 * | same version with other content is refused (`topologyFence`) | graceful.md |
 * | refused while an intent is open, before all other tests; accepted content aborts the attempt, \
 *   before the intent or forced (`topologyFence`); without it the job runs on | graceful.md |
 * | refused when it gives this node another role than a handover has left it in (`roleGuard`), \
 *   unless forced | graceful.md |
 * | replace the topology; stop and start replication; clear migrated slots; clear both slot sets;
 *   reset the failover state; write the file; OK | 9, steps 1 to 6 |
 * | the record is durable before it counts (`persistence`) | graceful.md, R4 |
 * | news of a new master counts only with a higher epoch | graceful.md, R8 |
 *
 * Assumed: the clean-up takes a number for each slot, as in Kvrocks, in batches of 256 slots.
 */
import { askerOf } from '../kvrocks/context.js';
import { noteRole, replyTo } from '../kvrocks/node.js';
import { masterIn } from '../kvrocks/topology.js';
import type { HandoverContext } from './context.js';
import { follow, isTagged } from './orders.js';
import { cleanUp, pushedOf, pushRefusal } from './push.js';
import { type Args, server } from './setup.js';

/** Replies to the push in hand and lets the next command in. */
const answering = (error: (context: HandoverContext) => string | undefined) => [
  {
    type: 'send' as const,
    params: ({ context }: Args) => {
      const told = error(context);
      return replyTo(context, context.pushed as never, told === undefined ? {} : { error: told });
    },
  },
  { type: 'vacate' as const, params: ({ context }: Args) => ({ job: context.pushed?.job ?? 0 }) },
];

const refused = ({ context }: Args) => pushRefusal(context) !== null;
const master = (context: HandoverContext) => masterIn(pushedOf(context), context.self);

const abortAttempt = server.raise(({ event }) => ({
  type: 'abort the attempt' as const,
  view: event.view,
}));

const persistPushed = (tag: string) => ({
  type: 'persist' as const,
  params: ({ context }: Args) => ({
    fields: {
      topology: pushedOf(context),
      ...(closesIntent(context) && { intent: null }),
    } as never,
    tag,
  }),
});

/** A fenced push that is carried out has ended the attempt; otherwise the job runs on. */
const closesIntent = ({ knobs }: HandoverContext) => knobs.topologyFence && knobs.persistence;

const clearSlots = server.enqueueActions(({ context, enqueue }) => {
  for (const batch of context.clearing) {
    enqueue({ type: 'append', params: { batch, tag: 'clean-up' } });
  }
});

const accepting = {
  idle: {
    entry: server.assign({ pushed: null }),
    on: {
      served: {
        guard: 'it is SETNODES',
        target: 'judging',
        actions: server.assign(({ event }) => ({ pushed: askerOf(event as never) })),
      },
    },
  },
  judging: {
    always: [
      {
        guard: refused,
        target: 'idle',
        actions: answering((context) => {
          const refusal = pushRefusal(context);
          return refusal === 'done' || refusal === null ? undefined : refusal;
        }),
      },
      {
        guard: 'SETNODES is fenced',
        target: 'accepted',
        actions: abortAttempt,
      },
      { target: 'accepted' },
    ],
  },
  accepted: {
    always: [{ guard: 'intents are volatile', target: 'replacing' }, { target: 'recording' }],
  },
  recording: {
    entry: persistPushed('push'),
    on: {
      persisted: { guard: isTagged('push'), target: 'replacing' },
      storageFailed: {
        guard: isTagged('push'),
        target: 'idle',
        actions: answering(() => 'ERR io'),
      },
    },
  },
} as const;

const carryingOut = {
  replacing: {
    entry: server.assign(({ context }) => ({
      clearing: cleanUp(context),
      topology: pushedOf(context),
      ...(context.knobs.topologyFence && { intent: null }),
    })),
    always: [
      {
        guard: ({ context }: Args) => context.master === master(context),
        target: 'clearing',
      },
      { guard: ({ context }: Args) => context.master === null, target: 'linking' },
      { target: 'unlinking' },
    ],
  },
  unlinking: {
    // RemoveMaster, or the first half of AddMaster: the thread is stopped and joined.
    entry: { type: 'tell', params: { machine: 'replication', message: { type: 'stop' } } },
    on: { 'told.stopped': 'linking' },
  },
  linking: {
    entry: [server.assign(({ context }) => ({ master: master(context), linkUp: false })), follow],
    always: 'clearing',
  },
  clearing: {
    entry: clearSlots,
    always: { guard: ({ context }: Args) => context.clearing.length === 0, target: 'resetting' },
    on: {
      appended: {
        guard: isTagged('clean-up'),
        actions: server.assign(({ context }) => ({ clearing: context.clearing.slice(1) })),
      },
      storageFailed: { guard: isTagged('clean-up'), target: 'resetting' },
    },
  },
  resetting: {
    entry: [
      server.assign({ migrated: null, imported: null, clearing: [] }),
      noteRole,
      server.raise(({ event }) => ({ type: 'assign.none' as const, view: event.view })),
    ],
    always: [
      { guard: 'the record is written', target: 'idle', actions: answering(() => undefined) },
      { target: 'writing the file' },
    ],
  },
  'writing the file': {
    entry: persistPushed('file'),
    on: {
      persisted: {
        guard: isTagged('file'),
        target: 'idle',
        actions: answering(() => undefined),
      },
      storageFailed: {
        guard: isTagged('file'),
        target: 'idle',
        actions: answering(() => 'ERR io'),
      },
    },
  },
} as const;

/** News from the old master runs like a push, under the same guard, once for each version. */
const onAnnounce = {
  guard: ({ context, event }: Args) =>
    event.type === 'told.announce' &&
    event.message.topology.version > Math.max(context.announced, context.topology?.version ?? 0),
  actions: [
    {
      type: 'occupy',
      params: ({ event }: Args) => {
        const { topology } = (event as unknown as { message: { topology: never } }).message;
        const { version } = topology as { version: number };
        return {
          job: -10 - version,
          command: { type: 'setnodes', operation: 0, attempt: 0, force: false, topology },
          exclusive: true,
          service: 'admin',
        };
      },
    },
    server.assign(({ event }) => ({
      announced: (event as unknown as { message: { topology: { version: number } } }).message
        .topology.version,
    })),
  ],
} as const;

export const setnodes = server.createStateConfig({
  initial: 'idle',
  on: { 'told.announce': onAnnounce },
  states: { ...accepting, ...carryingOut },
} as never);
