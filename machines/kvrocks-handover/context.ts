/** What a node knows of handovers, beside what every node knows. */
import type { Batch, ContextField, Message } from '../../runtime/vocabulary.js';
import { type Asker, type NodeContext, type NodeEvent, nodeFields } from '../kvrocks/context.js';
import { type Role, roleIn, slavesOf, type Topology } from '../kvrocks/topology.js';
import type { HandoverKnobs } from './knobs.js';

export type FailoverState =
  | 'none'
  | 'started'
  | 'check_slave'
  | 'pause_write'
  | 'wait_sync'
  | 'switching'
  | 'success'
  | 'failed';

/** An attempt that may have handed the role over: durable until its outcome is known. */
export type Intent = {
  readonly number: number;
  readonly epoch: number;
  readonly target: string;
  readonly offset: number;
};

/** What a node has decided of another's attempts: the highest, for good. */
export type Verdict = {
  readonly number: number;
  readonly epoch: number;
  readonly outcome: 'taken' | 'refused' | 'cancelled';
};

/** The durable record: role and epoch (in the topology), intent, numbers, verdicts. */
export type Persisted = {
  readonly topology: Topology;
  readonly attempts: number;
  readonly intent: Intent | null;
  readonly verdicts: Readonly<Record<string, Verdict>>;
};

export interface HandoverContext extends NodeContext {
  knobs: HandoverKnobs;
  /** Whether this node's software has the handover at all: FAILOVER and TAKEOVER. */
  patched: boolean;
  /** `state_`, as CLUSTER INFO prints it. */
  failover: FailoverState;
  /** What FAILOVER writes. The job reads the target when it begins, the timeout at every look. */
  target: string;
  timeoutMs: number;
  triggered: boolean;
  /** The job's own: the target's address, since it was looked up. */
  peer: string;
  /** First reading of the slave's offset and its time, start of the pause. */
  sample: number;
  sampledAt: number;
  startedAt: number;
  /** What the slave is to have: when its lag is judged, then when the handover begins. */
  targetOffset: number;
  /** Barriers asked for and not answered: only the last one's answer is this attempt's. */
  barriers: number;
  reason: string;
  /** How many attempts this node has made. */
  attempts: number;
  intent: Intent | null;
  doubtSince: number;
  verdicts: Readonly<Record<string, Verdict>>;
  /** The TAKEOVER or CANCEL being decided. */
  asked: Asker | null;
  outcome: Verdict['outcome'];
  /** The SETNODES being carried out, and clean-up batches still to be written. */
  pushed: Asker | null;
  clearing: readonly Batch[];
  announced: number;
}

const plain: ContextField = { keep: 'volatile', is: 'plain' };
const persisted: ContextField = { keep: 'persisted', is: 'plain' };
const time: ContextField = { keep: 'volatile', is: 'time' };

export const serverFields: Readonly<Record<keyof HandoverContext, ContextField>> = {
  ...nodeFields,
  knobs: plain,
  patched: plain,
  failover: plain,
  target: plain,
  timeoutMs: plain,
  triggered: plain,
  peer: plain,
  sample: plain,
  sampledAt: time,
  startedAt: time,
  targetOffset: plain,
  barriers: plain,
  reason: plain,
  attempts: persisted,
  intent: persisted,
  doubtSince: time,
  verdicts: persisted,
  asked: plain,
  outcome: plain,
  pushed: plain,
  clearing: plain,
  announced: plain,
};

type View = NodeEvent extends infer E ? (E extends { view: infer V } ? V : never) : never;

/** What the outgoing call tells, and what the regions of the root raise to one another. */
export type HandoverEvent =
  | NodeEvent
  | { type: 'told.call-ready'; view: View }
  | {
      type: 'told.call-failed';
      message: { type: 'call-failed'; sent: boolean; reason: string };
      view: View;
    }
  | { type: 'told.answered'; message: { type: 'answered'; reply: Message }; view: View }
  | { type: `assign.${FailoverState}`; view: View }
  | { type: 'abort the attempt'; view: View }
  | { type: 'clean up'; view: View };

/** The last ack of an attached slave; undefined when no connection announces that address. */
export function slaveOffset(context: HandoverContext): number | undefined {
  // The proposal's lookup does not skip feeds that have stopped; `graceful` reads live ones.
  const skips = context.knobs.forcedAck;
  return context.slaves.find(
    ({ address, feed }) =>
      address === context.peer && (feed === 'running' || (feed === 'stopped' && !skips)),
  )?.ack;
}

/** What a node of this software tells its master that it can do, where it can. */
export const knowsAttempts = 'takeover of an attempt';

/**
 * Why the target can't be handed to at all, or null: it must be a slave of ours that is attached and
 * that knows TAKEOVER as this node sends it. To any other software a TAKEOVER that names an attempt is
 * an error at best, and a bare TAKEOVER at worst.
 */
export function ineligibility(context: HandoverContext, target: string): string | null {
  const attached = context.slaves.filter(
    ({ address, feed }) => address === target && feed === 'running',
  );
  const isOurs =
    context.topology !== null && slavesOf(context.topology, context.self).includes(target);
  if (!isOurs || attached.length === 0) return 'ERR target is not an attached slave of this node';
  if (!context.knobs.attemptToken) return null;
  const isAble = attached.every(({ knows }) => knows.includes(knowsAttempts));
  return isAble ? null : 'ERR target does not know TAKEOVER of an attempt';
}

/**
 * The role that this node has persisted, or that a handover has left it in which moves no topology
 * (without `promote`, `demote`): a push that announces it changes nothing.
 */
export function roleHeld({ topology, self, migrated, imported }: HandoverContext): Role {
  if (migrated !== null) return 'slave';
  return imported !== null ? 'master' : roleIn(topology, self);
}
