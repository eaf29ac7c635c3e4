/**
 * What is asked of attempts, gates and slaves only where no fault bit at all.
 *
 * Source: graceful.md, Claims: "the attempt succeeds, no node does a full resync", and the gate's bound.
 *
 * Assumptions. A slave keeps up where the frame has a bound for gates: every log is as fast then, and
 * keeps what is asked for. It is ready for a handover once it has followed its master for longer than
 * that bound, which holds two round trips. Where the bound is null the scenario asks for more than it
 * knows, and nothing is asked of a gate or of a refusal. Nor of full syncs, where logs forget.
 */
import { type AttemptSpan, lengthOf } from './attempt-spans.js';
import { acceptedFor, type FailoverCall } from './failover-calls.js';
import type { NoteValues, RunRecord } from './run-record.js';
import type { Evidence } from './verdict.js';
import { seconds } from './words.js';

/** Evidence, and the kind of what it is evidence of. */
export interface Wrong extends Evidence {
  readonly kind: string;
}

export function undisturbed(
  record: RunRecord,
  spans: readonly AttemptSpan[],
  calls: readonly FailoverCall[],
): Wrong[] {
  const { gateBoundUs, logsKeepAll, faults } = record;
  if (faults.length > 0) return [];
  const resyncs = logsKeepAll ? fullSyncs(record) : [];
  if (gateBoundUs === null) return resyncs;
  return [
    ...spans.flatMap((one) => closedTooLong(record, one, gateBoundUs)),
    ...spans.flatMap((one) => failedForNothing(record, one, calls, gateBoundUs)),
    ...calls.flatMap((call) => refusedForNothing(record, call, spans, gateBoundUs)),
    ...calls.flatMap((call) => unanswered(call, gateBoundUs)),
    ...calls.flatMap((call) => withoutAttempt(call, spans)),
    ...resyncs,
  ];
}

function closedTooLong(
  record: RunRecord,
  { node, closed }: AttemptSpan,
  gateBoundUs: number,
): Wrong[] {
  const us = lengthOf(closed);
  // A topology that is pushed meanwhile is persisted too, and has its turn at the disk.
  const isHeldUp = closed.some(({ from, to }) => pushesWithin(record, from, to).length > 0);
  if (us <= gateBoundUs || isHeldUp) return [];
  const text =
    `the gate of ${node} was closed for ${seconds(us)}, though nothing failed; ` +
    `expected ${seconds(gateBoundUs)} at most`;
  return [{ at: closed[0]!.from, node, kind: 'a gate closed too long', text }];
}

/**
 * An attempt failed, or was dropped, that had its time and that no push ended: behind its gate, or with
 * a ready slave.
 */
function failedForNothing(
  record: RunRecord,
  attempt: AttemptSpan,
  calls: readonly FailoverCall[],
  gateBoundUs: number,
): Wrong[] {
  const { node, at, endedAt, outcome, closed, reason } = attempt;
  if (outcome !== 'failed' && outcome !== 'reset') return [];
  if (isPushed(record, at, endedAt)) return [];
  const own = acceptedFor(attempt, calls);
  if (own.some(({ timeoutUs }) => timeoutUs < gateBoundUs)) return [];
  const isBehind = lengthOf(closed) > 0;
  const isAsked = (call: FailoverCall) => call.answer?.at === at;
  const target = own.find(isAsked)?.target;
  if (!isBehind && !isReady(record, target, node, at, gateBoundUs)) return [];
  const where = isBehind ? 'behind its gate' : `though ${target} was ready`;
  const text = `the attempt of ${node} ended in '${outcome}' ${where}, and nothing had failed (${reason})`;
  return [{ at: endedAt, node, kind: 'a failure without a cause', text }];
}

