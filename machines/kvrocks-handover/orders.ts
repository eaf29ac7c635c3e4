/** Orders that several parts of the job give. */
import type { Message } from '../../runtime/vocabulary.js';
import { followMaster } from '../kvrocks/node.js';
import { type FailoverState, type HandoverContext, knowsAttempts } from './context.js';
import { type Args, server } from './setup.js';

/** Assigns the failover state, whatever it is. */
export const raising = (state: FailoverState) =>
  server.raise(({ event }) => ({ type: `assign.${state}` as const, view: event.view }));

/** Remembers why the attempt fails. */
export const because = (reason: string) => server.assign({ reason });

/** Remembers why the call to the slave failed. */
export const becauseOfTheCall = server.assign(({ event }) => ({
  reason: event.type === 'told.call-failed' ? event.message.reason : '',
}));

const followMasterOf = followMaster(
  (context: HandoverContext) => context.knobs.stopPollMs,
  (context: HandoverContext) => (context.knobs.attemptToken ? [knowsAttempts] : []),
);

/** Follows the remembered master, if there is one. */
export const follow = server.enqueueActions(({ context, enqueue }) => {
  if (context.master === null) return;
  const { detachFirst, topologyFence } = context.knobs;
  if (!detachFirst || !topologyFence) {
    // The thread that was left running when this node took over, or that a push has started while the
    // attempt ran on.
    enqueue({ type: 'stop', params: { machine: 'fullSync' } });
    enqueue({ type: 'stop', params: { machine: 'replication' } });
  }
  enqueue(followMasterOf as never);
});

/** Opens the connection to the target, with a request, or (null) to wait for one. */
export const startCall = (request: (context: HandoverContext) => Message | null) => ({
  type: 'start' as const,
  params: ({ context }: Args) => ({
    machine: 'call',
    input: {
      to: context.peer,
      password: context.options.requirepass,
      timeoutMs: context.knobs.boundedTakeover ? context.knobs.takeoverTimeoutMs : 0,
      request: request(context),
    },
  }),
});

export const stopCall = { type: 'stop' as const, params: { machine: 'call' } };

/** TAKEOVER or CANCEL of the open attempt; without `attemptToken` it names nothing. */
export const request =
  (type: 'takeover' | 'cancel') =>
  (context: HandoverContext): Message => ({
    type,
    operation: 0,
    attempt: 0,
    master: context.knobs.attemptToken ? context.self : null,
    epoch: context.intent?.epoch ?? 0,
    number: context.intent?.number ?? 0,
    target: context.peer,
    offset: context.targetOffset,
  });

/** The guard that an answer of the storage carries that tag. */
export const isTagged = (params: string) => ({ type: 'the tag is' as const, params });
