/**
 * The attempts of a run and how long each of their phases took, from what nodes noted: the failover
 * states, the gate, and doubt. Times in microseconds of simulated time.
 */
import type { NoteRecord } from '../../runtime/record.js';
import type { RunRecord } from '../checkers/run-record.js';
import { type Gap, longest } from './clients.js';

export interface Phase {
  readonly state: string;
  readonly at: number;
  readonly us: number;
}

export interface Attempt {
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
  /** How long the node's gate was closed to writes, or to all, within the attempt. */
  readonly gateClosedUs: number;
  readonly inDoubtUs: number;
  /**
   * What clients felt: the longest time without an acknowledged write, as they saw it, of those that
   * overlap the closed gate. Null when the gate did not close, or nobody wrote.
   */
  readonly unwritable: Gap | null;
}

interface Interval {
  readonly node: string;
  readonly from: number;
  readonly to: number;
}

/** States in which no attempt is open. */
const atRest = new Set(['none', 'success', 'failed']);

/**
 * Every attempt, in order of its beginning.
 * @param gaps the times between acknowledged writes, as clients saw them
 */
export function attempts(record: RunRecord, gaps: readonly Gap[]): Attempt[] {
  const moments = momentsOf(record);
  const shut = intervals(moments, record.endedAt, 'gate', (value) => value !== 'open');
  const doubt = intervals(moments, record.endedAt, 'in doubt', (value) => value === true);
  return drafts(moments, record.endedAt).map((draft) => {
    const closed = clipped(shut, draft);
    return {
      ...draft,
      gateClosedUs: lengthOf(closed),
      inDoubtUs: lengthOf(clipped(doubt, draft)),
      unwritable: longest(gaps.filter((gap) => closed.some((one) => overlap(gap, one)))),
    };
  });
}

type Moment = Pick<NoteRecord, 'at' | 'node' | 'subject' | 'value'>;

/** Notes, and the ends of processes among them, in order of time. */
function momentsOf({ notes, faults }: RunRecord): Moment[] {
  const ends = faults
    .filter(({ kind, move }) => move === 'began' && (kind === 'crash' || kind === 'powerLoss'))
    .map(({ at, detail }) => ({ at, node: String(detail['node']), subject: 'end', value: null }));
  return [...notes, ...ends].sort((one, other) => one.at - other.at);
}

type Draft = Omit<Attempt, 'gateClosedUs' | 'inDoubtUs' | 'unwritable'>;

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

function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { from, to }) => sum + to - from, 0);
}

function overlap(one: Gap, other: Interval): boolean {
  return one.from <= other.to && other.from <= one.to;
}