/** A master without an attempt, asked to hand over to a slave that was ready, said no. */
function refusedForNothing(
  record: RunRecord,
  { node, target, timeoutUs, answer }: FailoverCall,
  spans: readonly AttemptSpan[],
  gateBoundUs: number,
): Wrong[] {
  if (answer === undefined || answer.isOk || timeoutUs < 0) return [];
  const { at, error } = answer;
  if (isPushed(record, at, at)) return [];
  const isOpen = spans.some((one) => one.node === node && one.at <= at && at <= one.endedAt);
  // One whose attempt has succeeded is master by a topology that is not in force any more.
  const isIdle = ['none', 'failed'].includes(
    String(lastNote(record, node, 'failover', at)?.value ?? 'none'),
  );
  if (isOpen || !isIdle || roleAt(record, node, at)?.role !== 'master') return [];
  if (!isReady(record, target, node, at, gateBoundUs)) return [];
  const text = `${node} refused to hand over to ${target}, which was ready (${error})`;
  return [{ at, node, kind: 'a refusal without a cause', text }];
}

/** Whoever asked waited for longer than a way there and back takes, and heard nothing. */
function unanswered(
  { node, invokedAt, waitedUntil, answer }: FailoverCall,
  gateBoundUs: number,
): Wrong[] {
  if (answer !== undefined || waitedUntil === undefined) return [];
  if (waitedUntil - invokedAt <= gateBoundUs) return [];
  const text = `${node} never answered the FAILOVER of ${seconds(invokedAt)}, though nothing failed`;
  return [{ at: waitedUntil, node, kind: 'a FAILOVER without an answer', text }];
}

/** Answered OK, and no attempt began. */
function withoutAttempt({ node, answer }: FailoverCall, spans: readonly AttemptSpan[]): Wrong[] {
  if (answer?.isOk !== true) return [];
  const { at } = answer;
  if (spans.some((one) => one.node === node && one.at === at)) return [];
  const text = `${node} accepted a FAILOVER at ${seconds(at)}, and no attempt began`;
  return [{ at, node, kind: 'a FAILOVER without an attempt', text }];
}

/** Who had never been attached has everything to fetch, and may be refused it; nobody else. */
function fullSyncs({ notes }: RunRecord): Wrong[] {
  const attached = new Set<string>();
  const resyncs: Wrong[] = [];
  for (const { at, node, subject, value } of notes) {
    if (subject === 'link' && value === 'up') attached.add(node);
    if (subject === 'role' && (value as NoteValues['role']).role === 'master') attached.add(node);
    if (subject !== 'full sync' || value !== 'restored' || !attached.has(node)) continue;
    const text = `${node} copied everything anew by ${seconds(at)}, though nothing failed`;
    resyncs.push({ at, node, kind: 'a full sync', text });
  }
  return resyncs;
}

/**
 * Whether a topology was pushed that may end an attempt, or have it refused: by then, and not refused
 * itself; or meanwhile, where it carried what an operator took for the outcome.
 */
export function isPushed(record: RunRecord, from: number, to: number): boolean {
  const before = record.operations.some(
    ({ call, invokedAt, outcome }) =>
      call.type === 'setnodes' && invokedAt <= to && outcome !== 'fail',
  );
  return before || pushesWithin(record, from, to).length > 0;
}

const pushesWithin = ({ operations }: RunRecord, from: number, to: number) =>
  operations.filter(
    ({ call, invokedAt, completedAt = Infinity }) =>
      (call.type === 'setnodes' || call.type === 'outcome') &&
      invokedAt <= to &&
      completedAt >= from,
  );

/** Whether a node has been the attached slave of another for so long. */
function isReady(
  record: RunRecord,
  slave: string | undefined,
  master: string,
  at: number,
  us: number,
): boolean {
  if (slave === undefined || roleAt(record, slave, at)?.master !== master) return false;
  const link = lastNote(record, slave, 'link', at);
  return link?.value === 'up' && link.at <= at - us;
}

function roleAt(record: RunRecord, node: string, at: number): NoteValues['role'] | undefined {
  return lastNote(record, node, 'role', at)?.value as NoteValues['role'] | undefined;
}

function lastNote({ notes }: RunRecord, of: string, about: string, by: number) {
  return notes.findLast(({ node, subject, at }) => node === of && subject === about && at <= by);
}
