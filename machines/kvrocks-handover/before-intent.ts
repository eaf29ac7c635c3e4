/**
 * The attempt before its intent: everything here may fail, and the gate reopens.
 * Sources: kvrocks-graceful-failover.md, 4.2 to 4.4; graceful.md, check_slave to wait_sync.
 */
import { slaveOffset } from './context.js';
import { because, becauseOfTheCall, raising, startCall } from './orders.js';
import { type Args, server } from './setup.js';

/**
 * The lag test of the second reading: a reason to fail, or null.
 *
 * As the proposal has it, the slave is measured by all there is at the second reading. Exploration refuted
 * that for acks that are asked for (`forcedAck`): a slave that had everything was behind by what was written
 * while its ack was under way, or was judged by an older ack; where nothing had been written before, it had
 * gained nothing either, and the attempt failed though nothing did. So such an ack is measured by what there
 * was when it was asked for, one that won't do is not the last, and the proposal's reading is left for a
 * slave that has sent no other within a second.
 */
export function lagRefusal({ context, event }: Args): string | null {
  const offset = slaveOffset(context);
  if (offset === undefined) return noOffset;
  const elapsedUs = event.view.now - context.sampledAt;
  if (offset >= context.targetOffset) return null;
  const lag = context.targetOffset - offset;
  const gained = Math.max(0, offset - context.sample);
  // speed = gained / elapsed seconds; integers only: compare products.
  if (gained * 10_000_000 <= elapsedUs) return `Slave is not replicating (lag: ${lag})`;
  const catchUpMs = Math.floor((lag * elapsedUs) / gained / 1000);
  const leftMs = context.timeoutMs - Math.floor(elapsedUs / 1000);
  if (catchUpMs <= leftMs) return null;
  const hundredths = String(Math.round((gained * 100_000_000) / elapsedUs)).padStart(3, '0');
  const speed = `${hundredths.slice(0, -2)}.${hundredths.slice(-2)}/s`;
  const times = `${catchUpMs}ms > remaining time ${leftMs}ms`;
  return `Estimated catchup time ${times} (lag: ${lag}, speed: ${speed})`;
}

const keepsUp = (args: Args) => lagRefusal(args) === null;

const noOffset = 'Failed to get slave offset: no such slave';

export const aborting = {
  'abort the attempt': {
    target: '#server.job.failing',
    actions: because('a new topology came'),
  },
} as const;

export const countBarrier = (by: 1 | -1) =>
  server.assign(({ context }) => ({ barriers: context.barriers + by }));

/** What the slave is to have is all that is in the log by now. */
const expectAll = server.assign(({ event }) => ({ targetOffset: event.view.applied }));

