/**
 * The attempt from its intent on: only a definite answer of the slave moves the old master.
 * Sources: kvrocks-graceful-failover.md, 4.5 and 4.2 (7, 8); graceful.md, switching to restart.
 */
import { noteRole } from '../kvrocks/node.js';
import { handedOver, type Topology } from '../kvrocks/topology.js';
import { aborting } from './before-intent.js';
import type { HandoverContext, Intent } from './context.js';
import {
  because,
  becauseOfTheCall,
  follow,
  isTagged,
  raising,
  request,
  startCall,
  stopCall,
} from './orders.js';
import { type Args, server } from './setup.js';

const openIntent = server.assign(({ context }) => ({
  attempts: context.attempts + 1,
  intent: {
    number: context.attempts + 1,
    epoch: (context.topology?.version ?? 0) + 1,
    target: context.peer,
    offset: context.targetOffset,
  },
}));

const closeIntent = server.assign({ intent: null });

/** What the topology becomes when the slave has taken over. */
const newTopology = (context: HandoverContext): Topology => {
  const { target, epoch } = context.intent as Intent;
  return handedOver(context.topology as Topology, target, epoch);
};

const persist = (tag: string, fields: (context: HandoverContext) => Record<string, never>) => ({
  type: 'persist' as const,
  params: ({ context }: Args) => ({ fields: fields(context), tag }),
});

/** Only `taken`, `refused` and `cancelled` of this attempt are definite (R1). */
const onAnswer = [
  { guard: 'the slave took over', target: '#server.job.taken' },
  {
    guard: 'the slave refused',
    target: '#server.job.closing',
    actions: because('the slave refused'),
  },
] as const;

/** Remembers the line that was no `+OK`. */
const becauseOfTheLine = server.assign(({ event }) => {
  const line = event.type === 'told.answered' ? event.message.reply['error'] : undefined;
  return { reason: `TAKEOVER failed: ${line ?? 'no verdict on this attempt'}` };
});

export const asking = {
  switching: {
    entry: [raising('switching'), openIntent],
    always: [{ guard: 'intents are durable', target: 'intending' }, { target: 'asking' }],
  },
  intending: {
    entry: persist('intent', ({ attempts, intent }) => ({ attempts, intent }) as never),
    on: {
      ...aborting,
      // Found by fuzzing: the call that was opened before the pause breaks while the intent is
      // being written. Nothing was sent, so it is an abort; unheard, nobody would ever ask or
      // answer. The disk keeps the order, so the intent is closed in the end.
      'told.call-failed': { target: 'closing', actions: becauseOfTheCall },
      persisted: { guard: isTagged('intent'), target: 'asking' },
      storageFailed: {
        guard: isTagged('intent'),
        target: 'failing',
        actions: [closeIntent, because('the intent could not be written')],
      },
    },
  },
  asking: {
    initial: 'beginning',
    states: {
      beginning: {
        always: [
          {
            guard: 'the call is opened first',
            target: 'going',
            actions: {
              type: 'tell',
              params: ({ context }: Args) => ({
                machine: 'call',
                message: { type: 'go', request: request('takeover')(context) },
              }),
            },
          },
          { target: 'going', actions: startCall(request('takeover')) },
        ],
      },
      going: {},
    },
    on: {
      ...aborting,
      'told.answered': [
        ...onAnswer,
        { guard: 'names are kept in doubt', target: 'doubting' },
        { guard: 'attempts have names', target: 'closing', actions: becauseOfTheLine },
        { guard: 'the slave says OK', target: 'taken' },
        { target: 'closing', actions: becauseOfTheLine },
      ],
      'told.call-failed': [
        { guard: 'nothing was sent', target: 'closing', actions: becauseOfTheCall },
        { guard: 'doubt is kept', target: 'doubting' },
        { target: 'closing', actions: becauseOfTheCall },
      ],
    },
  },
} as const;

