/**
 * The slave's side: what it decides when it is told to take over, or that it must not.
 *
 * Sources: kvrocks-graceful-failover.md, 5; graceful.md, The verdict of S and Rules.
 *
 * | rule | source |
 * | --- | --- |
 * | not in its topology; already master: OK, nothing done; no master | 5, tests in order |
 * | every slot of its master enters the imported set (without `promote`), nothing is persisted | 5 |
 * | a verdict that is kept is repeated; a lower attempt is refused (R2, R6) | graceful.md, (1) |
 * | CANCEL is persisted before it is answered | graceful.md, (2) |
 * | stop replicating and join first (`detachFirst`), test afterwards (R5) | graceful.md, (3) |
 * | sender is its master, epoch is its own + 1, target applied; else a durable refusal | (4) |
 * | sync, persist {role, epoch, verdict} at once (R4), open, answer | graceful.md, (5) |
 * | an answer names the attempt and this node's own id, and is durable before it is sent | R1 |
 * | what cannot be synced or persisted is no answer; the slave follows again | graceful.md |
 * | a bare TAKEOVER names no attempt: an error (`attemptToken`) | graceful.md, R1, R2 |
 *
 * R3: TAKEOVER, CANCEL and SETNODES run under the exclusive guard, so one at a time. The proposal's
 * bare TAKEOVER is decided within one step and runs beside other commands, as in the source.
 * Without `promote` the verdict is persisted all the same; it is the imported set that is volatile.
 */
import type { Message } from '../../runtime/vocabulary.js';
import { askerOf } from '../kvrocks/context.js';
import { noteRole, replyTo } from '../kvrocks/node.js';
import { noAttempt, noMaster, notInitialized } from '../kvrocks/replies.js';
import { handedOver, roleIn, type Topology } from '../kvrocks/topology.js';
import type { HandoverContext, Verdict } from './context.js';
import { follow, isTagged } from './orders.js';
import { type Args, server } from './setup.js';

const askedOf = ({ asked }: HandoverContext): Message => asked?.command as Message;

/** Whether it is master, or serves its master's slots and follows it no more. */
const isMaster = ({ topology, self, master }: HandoverContext) =>
  roleIn(topology, self) === 'master' || master === null;

/** The kept verdict that answers the command: of this attempt, or of a higher one. */
function kept(context: HandoverContext): Verdict | undefined {
  const asked = askedOf(context);
  if (!context.knobs.attemptToken || asked['master'] === null) return undefined;
  const verdict = context.verdicts[asked['master'] as string];
  return verdict !== undefined && verdict.number >= (asked['number'] as number)
    ? verdict
    : undefined;
}

/** Whether the slave may take over: R5, it has stopped replicating by now. */
function passes({ context, event }: Args): boolean {
  if (!context.knobs.attemptToken) return true;
  const asked = askedOf(context);
  return (
    asked['target'] === context.self &&
    asked['master'] === context.master &&
    asked['epoch'] === (context.topology?.version ?? 0) + 1 &&
    !context.fullSyncing &&
    event.view.applied >= (asked['offset'] as number)
  );
}

const withVerdict = (context: HandoverContext, outcome: Verdict['outcome']) => {
  const asked = askedOf(context);
  if (asked['master'] === null) return context.verdicts;
  const verdict = {
    number: asked['number'] as number,
    epoch: asked['epoch'] as number,
    outcome,
  };
  return { ...context.verdicts, [asked['master'] as string]: verdict };
};

const promoted = (context: HandoverContext): Topology => {
  const topology = context.topology as Topology;
  return handedOver(topology, context.self, topology.version + 1);
};

/** Answers with a verdict on the attempt that was asked about, and lets the next command in. */
const answering = (outcome: (context: HandoverContext) => Verdict['outcome'] | null) => [
  {
    type: 'send' as const,
    params: ({ context }: Args) => {
      const { master, number, epoch } = askedOf(context);
      const value = outcome(context);
      const named = context.knobs.attemptToken && value !== null;
      // R1: its own id, whomever the sender meant.
      const facts = { master, number, epoch, target: context.self };
      return replyTo(context, context.asked as never, named ? { value, facts } : {});
    },
  },
  { type: 'vacate' as const, params: ({ context }: Args) => ({ job: context.asked?.job ?? 0 }) },
];

const erring = (error: string) => [
  {
    type: 'send' as const,
    params: ({ context }: Args) => replyTo(context, context.asked as never, { error }),
  },
  { type: 'vacate' as const, params: ({ context }: Args) => ({ job: context.asked?.job ?? 0 }) },
];

const forget = server.assign({ asked: null });
const persist = (tag: string, fields: (context: HandoverContext) => Record<string, unknown>) => ({
  type: 'persist' as const,
  params: ({ context }: Args) => ({ fields: fields(context) as never, tag }),
});

