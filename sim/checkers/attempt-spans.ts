/**
 * The attempts of a run, from what nodes noted: each with its states, how long its gate was closed
 * and how long it was in doubt. Times in microseconds of simulated time.
 */
import type { NoteRecord } from '../../runtime/record.js';
import type { RunRecord } from './run-record.js';

export interface Phase {
  readonly state: string;
  readonly at: number;
  readonly us: number;
}

export interface AttemptSpan {
  readonly node: string;
  readonly at: number;
  readonly endedAt: number;
  /**
   * `reset`: the variable was set back while the attempt was open; `cut short`: the process went
   * down; `open`: the run ended first.
   */
  readonly outcome: 'success' | 'failed' | 'reset' | 'cut short' | 'open';
  /** Why it failed, as the node said. */
  readonly reason: string;
  /** Begun by a command, or taken up again: after a restart, or by a job that nobody stopped. */
  readonly resumed: boolean;
  readonly phases: readonly Phase[];
  /** When the node's gate was closed to writes, or to all, within the attempt. */
  readonly closed: readonly Interval[];
  /** How long it was in doubt. */
  readonly inDoubtUs: number;
}

export interface Interval {
  readonly node: string;
  readonly from: number;
  readonly to: number;
}

/** Whether a failover state is one in which no attempt is open. */
export const isAtRest = (state: string): boolean => atRest.has(state);

const atRest: ReadonlySet<string> = new Set(['none', 'success', 'failed']);

/** Every attempt, in order of its beginning. */
export function attemptSpans(record: RunRecord): AttemptSpan[] {
  const moments = momentsOf(record);
  const shut = intervals(moments, record.endedAt, 'gate', (value) => value !== 'open');
  const doubt = intervals(moments, record.endedAt, 'in doubt', (value) => value === true);
  return drafts(moments, record.endedAt).map((draft) => ({
    ...draft,
    closed: clipped(shut, draft),
    inDoubtUs: lengthOf(clipped(doubt, draft)),
  }));
}

type Moment = Pick<NoteRecord, 'at' | 'node' | 'subject' | 'value'>;

/** Notes, and the ends of processes among them, in order of time. */
function momentsOf({ notes, faults }: RunRecord): Moment[] {
  const ends = faults
    .filter(({ kind, move }) => move === 'began' && (kind === 'crash' || kind === 'powerLoss'))
    .map(({ at, detail }) => ({ at, node: String(detail['node']), subject: 'end', value: null }));
  return [...notes, ...ends].sort((one, other) => one.at - other.at);
}

type Draft = Omit<AttemptSpan, 'closed' | 'inDoubtUs'>;

function drafts(moments: readonly Moment[], endedAt: number): Draft[] {
  const found: Draft[] = [];
  const open = new Map<string, { draft: Draft; phases: { state: string; at: number }[] }>();
  const close = (node: string, at: number, outcome: Draft['outcome'], reason = '') => {
    const one = open.get(node);
    if (one === undefined) return;
    open.delete(node);
    const phases = one.phases.map(({ state, at: from }, index) => {
      const us = (one.phases[index + 1]?.at ?? at) - from;
      return { state, at: from, us };
    });
    Object.assign(one.draft, { endedAt: at, outcome, reason, phases });
  };
  const reasons = new Map<string, string>();
  for (const { at, node, subject, value } of moments) {
    if (subject === 'end') close(node, at, 'cut short');
    if (subject === 'failure') reasons.set(node, String(value));
    if (subject !== 'failover') continue;
    const state = String(value);
    if (state === 'success') close(node, at, 'success');
    else if (state === 'failed') close(node, at, 'failed', reasons.get(node));
    else if (state === 'none' || state === 'started') close(node, at, 'reset');
    if (atRest.has(state)) continue;
    const one = open.get(node) ?? { draft: begun(node, at, state), phases: [] };
    if (!open.has(node)) found.push(one.draft);
    open.set(node, one);
    one.phases.push({ state, at });
  }
  for (const node of [...open.keys()]) close(node, endedAt, 'open');
  return found;
}

function begun(node: string, at: number, state: string): Draft {
  const resumed = state !== 'started';
  return { node, at, endedAt: at, outcome: 'open', reason: '', resumed, phases: [] };
}

/** When a node's last note of a subject held; the end of its process ends it too. */
function intervals(
  moments: readonly Moment[],
  endedAt: number,
  subject: string,
  holds: (value: NoteRecord['value']) => boolean,
): Interval[] {
  const found: Interval[] = [];
  const since = new Map<string, number>();
  for (const moment of moments) {
    const { at, node } = moment;
    if (moment.subject !== subject && moment.subject !== 'end') continue;
    const from = since.get(node);
    if (moment.subject === subject && holds(moment.value)) since.set(node, from ?? at);
    else if (from !== undefined) {
      since.delete(node);
      found.push({ node, from, to: at });
    }
  }
  for (const [node, from] of since) found.push({ node, from, to: endedAt });
  return found;
}

/** The parts of a node's intervals that lie within an attempt. */
function clipped(all: readonly Interval[], { node, at, endedAt }: Draft): Interval[] {
  return all
    .filter((one) => one.node === node && one.from <= endedAt && one.to >= at)
    .map(({ from, to }) => ({ node, from: Math.max(from, at), to: Math.min(to, endedAt) }));
}

/** How long some intervals are together. */
export function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { from, to }) => sum + to - from, 0);
}
