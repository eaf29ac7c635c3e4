/**
 * What becomes of the attempts that an operator starts. Each ends in time, while nothing keeps the two
 * sides apart; one that can't be made is refused, not accepted and dropped at once; and where nothing
 * fails at all, one that has closed its gate succeeds within the gate's bound, and no slave needs
 * everything anew.
 *
 * Source: graceful.md, Claims and `refuseEarly`.
 *
 * Assumptions. A fault is at work from when it began or bit until it ended, wherever it struck: an
 * attempt has its whole time again after each. An attempt is known by the states that its node noted,
 * and its timeout by the FAILOVER that was answered OK there. What "nothing fails" may take is the
 * frame's `gateBoundUs`; where that is null the scenario asks for more than the bound knows, and
 * nothing is asked of a gate. Nor of full syncs, where logs forget.
 */
import { type AttemptSpan, attemptSpans, lengthOf } from './attempt-spans.js';
import type { NoteValues, RunRecord } from './run-record.js';
import type { Evidence, Verdict } from './verdict.js';
import { counted, seconds } from './words.js';

/** How long an attempt may take beyond its timeout. */
const graceUs = 10_000_000;

/** What a FAILOVER that names no timeout gets. */
const defaultTimeoutMs = 1000;

interface Accepted {
  readonly node: string;
  readonly at: number;
  readonly timeoutMs: number;
}

interface Span {
  readonly from: number;
  to: number;
}

interface Wrong extends Evidence {
  readonly kind: string;
}

export function attempts(record: RunRecord): Verdict {
  const spans = attemptSpans(record);
  const accepted = acceptedFailovers(record);
  const atWork = faultsAtWork(record);
  const wrong = [
    ...spans.flatMap((one) => tooLong(one, timeoutUs(accepted, one), atWork)),
    ...spans.flatMap(acceptedInVain),
    ...undisturbed(record, spans, accepted),
  ];
  const [first] = wrong;
  const verdict = { checker: 'attempts', operations: [] } as const;
  if (first === undefined) {
    const ends = spans.filter(({ outcome }) => outcome === 'success').length;
    const reason = `${counted(spans.length, 'attempt')}, ${ends} succeeded; each ended in time`;
    return { ...verdict, validity: 'valid', reason, evidence: [] };
  }
  return {
    ...verdict,
    validity: 'invalid',
    kind: first.kind,
    reason: [...new Set(wrong.map(({ text }) => text))].slice(0, 3).join('; '),
    evidence: wrong.map(({ at, node, text }) => ({ at, node, text })),
  };
}

/** An attempt that took its timeout and more, though no fault was at work for so long. */
function tooLong(attempt: AttemptSpan, timeout: number, atWork: readonly Span[]): Wrong[] {
  const { node, at, endedAt } = attempt;
  const allowed = timeout + graceUs;
  let since = at;
  for (const { from, to } of atWork) {
    if (from > since + allowed || from > endedAt) break;
    since = Math.max(since, to);
  }
  if (endedAt - since <= allowed) return [];
  const last = attempt.phases.at(-1)!.state;
  const ended = attempt.outcome === 'open' ? 'has not ended' : 'ended';
  const text =
    `the attempt of ${node} from ${seconds(at)} ${ended} by ${seconds(endedAt)}, ${last} last, ` +
    `${seconds(endedAt - since)} since it began or the last fault ended; expected ${seconds(allowed)} at most`;
  return [{ at: endedAt, node, kind: 'an attempt without end', text }];
}

/** When faults were at work, in order of their beginning. */
function faultsAtWork({ faults, endedAt }: RunRecord): Span[] {
  const since = new Map<number, Span>();
  const found: Span[] = [];
  for (const { at, fault, move } of faults) {
    const known = since.get(fault);
    if (known === undefined) {
      const one = { from: at, to: endedAt };
      found.push(one);
      since.set(fault, one);
    }
    if (move === 'ended') {
      if (known !== undefined) known.to = at;
      since.delete(fault);
    }
  }
  return found;
}

/** Every FAILOVER that was answered OK: where, when, and what timeout it has. */
function acceptedFailovers({ operations, replies }: RunRecord): Accepted[] {
  const asked = new Map(
    operations
      .filter(({ call }) => call.type === 'failover')
      .map(({ id, call }) => [id, (call['timeoutMs'] as number | undefined) ?? defaultTimeoutMs]),
  );
  return replies.flatMap(({ operation, node, at, message }) => {
    const timeoutMs = asked.get(operation);
    return timeoutMs === undefined || message['status'] !== 'ok' ? [] : [{ node, at, timeoutMs }];
  });
}

function timeoutUs(accepted: readonly Accepted[], { node, endedAt }: AttemptSpan): number {
  const given = accepted
    .filter((one) => one.node === node && one.at <= endedAt)
    .map(({ timeoutMs }) => timeoutMs);
  return (given.length === 0 ? defaultTimeoutMs : Math.max(...given)) * 1000;
}

/** An attempt that was answered OK and failed at the same instant: it could have been refused. */
function acceptedInVain({ node, at, endedAt, outcome, resumed, reason }: AttemptSpan): Wrong[] {
  if (resumed || outcome !== 'failed' || endedAt > at) return [];
  const text = `${node} accepted at ${seconds(at)} an attempt that failed at once (${reason})`;
  return [{ at, node, kind: 'accepted in vain', text }];
}

/** What is asked for only where no fault bit at all. */
function undisturbed(
  record: RunRecord,
  spans: readonly AttemptSpan[],
  accepted: readonly Accepted[],
): Wrong[] {
  const { gateBoundUs, logsKeepAll, faults } = record;
  if (faults.length > 0) return [];
  const gates =
    gateBoundUs === null
      ? []
      : spans.flatMap((one) => gateOf(record, one, timeoutUs(accepted, one), gateBoundUs));
  return [...gates, ...(logsKeepAll ? fullSyncs(record) : [])];
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

function gateOf(
  record: RunRecord,
  attempt: AttemptSpan,
  timeout: number,
  gateBoundUs: number,
): Wrong[] {
  const { node, endedAt, outcome, closed, reason } = attempt;
  const us = lengthOf(closed);
  const wrong: Wrong[] = [];
  if (us > gateBoundUs) {
    const text =
      `the gate of ${node} was closed for ${seconds(us)}, though nothing failed; ` +
      `expected ${seconds(gateBoundUs)} at most`;
    wrong.push({ at: closed[0]!.from, node, kind: 'a gate closed too long', text });
  }
  const hadTime = timeout >= gateBoundUs;
  if (us > 0 && outcome === 'failed' && hadTime && !isPushed(record, attempt)) {
    const text = `the attempt of ${node} failed behind its gate, though nothing did (${reason})`;
    wrong.push({ at: endedAt, node, kind: 'a failure without a cause', text });
  }
  return wrong;
}

/** Whether any node was pushed a topology by then: that may end an attempt, or have it refused. */
function isPushed({ operations }: RunRecord, { endedAt }: AttemptSpan): boolean {
  return operations.some(({ call, invokedAt }) => call.type === 'setnodes' && invokedAt <= endedAt);
}
