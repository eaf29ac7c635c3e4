/** The FAILOVERs of a run: what was asked for, and what its node answered. */
import type { AttemptSpan } from './attempt-spans.js';
import type { RunRecord } from './run-record.js';

/** What a FAILOVER that names no timeout gets. */
export const defaultTimeoutMs = 1000;

export interface FailoverCall {
  readonly node: string;
  readonly target: string;
  readonly timeoutUs: number;
  readonly invokedAt: number;
  /** Until when an answer was waited for; absent where the call never reached the node. */
  readonly waitedUntil?: number;
  /** What the node handed to its kernel, whether or not it arrived; absent where that was nothing. */
  readonly answer?: { readonly at: number; readonly isOk: boolean; readonly error: string };
}

/** Every FAILOVER that was called, in the order of the calls. */
export function failoverCalls({ operations, replies, endedAt }: RunRecord): FailoverCall[] {
  const called = operations.filter(({ call }) => call.type === 'failover');
  const ids = new Set(called.map(({ id }) => id));
  const own = replies.filter(({ operation }) => ids.has(operation));
  const answers = new Map(own.map((reply) => [reply.operation, reply]));
  return called.map(({ id, call, invokedAt, completedAt = endedAt, outcome }) => {
    const reply = answers.get(id);
    const timeoutMs = (call['timeoutMs'] as number | undefined) ?? defaultTimeoutMs;
    const asked = { target: String(call['target']), timeoutUs: timeoutMs * 1000, invokedAt };
    if (reply === undefined) {
      const waited = outcome === 'fail' ? {} : { waitedUntil: completedAt };
      return { ...asked, node: String(call['node']), ...waited };
    }
    const { at, node, message } = reply;
    const isOk = message['status'] === 'ok';
    return { ...asked, node, answer: { at, isOk, error: String(message['error'] ?? '') } };
  });
}

/** The accepted FAILOVERs whose timeouts an attempt goes by: its own and later ones, else all before. */
export function acceptedFor(
  { node, at, endedAt }: AttemptSpan,
  calls: readonly FailoverCall[],
): FailoverCall[] {
  const accepted = calls.filter(
    (call) => call.node === node && call.answer?.isOk === true && call.answer.at <= endedAt,
  );
  const own = accepted.filter(({ answer }) => answer!.at >= at);
  return own.length > 0 ? own : accepted;
}
