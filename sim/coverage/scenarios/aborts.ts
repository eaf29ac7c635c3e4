/** Attempts that a push, a broken call or a slave that lags ends in each of their states. */
import { oneShard } from '../../../machines/kvrocks/topology.js';
import { crash, drop, entering, ms, plan, seconds } from '../../builders.js';
import type { ScenarioInput } from '../../scenario.js';
import {
  busy,
  failoverSoon,
  late,
  nearing,
  noLoad,
  type Shown,
  shown,
  slowWrites,
} from './shown.js';

type Call = NonNullable<ScenarioInput['operator']>[number];

/** The same roles under a higher version. */
const push = (atMs: number, { force = false, node = 'n1' } = {}): Call => ({
  by: 'op2',
  type: 'setnodes',
  atUs: ms(atMs),
  node,
  topology: oneShard(['n1', 'n2', 'n3'], 2) as never,
  force,
});

const loaded = { workload: busy, cluster: { nodes: { servicesUs: slowWrites } } };
const base = { workload: noLoad, operator: failoverSoon };
const server = (place: string) => [`server.${place}`];

const beforeTheIntent: readonly Shown[] = [
  shown('push-while-calling', 'a push ends an attempt that is still connecting to its slave', {
    takes: server('job.calling|abort the attempt|0 taken'),
    ...base,
    operator: [...failoverSoon, push(300)],
    faults: plan({
      kind: 'link',
      on: 'connect',
      from: 'n1',
      to: 'n2',
      times: 1,
      verdict: { kind: 'delay', us: ms(500) },
      at: { timeUs: ms(90) },
    }),
  }),
  shown('push-while-sampling', 'a push ends an attempt that measures the lag', {
    takes: server('job.sampling|abort the attempt|0 taken'),
    ...base,
    operator: [...failoverSoon, push(200)],
  }),
  shown('call-breaks-while-sampling', 'the call that was opened first breaks meanwhile', {
    takes: server('job.sampling|told.call-failed|0 taken'),
    ...base,
    faults: plan({
      kind: 'reset',
      between: ['n1', 'n2'],
      at: entering('server.job.sampling.sleeping'),
    }),
  }),
  shown('ack-too-late', 'the ack that is asked for comes too late to be waited for', {
    takes: server('job.sampling.awaiting|xstate.after.1000.server.job.sampling.awaiting|0 taken'),
    ...base,
    faults: plan(
      late('ack', ms(1500), { from: 'n2', at: nearing('server.job.sampling.awaiting') }),
    ),
  }),
  shown('second-ack-too-late', 'the same of the ack behind the sample', {
    takes: server(
      'job.sampling.awaiting again|xstate.after.1000.server.job.sampling.awaiting again|0 taken',
    ),
    ...base,
    faults: plan(
      late('ack', ms(1500), { from: 'n2', at: nearing('server.job.sampling.awaiting again') }),
    ),
  }),
  shown('old-acks-first', 'acks that were under way come before the one that was asked for', {
    takes: [
      ...server('job.sampling.awaiting again.weighing|always|0 failed'),
      ...server('job.sampling.awaiting again.weighing|always|1 taken'),
    ],
    operator: failoverSoon,
    cluster: { nodes: { forcedAcks: 'always' } },
    workload: { ...busy, operations: 600, thinkUs: [2000] },
    faults: plan({
      kind: 'link',
      type: 'ack',
      from: 'n2',
      verdict: { kind: 'hold' },
      at: { timeUs: ms(150) },
      durationUs: ms(220),
    }),
  }),
  shown('slave-lags-for-too-long', 'the slave does not catch up in the time that is left', {
    takes: server(
      'job.waiting.listening|xstate.after.the time left.server.job.waiting.listening|0 taken',
    ),
    ...loaded,
    operator: failoverSoon,
    faults: plan(late('ack', seconds(2), { from: 'n2', at: nearing('server.job.waiting') })),
  }),
  shown('feed-ends-while-polling', 'a feed that has ended counts until the cron forgets it', {
    takes: server('job.waiting.polling|clean up|0 taken'),
    ...loaded,
    protocol: 'kvrocks-pr3295',
    operator: [{ ...failoverSoon[0]!, timeoutMs: 2000 } as Call, failoverSoon[1]!],
    faults: plan(late('fed', seconds(2), { to: 'n2', at: nearing('server.job.draining') }), {
      kind: 'reset',
      between: ['n1', 'n2'],
      at: entering('server.job.waiting.polling'),
    }),
  }),
];

const withTheIntent: readonly Shown[] = [
  shown('push-while-asking', 'a push by force while TAKEOVER is not answered', {
    takes: server('job.asking|abort the attempt|0 taken'),
    ...base,
    operator: [...failoverSoon, push(600, { force: true })],
    faults: plan(late('takeover-reply', ms(900))),
  }),
  shown('slave-refuses', 'the slave was pushed a topology that its master has not heard of', {
    takes: [
      ...server('job.asking|told.answered|1 taken'),
      ...server('verdict.testing|always|0 failed'),
      ...server('verdict.testing|always|1 taken'),
    ],
    ...base,
    operator: [...failoverSoon, push(200, { node: 'n2' })],
  }),
  shown('push-while-in-doubt', 'a push by force while nobody answers', {
    takes: server('job.doubting|abort the attempt|0 taken'),
    ...base,
    operator: [...failoverSoon, push(2000, { force: true })],
    faults: plan({
      kind: 'link',
      type: 'takeover',
      verdict: { kind: 'drop' },
      at: { timeUs: 0 },
    }),
  }),
  shown('restart-with-an-intent', 'the old master crashes while TAKEOVER is not answered', {
    takes: [
      ...server('failover.starting|always|0 taken'),
      ...server('job.starting|xstate.after.0.server.job.starting|0 taken'),
      ...server('job.starting|always|0 failed'),
    ],
    ...base,
    faults: plan(crash('n1', { at: entering('server.job.asking'), forUs: ms(300) })),
  }),
  shown('no-answer-and-no-doubt', 'without a doubt to keep, no answer is a failure', {
    takes: [
      ...server('job.asking|told.call-failed|1 failed'),
      ...server('job.asking|told.call-failed|2 taken'),
    ],
    ...base,
    knobs: { inDoubt: false },
    faults: plan(drop('takeover')),
  }),
  shown('doubt-lasts', 'no TAKEOVER arrives for so long that it is cancelled', {
    takes: [
      ...server('job.doubting.choosing|always|0 taken'),
      ...server('verdict.weighing|always|3 taken'),
      'call.asking|message.cancel-reply|0 taken',
    ],
    ...base,
    operator: [failoverSoon[0]!, { ...failoverSoon[1]!, forMs: 8000 } as Call],
    faults: plan({
      kind: 'link',
      type: 'takeover',
      verdict: { kind: 'drop' },
      at: { timeUs: 0 },
    }),
  }),
  shown('push-while-closing', 'a push while the end of an attempt is being written', {
    takes: server('job.closing|abort the attempt|0 taken'),
    ...base,
    cluster: { each: { n1: { diskUs: { persist: [300_000] } } } },
    operator: [...failoverSoon, push(800)],
    faults: plan({ kind: 'reset', between: ['n1', 'n2'], at: entering('server.job.intending') }),
  }),
];

export const aborts: readonly Shown[] = [...beforeTheIntent, ...withTheIntent];
