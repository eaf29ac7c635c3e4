/**
 * What a client knows of the operation in hand: its attempts, what the end of one teaches, and how the
 * operation ends. The machine is `client.ts`, whose header names the sources.
 */
import type { ContextField, Invocation, MachineEvent, Message } from '../../runtime/vocabulary.js';
import { type ClientPolicy, type Failure, pauseAfter, refusalIn } from './client-policies.js';
import { joined } from './joined.js';
import type { Reply } from './messages.js';
import { rulesOut } from './replies.js';
import { extraBytes, messageBytes } from './sizes.js';

export type ClientInput = {
  /** Every address that it may ask; it starts with the first. */
  readonly nodes: readonly string[];
  /** '' for none. */
  readonly password: string;
  readonly policy: ClientPolicy;
  /** Whether it reads at slaves, over READONLY connections. */
  readonly readonly: boolean;
  /** Whether calls that come while one is in flight wait their turn (open loop) or fail. */
  readonly queues: boolean;
};

export interface ClientContext extends ClientInput {
  /** The connection it has, 0 for none, and where it leads. */
  connection: number;
  peer: string;
  /** The topology as it knows it: who owns the slots. */
  owner: string;
  /** Failures in a row at the owner. */
  misses: number;
  operation: Invocation | null;
  /** Calls that wait for their turn. */
  queue: readonly Invocation[];
  attempt: number;
  redirects: number;
  pauses: number;
  /** The pause before the next attempt, -1 when none follows. */
  pauseMs: number;
  /** The current attempt was sent and is not answered. */
  sent: boolean;
  /** An earlier attempt may have taken effect. */
  doubt: boolean;
  /** Why the last attempt failed. */
  error: string;
}

export type ClientEvent = MachineEvent<
  Reply<'auth' | 'readonly' | 'set' | 'append' | 'get' | 'wait'>
>;
export type Args = { context: ClientContext; event: ClientEvent };

const plain: ContextField = { keep: 'volatile', is: 'plain' };

export const clientFields: Readonly<Record<string, ContextField>> = {
  nodes: plain,
  password: plain,
  policy: plain,
  readonly: plain,
  queues: plain,
  queue: plain,
  connection: { keep: 'volatile', is: 'id' },
  peer: plain,
  owner: plain,
  misses: plain,
  operation: plain,
  attempt: plain,
  redirects: plain,
  pauses: plain,
  pauseMs: plain,
  sent: plain,
  doubt: plain,
  error: plain,
};

export const atRest = {
  operation: null,
  attempt: 0,
  redirects: 0,
  pauses: 0,
  pauseMs: 0,
  sent: false,
  doubt: false,
  error: '',
};

const callOf = (context: ClientContext): Message => (context.operation as Invocation).call;
const isWrite = (context: ClientContext) => callOf(context).type !== 'get';

/** Names an attempt: tag of its connection, subject of its messages. */
export const subjectOf = ({ operation, attempt }: ClientContext) =>
  (operation?.id ?? 0) * 64 + attempt;

/** Whether an event is about the connection that the current attempt asked for. */
export const isTagged = ({ context, event }: Args) =>
  'tag' in event && event.tag === subjectOf(context);

/** Whether an event is the answer to the current attempt. */
export const isAnswer = ({ context, event }: Args) =>
  'message' in event &&
  event.message.operation === context.operation?.id &&
  event.message.attempt === context.attempt;

/** What went wrong with the current attempt, and how the caller is told. */
function failureOf({ context, event }: Args): { failure: Failure; error: string } {
  if ('message' in event) {
    const error = event.message.error ?? 'an error without text';
    return { failure: refusalIn(error), error };
  }
  if (event.type === 'unopened') {
    return { failure: 'unopened', error: `connection: ${event.reason}` };
  }
  const isBroken = event.type === 'closed' || event.type === 'reset';
  const error = isBroken ? 'connection broken' : 'no answer';
  // Before the command itself is sent, a connection lost is one that was never got.
  if (!context.sent) return { failure: 'unopened', error: `${error} to AUTH` };
  return { failure: isBroken ? 'broken' : 'timeout', error };
}

/** Whom to ask next, and how often the node asked now has failed in a row. */
function ownerAfter(context: ClientContext, failure: Failure, error: string) {
  const { nodes, owner, policy } = context;
  if (failure === 'moved') return { owner: error.split(' ')[2] as string, misses: 0 };
  if (failure === 'tryAgain' || failure === 'final') return { owner, misses: 0 };
  const misses = context.misses + 1;
  if (misses <= policy.sameNodeRetries) return { owner, misses };
  return { owner: nodes[(nodes.indexOf(owner) + 1) % nodes.length] as string, misses: 0 };
}

/** What a failed attempt changes. */
export function learn({ context, event }: Args): Partial<ClientContext> {
  const { failure, error } = failureOf({ context, event });
  const isRuledOut = 'message' in event && rulesOut(error);
  const isRedirect = failure === 'moved';
  return joined(ownerAfter(context, failure, error), {
    redirects: context.redirects + (isRedirect ? 1 : 0),
    pauses: context.pauses + (isRedirect ? 0 : 1),
    pauseMs: pauseAfter(context.policy, failure, context),
    doubt: context.doubt || (context.sent && isWrite(context) && !isRuledOut),
    sent: false,
    error,
  });
}

/** The command as it is sent now. */
export function commandOf(context: ClientContext): Message {
  const { id, call } = context.operation as Invocation;
  return joined(call, { operation: id, attempt: context.attempt });
}

/** How large the command is, where its value says so. */
export function sizeOf(context: ClientContext): { bytes?: number } {
  const value = callOf(context)['value'];
  const extra = typeof value === 'string' ? extraBytes(value) : 0;
  return extra > 0 ? { bytes: messageBytes + extra } : {};
}

/** The end of an operation without success. */
export const complete = (why?: string) => ({
  type: 'complete' as const,
  params: ({ context }: Args) => ({
    operation: (context.operation as Invocation).id,
    outcome:
      context.doubt || (context.sent && isWrite(context)) ? ('info' as const) : ('fail' as const),
    error: why ?? context.error,
  }),
});

export const completeOk = {
  type: 'complete' as const,
  params: ({ context, event }: Args) => ({
    operation: (context.operation as Invocation).id,
    outcome: 'ok' as const,
    ...(!isWrite(context) && 'message' in event && { value: event.message.value ?? null }),
  }),
};

/** What the caller asked to wait for after its write, if it did. */
export const waitOf = (context: ClientContext) =>
  callOf(context)['wait'] as { slaves: number; timeoutMs: number } | undefined;

/** A write that fewer slaves have than was asked for: it is there, and may yet be lost. */
export const completeShort = (why: (args: Args) => string) => ({
  type: 'complete' as const,
  params: (args: Args) => ({
    operation: (args.context.operation as Invocation).id,
    outcome: 'info' as const,
    error: `WAIT: ${why(args)}`,
  }),
});

/** What WAIT was answered, if not enough: a number of slaves, or an error. */
export const tooFew = ({ context, event }: Args) => {
  if (!('message' in event)) return 'no answer';
  const { error, value } = event.message;
  return error ?? `${value} of ${waitOf(context)?.slaves} slaves`;
};
