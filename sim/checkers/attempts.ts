/**
 * What becomes of the attempts that an operator starts. Each was asked for, and ends in time, while
 * nothing keeps the two sides apart; one that can't be made is refused, not accepted and dropped at
 * once; and where nothing fails at all, one that can be made is accepted and succeeds, its gate closed
 * no longer than its bound, and no slave needs everything anew (`undisturbed.ts`).
 *
 * Source: graceful.md, Claims and `refuseEarly`.
 *
 * Assumptions. A fault is at work from when it began or bit until it ended, wherever it struck: an
 * attempt has its whole time again after each. An attempt is known by the states that its node noted,
 * and its timeout by the FAILOVER that was answered OK there.
 */
import { type AttemptSpan, attemptSpans } from './attempt-spans.js';
import {
  acceptedFor,
  defaultTimeoutMs,
  type FailoverCall,
  failoverCalls,
} from './failover-calls.js';
import type { RunRecord } from './run-record.js';
import { isPushed, undisturbed, type Wrong } from './undisturbed.js';
import type { Verdict } from './verdict.js';
import { counted, seconds } from './words.js';

/** How long an attempt may take beyond its timeout. */
const graceUs = 10_000_000;

interface Span {
  readonly from: number;
  to: number;
}

export function attempts(record: RunRecord): Verdict {
  const spans = attemptSpans(record);
  const calls = failoverCalls(record);
  const atWork = faultsAtWork(record);
  const wrong = [
    ...spans.flatMap((one) => tooLong(one, timeoutUs(one, calls), atWork)),
    ...spans.flatMap(acceptedInVain),
    ...undisturbed(record, spans, calls),
    ...unasked(record, spans, calls),
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

/** What an attempt may take: the longest of what it was given. */
function timeoutUs(attempt: AttemptSpan, calls: readonly FailoverCall[]): number {
  const given = acceptedFor(attempt, calls).map((call) => call.timeoutUs);
  return given.length === 0 ? defaultTimeoutMs * 1000 : Math.max(...given);
}

/** An attempt that was answered OK and failed at the same instant: it could have been refused. */
function acceptedInVain({ node, at, endedAt, outcome, resumed, reason }: AttemptSpan): Wrong[] {
  if (resumed || outcome !== 'failed' || endedAt > at) return [];
  const text = `${node} accepted at ${seconds(at)} an attempt that failed at once (${reason})`;
  return [{ at, node, kind: 'accepted in vain', text }];
}

/** Attempts that nobody asked for: each needs a FAILOVER of its own that was not refused. */
function unasked(
  record: RunRecord,
  spans: readonly AttemptSpan[],
  calls: readonly FailoverCall[],
): Wrong[] {
  // Where the connection was gone, the answer reached no kernel; a pause comes between it and the state.
  const left = new Set(calls.filter(({ answer }) => answer?.isOk !== false));
  return spans.flatMap(({ node, at, resumed }) => {
    // A restart takes an attempt up again, and so does a job that runs on when a push has reset its state.
    if (resumed && (record.faults.length > 0 || isPushed(record, at, at))) return [];
    const own = [...left].filter((call) => call.node === node && call.invokedAt <= at);
    const cause = own.find(({ answer }) => answer?.at === at) ?? own[0];
    if (cause !== undefined) {
      left.delete(cause);
      return [];
    }
    const text = `${node} began an attempt at ${seconds(at)} that nobody had asked for`;
    return [{ at, node, kind: 'an attempt unasked for', text }];
  });
}