const decide = (outcome: Verdict['outcome']) => server.assign({ outcome });

/** Remembers the verdict, once it is durable. */
const keep = server.assign(({ context }) => ({ verdicts: withVerdict(context, context.outcome) }));

/** Goes back to its master after a test that failed, if it had left it. */
const followAgain = server.enqueueActions(({ context, enqueue }) => {
  if (context.knobs.detachFirst) enqueue(follow as never);
});

/** Leaves everything as it was, so that the attempt may be asked about again. */
const givingUp = [
  server.enqueueActions(({ context, enqueue }) => {
    if (context.outcome === 'taken') enqueue(followAgain as never);
  }),
  ...erring('ERR io'),
];

/** Serves its master's slots without being master: the proposal's way. */
const importSlots = [
  server.assign(({ context }) => ({
    imported: context.master,
    // Detached for good: the thread is gone, so there is none to stop when SETNODES comes.
    ...(context.knobs.detachFirst && { master: null }),
  })),
  noteRole,
] as const;

const takeOver = [
  server.assign(({ context }) => ({
    topology: promoted(context),
    master: null,
    imported: null,
    migrated: null,
    linkUp: false,
  })),
  noteRole,
  server.raise(({ event }) => ({ type: 'assign.none' as const, view: event.view })),
] as const;

const weighing = {
  weighing: {
    always: [
      {
        guard: ({ context }: Args) => roleIn(context.topology, context.self) === 'none',
        target: 'idle',
        actions: erring(notInitialized),
      },
      {
        guard: ({ context }: Args) =>
          context.knobs.attemptToken && askedOf(context)['master'] === null,
        target: 'idle',
        actions: erring(noAttempt),
      },
      {
        // R6: what was decided stays decided; a lower attempt is refused.
        guard: ({ context }: Args) => kept(context) !== undefined,
        target: 'idle',
        actions: answering((context) => {
          const verdict = kept(context) as Verdict;
          return verdict.number === askedOf(context)['number'] ? verdict.outcome : 'refused';
        }),
      },
      {
        guard: ({ context }: Args) => askedOf(context).type === 'cancel',
        target: 'deciding',
        actions: decide('cancelled'),
      },
      {
        guard: ({ context }: Args) => isMaster(context) && !context.knobs.attemptToken,
        target: 'idle',
        actions: answering(() => null),
      },
      {
        guard: ({ context }: Args) => context.master === '',
        target: 'idle',
        actions: erring(noMaster),
      },
      { guard: ({ context }: Args) => context.master === null, target: 'refusing' },
      { guard: 'the slave detaches first', target: 'detaching' },
      { target: 'testing' },
    ],
  },
  detaching: {
    entry: { type: 'tell', params: { machine: 'replication', message: { type: 'stop' } } },
    on: { 'told.stopped': 'testing' },
  },
  testing: {
    always: [
      { guard: passes, target: 'passed', actions: decide('taken') },
      { target: 'refusing', actions: followAgain },
    ],
  },
} as const;

const deciding = {
  passed: {
    always: [{ guard: 'the slave syncs first', target: 'syncing' }, { target: 'deciding' }],
  },
  syncing: {
    entry: { type: 'sync', params: { tag: 'takeover' } },
    on: {
      synced: { guard: isTagged('takeover'), target: 'deciding' },
      storageFailed: { guard: isTagged('takeover'), target: 'idle', actions: givingUp },
    },
  },
  refusing: { entry: decide('refused'), always: 'deciding' },
  deciding: {
    always: [{ guard: 'verdicts are recorded', target: 'recording' }, { target: 'decided' }],
  },
  recording: {
    entry: persist('verdict', (context) => ({
      ...(context.outcome === 'taken' && context.knobs.promote && { topology: promoted(context) }),
      verdicts: withVerdict(context, context.outcome),
    })),
    on: {
      persisted: { guard: isTagged('verdict'), target: 'decided' },
      // A verdict that cannot be persisted is no answer.
      storageFailed: { guard: isTagged('verdict'), target: 'idle', actions: givingUp },
    },
  },
  decided: {
    entry: keep,
    always: [
      {
        guard: ({ context }: Args) => context.outcome !== 'taken',
        target: 'idle',
        actions: answering(({ outcome }) => outcome),
      },
      {
        guard: 'the slave is promoted',
        target: 'idle',
        actions: [...takeOver, ...answering(() => 'taken')],
      },
      { target: 'idle', actions: [...importSlots, ...answering(() => 'taken')] },
    ],
  },
} as const;

export const verdict = server.createStateConfig({
  initial: 'idle',
  states: {
    idle: {
      entry: forget,
      on: {
        served: {
          guard: 'it is TAKEOVER or CANCEL',
          target: 'weighing',
          actions: server.assign(({ event }) => ({ asked: askerOf(event as never) })),
        },
      },
    },
    ...weighing,
    ...deciding,
  },
} as never);
