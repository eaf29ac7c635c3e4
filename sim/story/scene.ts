/**
 * Who plays which part, and how far the failover is, at any instant of a run: from what operators
 * asked and what nodes noted. Parts are those of the attempt that is open or was the last; before the
 * first one, of the one to come.
 *
 * Assumption: an attempt hands over to the target of the last FAILOVER that its node had been asked
 * for, also where it is taken up again after a restart.
 */
import { type AttemptSpan, attemptSpans } from '../checkers/attempt-spans.js';
import type { RunRecord } from '../checkers/run-record.js';

/** An attempt, and whom it was to hand over to. */
export interface Handover extends AttemptSpan {
  /** Undefined where nobody asked this node before. */
  readonly target: string | undefined;
}

const afterwards: Readonly<Record<AttemptSpan['outcome'], string>> = {
  success: 'after success',
  failed: 'after failure',
  reset: 'after a reset',
  'cut short': 'after an attempt cut short',
  open: 'in an open attempt',
};

export class Scene {
  readonly handovers: readonly Handover[];
  private readonly nodes: ReadonlySet<string>;

  constructor(record: RunRecord) {
    this.nodes = new Set(record.nodes.map(({ node }) => node));
    const calls = record.operations.filter(({ call }) => call.type === 'failover');
    this.handovers = attemptSpans(record).map((attempt) => {
      const asked = calls.findLast(
        ({ call, invokedAt }) => call['node'] === attempt.node && invokedAt <= attempt.at,
      );
      const target = asked?.call['target'];
      return { ...attempt, target: target === undefined ? undefined : String(target) };
    });
  }

  /** The failover state that an instant falls into: `switching`, `after success`, `before`. */
  stateAt(at: number): string {
    const handover = this.handovers.findLast((one) => one.at <= at);
    if (handover === undefined) return 'before';
    const { endedAt, outcome, phases } = handover;
    // What happens at the instant of a failure is rather its cause than its consequence.
    const isOver = outcome === 'success' ? at >= endedAt : at > endedAt;
    if (isOver) return afterwards[outcome];
    return phases.findLast((phase) => phase.at <= at)?.state ?? 'started';
  }

  /** What part somebody plays at an instant: `the master`, `the slave`, `another slave`. */
  partOf(name: string, at: number): string {
    if (!this.nodes.has(name)) return /^op\d/.test(name) ? 'an operator' : 'a client';
    const handover = this.handovers.findLast((one) => one.at <= at) ?? this.handovers[0];
    if (handover === undefined) return name === 'n1' ? 'the master' : 'a slave';
    const { node, target, outcome, endedAt } = handover;
    const isOver = outcome === 'success' && at >= endedAt;
    if (name === node) return isOver ? 'the old master' : 'the master';
    if (name === target) return isOver ? 'the new master' : 'the slave';
    return 'another slave';
  }
}
