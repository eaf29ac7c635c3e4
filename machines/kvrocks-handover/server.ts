/**
 * A node of the store with the handover: one process, whatever its role. What exists once in it is a
 * region; feeds, the replication thread, a full sync and the outgoing call are machines of their own.
 *
 * With no safeguard it is Apache Kvrocks PR #3295 as its reference describes it; with all it is
 * `graceful`. Each region names the rules it models and where they come from.
 */

import type { AnyStateMachine } from 'xstate';
import type { MachineInput } from '../../runtime/vocabulary.js';
import { feedsOf, startingNode } from '../kvrocks/context.js';
import { joined } from '../kvrocks/joined.js';
import {
  type CommandRules,
  commandsRegion,
  linkRegion,
  noteRole,
  replying,
  vacating,
} from '../kvrocks/node.js';
import { inProgress, invalidTimeout, isSlave, negativeTimeout } from '../kvrocks/replies.js';
import { roleIn } from '../kvrocks/topology.js';
import {
  type HandoverContext,
  ineligibility,
  knowsAttempts,
  type Persisted,
  roleHeld,
} from './context.js';
import { failoverState } from './failover-state.js';
import { job } from './job.js';
import type { HandoverKnobs } from './knobs.js';
import { follow } from './orders.js';
import { setnodes } from './setnodes.js';
import { type Args, commandOf, server as parts, type ServerInput } from './setup.js';
import { verdict } from './verdict.js';

const defaultTimeoutMs = 1000;

/** Acceptance of FAILOVER: the error it gets, or null. Order as in the source, 4.1. */
export function failoverRefusal({ context, event }: Args): string | null {
  const timeout = commandOf(event)['timeoutMs'] ?? defaultTimeoutMs;
  if (typeof timeout !== 'number' || !Number.isInteger(timeout)) return invalidTimeout;
  if (timeout < 0) return negativeTimeout;
  if (context.failover !== 'none' && context.failover !== 'failed') return inProgress;
  if (context.master !== null) return isSlave;
  const target = commandOf(event)['target'] as string;
  if (!context.knobs.refuseEarly) return null;
  if (roleIn(context.topology, context.self) !== 'master') return isSlave;
  if (context.triggered || context.intent !== null) return inProgress;
  return ineligibility(context, target);
}

const failoverCommand = parts.createStateConfig({
  on: {
    served: [
      {
        guard: ({ context, event }: Args) =>
          isFailover(event) && failoverRefusal({ context, event }) !== null,
        actions: [
          replying<HandoverContext>((args) => ({ error: failoverRefusal(args as Args) as string })),
          vacating,
        ],
      },
      {
        guard: 'it is FAILOVER',
        actions: [
          parts.assign(({ event }) => ({
            target: commandOf(event)['target'] as string,
            timeoutMs: (commandOf(event)['timeoutMs'] as number | undefined) ?? defaultTimeoutMs,
            triggered: true,
          })),
          parts.raise(({ event }) => ({ type: 'assign.started' as const, view: event.view })),
          replying(() => ({})),
          vacating,
        ],
      },
      {
        guard: 'it is INFO',
        actions: [
          replying<HandoverContext>(({ context }) => ({ facts: infoOf(context) })),
          vacating,
        ],
      },
    ],
  },
} as never);

function isFailover(event: Args['event']): boolean {
  return event.type === 'served' && event.command.type === 'failover';
}

/** Whether a verdict waits for a disk or a thread. */
const takesTime = (knobs: HandoverKnobs) =>
  knobs.attemptToken || knobs.promote || knobs.detachFirst || knobs.syncBeforeTakeover;

/** CLUSTER INFO and the role: the failover line is for masters only, in the proposal. */
export function infoOf(context: HandoverContext): Record<string, string | number | null> {
  const role = roleIn(context.topology, context.self);
  const isMaster = role === 'master' && context.master === null;
  const prints = context.patched && (isMaster || context.knobs.demote);
  return {
    role,
    master: context.master,
    cluster_current_epoch: context.topology?.version ?? 0,
    ...(prints && { cluster_failover_state: context.failover }),
    failover_reason: context.reason,
    attached: feedsOf(context).length,
  };
}

/** What the handover has to say about commands: which are known, run alone, copy a node. */
export const commandRules: CommandRules = {
  isKnown: ({ patched, knobs }: HandoverContext, type) => {
    if (type === 'cancel') return knobs.attemptToken;
    return patched || (type !== 'failover' && type !== 'takeover');
  },
  isExclusive: (context: HandoverContext, type) =>
    type === 'setnodes' ||
    // R3. The bare TAKEOVER of the proposal is decided within one step, so it needs no guard.
    type === 'cancel' ||
    (type === 'takeover' && takesTime(context.knobs)),
  // Found by fuzzing: a slave that was not attached when its master stepped down heard no news, and
  // found a master that it may not copy (R7) for ever. It is told when it comes.
  newsFor: ({ knobs, topology, master }: HandoverContext, { knows = [] }) =>
    knobs.announce && master !== null && knows.includes(knowsAttempts) ? { topology } : undefined,
  // R7: a slave copies no node that is not master or has an open intent.
  isFitToCopy: (context: HandoverContext) =>
    !context.knobs.topologyFence || (roleHeld(context) === 'master' && context.intent === null),
};

/**
 * Found by a test model: of a slave that could not follow, TAKEOVER and CANCEL were served, and the AUTH
 * before them was not. So its master stayed in doubt, and the slave without a master to copy.
 */
const optionsOf = ({ options, knobs }: ServerInput): ServerInput['options'] => ({
  ...options,
  authWhileMasterDown: knobs.attemptToken,
});

export const server = parts.createMachine({
  id: 'server',
  context: ({
    input: { self, input, persisted },
  }: {
    input: MachineInput<ServerInput, Partial<Persisted>>;
  }) =>
    joined(startingNode(self, optionsOf(input), persisted.topology ?? input.topology), {
      knobs: input.knobs,
      patched: input.patched,
      failover: 'none',
      target: '',
      timeoutMs: defaultTimeoutMs,
      triggered: false,
      peer: persisted.intent?.target ?? '',
      sample: 0,
      sampledAt: 0,
      startedAt: 0,
      targetOffset: persisted.intent?.offset ?? 0,
      barriers: 0,
      reason: '',
      attempts: persisted.attempts ?? 0,
      intent: persisted.intent ?? null,
      doubtSince: 0,
      verdicts: persisted.verdicts ?? {},
      asked: null,
      outcome: 'refused',
      pushed: null,
      clearing: [],
      announced: 0,
    }),
  entry: [noteRole, follow],
  type: 'parallel',
  states: {
    commands: commandsRegion(commandRules) as never,
    link: linkRegion,
    failover: failoverState as never,
    'failover command': failoverCommand as never,
    job: job as never,
    verdict: verdict as never,
    setnodes: setnodes as never,
  },
} as never) as unknown as AnyStateMachine;