export const beforeIntent = {
  'looking up': {
    on: aborting,
    entry: server.assign(({ context }) => ({
      triggered: false,
      peer: context.target,
      reason: '',
    })),
    always: [
      {
        guard: 'the target is unknown',
        target: 'failing',
        actions: because('Slave node not found in cluster'),
      },
      { guard: 'the call is opened first', target: 'calling', actions: raising('check_slave') },
      { target: 'sampling', actions: raising('check_slave') },
    ],
  },
  calling: {
    entry: startCall(() => null),
    on: {
      ...aborting,
      'told.call-ready': 'sampling',
      'told.call-failed': { target: 'failing', actions: becauseOfTheCall },
    },
  },
  sampling: {
    initial: 'asking',
    on: {
      ...aborting,
      'told.call-failed': { target: 'failing', actions: becauseOfTheCall },
    },
    states: {
      asking: {
        always: [
          {
            guard: 'the slave is not attached',
            target: '#server.job.failing',
            actions: because('Slave not connected or not syncing'),
          },
          {
            guard: 'the slave knows no attempts',
            target: '#server.job.failing',
            actions: because('Slave does not know TAKEOVER of an attempt'),
          },
          { guard: 'acks are forced', target: 'awaiting' },
          { target: 'sleeping' },
        ],
      },
      awaiting: {
        entry: 'ask for an ack',
        on: { 'told.acked': { guard: 'it is an ack of the target', target: 'sleeping' } },
        after: { 1000: 'sleeping' },
      },
      sleeping: {
        entry: server.assign(({ context, event }) => ({
          sample: slaveOffset(context) ?? 0,
          sampledAt: event.view.now,
        })),
        after: {
          'the sampling time': [
            { guard: 'acks are forced', target: 'awaiting again' },
            { target: 'judging', actions: expectAll },
          ],
        },
      },
      'awaiting again': {
        entry: [expectAll, 'ask for an ack'],
        initial: 'listening',
        states: {
          listening: {
            on: { 'told.acked': { guard: 'it is an ack of the target', target: 'weighing' } },
          },
          // A state between, so that the ack is in the context before it is looked at.
          weighing: {
            always: [{ guard: keepsUp, target: '#server.job.draining' }, { target: 'listening' }],
          },
        },
        after: { 1000: { target: 'judging', actions: expectAll } },
      },
      judging: {
        always: [
          {
            guard: (args: Args) => !keepsUp(args),
            target: '#server.job.failing',
            actions: server.assign((args) => ({
              reason: `Slave lag check failed: ${lagRefusal(args)}`,
            })),
          },
          { target: '#server.job.draining' },
        ],
      },
    },
  },
  draining: {
    entry: [server.assign(({ event }) => ({ startedAt: event.view.now })), raising('pause_write')],
    on: {
      ...aborting,
      drained: { guard: 'it is the last barrier', target: 'waiting', actions: countBarrier(-1) },
      'told.call-failed': { target: 'failing', actions: becauseOfTheCall },
    },
    initial: 'beginning',
    states: {
      beginning: {
        always: [{ guard: 'barrier', target: 'held up' }, { target: '#server.job.waiting' }],
      },
      'held up': { entry: [countBarrier(1), { type: 'drain', params: { tag: 'barrier' } }] },
    },
    after: {
      'the time left': {
        target: 'failing',
        actions: because('Timeout waiting for writes to drain'),
      },
    },
  },
  waiting: {
    entry: [expectAll, raising('wait_sync')],
    initial: 'looking',
    on: {
      ...aborting,
      'told.call-failed': { target: 'failing', actions: becauseOfTheCall },
    },
    states: {
      looking: {
        always: [
          {
            guard: 'the sync timed out',
            target: '#server.job.failing',
            actions: because('Timeout waiting for replication sync'),
          },
          {
            guard: 'the slave is not attached',
            target: '#server.job.failing',
            actions: because(noOffset),
          },
          { guard: 'the slave has caught up', target: '#server.job.switching' },
          { guard: 'the offset is polled', target: 'polling' },
          { target: 'listening' },
        ],
      },
      polling: {
        entry: [
          'ask for an ack',
          {
            type: 'poll' as const,
            params: ({ context }: Args) => ({ tag: 'ack', everyMs: context.knobs.pollMs }),
          },
        ],
        exit: { type: 'endPoll', params: { tag: 'ack' } },
        on: {
          polled: 'looking',
          'told.acked': { actions: { type: 'wake', params: { tag: 'ack' } } },
          'told.feed-ended': { actions: { type: 'wake', params: { tag: 'ack' } } },
          'clean up': { actions: { type: 'wake', params: { tag: 'ack' } } },
          // Another FAILOVER was accepted meanwhile: the loop reads its timeout.
          'assign.started': { actions: { type: 'wake', params: { tag: 'ack' } } },
        },
        after: { 'the last look': 'looking' },
      },
      listening: {
        entry: 'ask for an ack',
        on: {
          'told.acked': { guard: 'it is an ack of the target', target: 'hearing' },
          'told.feed-ended': 'hearing',
        },
        after: {
          'the time left': {
            target: '#server.job.failing',
            actions: because('Timeout waiting for replication sync'),
          },
        },
      },
      // A state between, so that the ack is in the context before it is looked at.
      hearing: { always: 'looking' },
    },
  },
} as const;