export const doubting = {
  doubting: {
    entry: [
      server.assign(({ event }) => ({ doubtSince: event.view.now })),
      { type: 'note', params: { subject: 'in doubt', value: true } },
    ],
    exit: [stopCall, { type: 'note', params: { subject: 'in doubt', value: false } }],
    on: aborting,
    initial: 'choosing',
    states: {
      choosing: {
        always: [
          {
            guard: 'the doubt has lasted',
            target: 'questioning',
            actions: startCall(request('cancel')),
          },
          { target: 'questioning', actions: startCall(request('takeover')) },
        ],
      },
      questioning: {
        on: {
          'told.answered': [
            ...onAnswer,
            { guard: 'a bare OK is enough', target: '#server.job.taken' },
            { target: 'resting' },
          ],
          'told.call-failed': 'resting',
        },
      },
      resting: {
        entry: stopCall,
        after: { 'the pause between questions': 'choosing' },
      },
    },
  },
} as const;

const stepDown = [
  server.assign(({ context }) => ({
    topology: newTopology(context),
    master: context.intent?.target ?? null,
    migrated: null,
    imported: null,
    intent: null,
  })),
  noteRole,
  follow,
  'announce the new master',
  raising('success'),
] as const;

export const settling = {
  taken: {
    entry: stopCall,
    always: [
      { guard: 'the old master steps down', target: 'checking the log' },
      { target: 'marking' },
    ],
  },
  'checking the log': {
    // What lies beyond the target is no part of the new master's lineage, and by number alone a
    // resync would not tell: it goes. With a barrier and a gate there is nothing.
    always: [
      { guard: 'the log goes beyond the target', target: 'cutting' },
      { guard: 'intents are volatile', target: 'idle', actions: stepDown },
      { target: 'stepping down' },
    ],
  },
  cutting: {
    entry: [
      'stop every feed',
      {
        type: 'note',
        params: ({ context, event }: Args) => ({
          subject: 'cut off',
          value: event.view.applied - (context.intent as Intent).offset,
        }),
      },
      {
        type: 'truncate',
        params: ({ context }: Args) => ({ after: (context.intent as Intent).offset, tag: 'cut' }),
      },
    ],
    on: {
      ...aborting,
      truncated: { guard: isTagged('cut'), target: 'checking the log' },
      storageFailed: { guard: isTagged('cut'), target: 'cutting again' },
    },
  },
  'cutting again': { on: aborting, after: { 'the pause between questions': 'cutting' } },
  'stepping down': {
    entry: persist(
      'step down',
      (context) => ({ topology: newTopology(context), intent: null }) as never,
    ),
    on: {
      ...aborting,
      persisted: { guard: isTagged('step down'), target: 'idle', actions: stepDown },
      storageFailed: { guard: isTagged('step down'), target: 'stepping down again' },
    },
  },
  'stepping down again': {
    on: aborting,
    after: { 'the pause between questions': 'stepping down' },
  },
  marking: {
    entry: {
      type: 'occupy',
      params: { job: -1, command: { type: 'mark slots' }, exclusive: true },
    },
    exit: { type: 'vacate', params: { job: -1 } },
    on: {
      ...aborting,
      admitted: {
        guard: 'it is marking',
        target: 'idle',
        actions: [
          server.assign(({ context }) => ({ migrated: context.peer, intent: null })),
          noteRole,
          raising('success'),
        ],
      },
    },
  },
  closing: {
    entry: [stopCall, closeIntent],
    on: aborting,
    initial: 'choosing',
    states: {
      choosing: {
        always: [
          { guard: 'intents are volatile', target: '#server.job.failing' },
          { target: 'writing' },
        ],
      },
      writing: {
        entry: persist('close', () => ({ intent: null }) as never),
        on: {
          persisted: { guard: isTagged('close'), target: '#server.job.failing' },
          storageFailed: { guard: isTagged('close'), target: 'waiting' },
        },
      },
      waiting: { after: { 'the pause between questions': 'writing' } },
    },
  },
  failing: {
    entry: [
      stopCall,
      {
        type: 'note',
        params: ({ context }: Args) => ({ subject: 'failure', value: context.reason }),
      },
      raising('failed'),
    ],
    always: 'idle',
  },
} as const;
