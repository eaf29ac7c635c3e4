/**
 * Attempts that meet something in a state that lasts for an instant only: a disk that fails, a push,
 * the answer to something else.
 */
import { handedOver, oneShard } from '../../../machines/kvrocks/topology.js';
import { breakOn, drop, entering, ms, plan, seconds } from '../../builders.js';
import type { ScenarioInput } from '../../scenario.js';
import {
  busy,
  failingDisk,
  failoverSoon,
  late,
  nearing,
  noLoad,
  type Shown,
  shown,
  slowWrites,
} from './shown.js';

type Call = NonNullable<ScenarioInput['operator']>[number];

/** The same roles under a higher version, pushed by another operator. */
const push = (atMs: number, { force = false, node = 'n1', version = 2 } = {}): Call => ({
  by: 'op2',
  type: 'setnodes',
  atUs: ms(atMs),
  node,
  topology: oneShard(['n1', 'n2', 'n3'], version) as never,
  force,
});

const loaded = { workload: busy, cluster: { nodes: { servicesUs: slowWrites } } };
/** What is durable takes its time. */
const slowPersist = {
  workload: busy,
  cluster: { nodes: { servicesUs: slowWrites, diskUs: { persist: [300_000] } } },
};
/** The target's ack comes 200 ms after the gate has closed. */
const lagging = late('ack', ms(200), { from: 'n2', at: nearing('server.job.waiting') });
const again: Call = { ...failoverSoon[0]!, atUs: ms(900) };

const beforeTheIntent: readonly Shown[] = [
  shown('drain-times-out', 'a disk stalls under writes in flight for longer than the attempt has', {
    takes: [
      'server.job.draining|xstate.after.the time left.server.job.draining|0 taken',
      'server.job.draining|drained|0 failed',
      'server.job|drained|0 taken',
    ],
    ...loaded,
    operator: [...failoverSoon, again],
    faults: plan({
      kind: 'disk',
      node: 'n1',
      mode: 'stalled',
      at: { timeUs: ms(300) },
      durationUs: ms(1000),
    }),
  }),
  shown('push-while-draining', 'the push that ends an attempt is the work that it waits for', {
    takes: ['server.job.draining|abort the attempt|0 taken'],
    workload: noLoad,
    cluster: { each: { n1: { servicesUs: { admin: [100_000] } } } },
    operator: [{ ...failoverSoon[0]!, atUs: ms(1000) }, push(1300)],
  }),
  shown('call-breaks-while-draining', 'the call that was opened first breaks under the barrier', {
    takes: ['server.job.draining|told.call-failed|0 taken'],
    ...loaded,
    operator: failoverSoon,
    faults: plan({ kind: 'reset', between: ['n1', 'n2'], at: entering('server.job.draining') }),
  }),
  shown('push-while-waiting', 'a push ends an attempt that waits for its slave', {
    takes: ['server.job.waiting|abort the attempt|0 taken'],
    ...loaded,
    operator: [...failoverSoon, push(450)],
    faults: plan(lagging),
  }),
  shown('call-breaks-while-waiting', 'the call that was opened first breaks in wait_sync', {
    takes: ['server.job.waiting|told.call-failed|0 taken'],
    ...loaded,
    // The end of the feed, which comes first, ends nothing where the offset is polled.
    knobs: { pollMs: 10 },
    operator: failoverSoon,
    faults: plan(lagging, {
      kind: 'reset',
      between: ['n1', 'n2'],
      at: entering('server.job.waiting.polling'),
    }),
  }),
  shown('feed-ends-while-waiting', 'the slave that is waited for loses its feed', {
    takes: ['server.job.waiting.listening|told.feed-ended|0 taken'],
    ...loaded,
    operator: failoverSoon,
    faults: plan(breakOn('ack', { at: entering('server.job.waiting.listening') })),
  }),
  shown(
    'asked-again-while-polling',
    'a push resets the state, and FAILOVER is accepted once more',
    {
      takes: ['server.job.waiting.polling|assign.started|0 taken'],
      ...loaded,
      protocol: 'kvrocks-pr3295',
      operator: [
        { ...failoverSoon[0]!, timeoutMs: 2000 } as Call,
        push(1200),
        { ...failoverSoon[0]!, atUs: ms(1250), by: 'op2' } as Call,
      ],
      faults: plan(late('fed', seconds(2), { to: 'n2', at: nearing('server.job.draining') })),
    },
  ),
  shown('target-knows-no-attempts', 'nobody tests first, and the target is of another release', {
    takes: ['server.job.sampling.asking|always|1 taken'],
    knobs: { refuseEarly: false },
    workload: noLoad,
    cluster: { each: { n2: { release: 'pr3295' } } },
    operator: failoverSoon,
  }),
  shown('target-is-unknown', 'nobody tests first, and the target is no node of the cluster', {
    takes: ['server.job.looking up|always|0 taken'],
    knobs: { refuseEarly: false },
    workload: noLoad,
    operator: [{ ...failoverSoon[0]!, target: 'n9' } as Call],
  }),
];

const unfenced = { topologyFence: false };
const failingFrom = (atMs: number, forMs: number) =>
  failingDisk('n1', { timeUs: ms(atMs) }, ms(forMs));

const withTheIntent: readonly Shown[] = [
  shown('push-beside-intent', 'without a fence a push is carried out while the intent is written', {
    takes: ['server.job.intending|persisted|0 failed'],
    ...slowPersist,
    knobs: unfenced,
    operator: [...failoverSoon, push(450)],
    faults: plan(lagging),
  }),
  shown('push-fails-beside-intent', 'the same, and the disk fails under both', {
    takes: [
      'server.job.intending|storageFailed|0 failed',
      'server.job.intending|storageFailed|0 taken',
    ],
    ...slowPersist,
    knobs: unfenced,
    operator: [...failoverSoon, push(450)],
    faults: plan(lagging, failingFrom(650, 600)),
  }),
  shown('forced-push-beside-intent', 'a push by force while the disk fails under the intent', {
    takes: ['server.setnodes.recording|storageFailed|0 failed'],
    ...slowPersist,
    operator: [...failoverSoon, push(600, { force: true })],
    faults: plan(failingFrom(450, 1000)),
  }),
];

const failsAtTheSlave = failingDisk('n2', nearing('server.verdict.recording', 'n2'), ms(50));

const asked: readonly Shown[] = [
  shown('verdict-unwritten', 'the slave can write no verdict: an error, which is no answer', {
    takes: [
      'server.verdict.recording|storageFailed|0 taken',
      'server.job.asking|told.answered|2 taken',
    ],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(failsAtTheSlave),
  }),
  shown('verdict-unwritten-in-doubt', 'the same of a master that is in doubt already', {
    takes: ['server.job.doubting.questioning|told.answered|1 failed'],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(drop('takeover'), failsAtTheSlave),
  }),
  shown('verdict-unwritten-no-doubt', 'the same of a master that keeps no doubt', {
    takes: ['server.job.asking|told.answered|3 taken'],
    knobs: { inDoubt: false },
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(failsAtTheSlave),
  }),
  shown('verdict-unwritten-no-name', 'the same of an attempt without a name', {
    takes: ['server.job.asking|told.answered|4 failed', 'server.job.asking|told.answered|5 taken'],
    knobs: { attemptToken: false },
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(failsAtTheSlave),
  }),
  shown('bare-error-in-doubt', 'a bare TAKEOVER that is asked again is answered by an error', {
    takes: [
      'server.job.doubting.questioning|told.answered|2 failed',
      'server.job.doubting.questioning|told.answered|3 taken',
    ],
    knobs: { attemptToken: false },
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(drop('takeover'), failsAtTheSlave),
  }),
  shown('log-unsynced', 'the slave can not sync what it takes over: no answer', {
    takes: ['server.verdict.syncing|storageFailed|0 taken'],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(failingDisk('n2', nearing('server.verdict.syncing', 'n2'), ms(50))),
  }),
  shown('intents-are-volatile', 'a failover of which nothing is durable', {
    takes: ['server.job.checking the log|always|1 taken'],
    knobs: { persistence: false },
    workload: noLoad,
    operator: failoverSoon,
  }),
];

const closing: readonly Shown[] = [
  shown('close-fails', 'the disk fails under the end of an attempt that was never sent', {
    takes: [
      'server.job.closing.writing|storageFailed|0 taken',
      'server.job.closing.waiting|xstate.after.the pause between questions.server.job.closing.waiting|0 taken',
    ],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(
      { kind: 'reset', between: ['n1', 'n2'], at: entering('server.job.intending') },
      failingDisk('n1', nearing('server.job.closing.writing'), ms(300)),
    ),
  }),
];

/** No barrier: what is in flight commits behind the offset that was read, and must go again. */
const beyond = {
  workload: { ...busy, clients: 8, operations: 30 },
  knobs: { barrier: false },
  operator: failoverSoon,
};
const answeredLate = late('takeover-reply', ms(60));
const cluster = (diskUs: object) => ({ nodes: { servicesUs: slowWrites, diskUs } });

const cutting: readonly Shown[] = [
  shown('push-while-cutting', 'a push by force while the log is being cut', {
    takes: ['server.job.cutting|abort the attempt|0 taken'],
    ...beyond,
    cluster: cluster({ truncate: [600_000] }),
    operator: [...failoverSoon, push(700, { force: true })],
    faults: plan(answeredLate),
  }),
  shown('cut-fails', 'the disk fails as the log is to be cut, for a while', {
    takes: [
      'server.job.cutting|storageFailed|0 taken',
      'server.job.cutting again|xstate.after.the pause between questions.server.job.cutting again|0 taken',
    ],
    ...beyond,
    cluster: cluster({}),
    faults: plan(answeredLate, failingDisk('n1', nearing('server.job.cutting'), ms(250))),
  }),
  shown('push-while-cutting-again', 'the same, and a push by force meanwhile', {
    takes: ['server.job.cutting again|abort the attempt|0 taken'],
    ...beyond,
    cluster: cluster({}),
    operator: [...failoverSoon, push(1000, { force: true })],
    faults: plan(answeredLate, failingDisk('n1', nearing('server.job.cutting'), seconds(2))),
  }),
  shown(
    'write-fails-while-cutting',
    'a write that is still in flight fails before the log is cut',
    {
      takes: ['server.job.cutting|storageFailed|0 failed'],
      ...beyond,
      workload: { ...beyond.workload, clients: 12, operations: 12 },
      cluster: {
        each: {
          n1: { servicesUs: { write: [50_000, 200_000, 400_000] }, diskUs: { append: [30_000] } },
        },
      },
      faults: plan(answeredLate, failingDisk('n1', nearing('server.job.cutting'), ms(250))),
    },
  ),
];

const stepping: readonly Shown[] = [
  shown('step-down-fails', 'the disk fails as the old master steps down', {
    takes: [
      'server.job.stepping down|storageFailed|0 taken',
      'server.job.stepping down again|xstate.after.the pause between questions.server.job.stepping down again|0 taken',
    ],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(failingDisk('n1', nearing('server.job.stepping down'), ms(250))),
  }),
  shown('push-while-stepping-down', 'a push by force as the old master writes that it is a slave', {
    takes: ['server.job.stepping down|abort the attempt|0 taken'],
    ...slowPersist,
    operator: [...failoverSoon, push(1200, { force: true })],
  }),
  shown('push-while-stepping-down-again', 'the same when the disk has refused that', {
    takes: ['server.job.stepping down again|abort the attempt|0 taken'],
    workload: noLoad,
    operator: [...failoverSoon, push(1000, { force: true })],
    faults: plan(failingDisk('n1', nearing('server.job.stepping down'), seconds(2))),
  }),
  shown('push-beside-step-down', 'without a fence a push is written as the old master steps down', {
    takes: ['server.job.stepping down|persisted|0 failed'],
    ...slowPersist,
    knobs: unfenced,
    operator: [...failoverSoon, push(800)],
  }),
  shown('push-fails-beside-step-down', 'the same, and the disk fails under the push', {
    takes: ['server.job.stepping down|storageFailed|0 failed'],
    ...slowPersist,
    knobs: unfenced,
    operator: [...failoverSoon, push(800)],
    faults: plan(failingDisk('n1', nearing('server.job.stepping down'), seconds(1))),
  }),
];

const slowOrders = { each: { n1: { servicesUs: { admin: [100_000] } } } };
const info: Call = { by: 'op3', type: 'info', atUs: ms(1520), node: 'n1' };
const undemoted = {
  knobs: { demote: false },
  workload: noLoad,
  cluster: slowOrders,
  faults: plan(late('takeover-reply', ms(200))),
};

const marking: readonly Shown[] = [
  shown('push-before-marking', 'a push by force that is in service as the slots are to be marked', {
    takes: ['server.job.marking|abort the attempt|0 taken'],
    ...undemoted,
    operator: [{ ...failoverSoon[0]!, atUs: ms(1000) }, push(1500, { force: true })],
  }),
  shown('order-before-marking', 'the slots are marked when an earlier order has had its turn', {
    takes: ['server.job.marking|admitted|0 failed'],
    ...undemoted,
    operator: [{ ...failoverSoon[0]!, atUs: ms(1000) }, push(1500), info],
  }),
  shown('clean-up-fails', 'the disk fails as a push clears the slots that have gone', {
    takes: ['server.setnodes.clearing|storageFailed|0 taken'],
    knobs: { demote: false },
    workload: noLoad,
    operator: [
      ...failoverSoon,
      { type: 'await', atUs: 0, node: 'n1', forMs: 2000 },
      { type: 'outcome', atUs: 0, target: 'n2' },
    ],
    faults: plan(failingDisk('n1', nearing('server.setnodes.clearing'), ms(250))),
  }),
];

const patiently = { ...failoverSoon[0]!, timeoutMs: 3000 };

const besideOthers: readonly Shown[] = [
  // A push resets the state while the first attempt waits, so the second one is accepted: it runs
  // when the slots have gone, and only then is there something to clear beside an attempt.
  shown('close-fails-beside-clean-up', 'a second attempt is closed while a push clears slots', {
    takes: ['server.setnodes.clearing|storageFailed|0 failed'],
    knobs: { demote: false, topologyFence: false },
    workload: busy,
    cluster: {
      nodes: { servicesUs: slowWrites },
      each: { n1: { diskUs: { persist: [300_000] } } },
    },
    operator: [
      { ...patiently, atUs: ms(100) } as Call,
      { type: 'await', atUs: ms(2500), node: 'n1', forMs: 4000 },
      push(1750),
      push(1760, { node: 'n2' }),
      { ...patiently, atUs: ms(2100), by: 'op3', target: 'n3' } as Call,
      {
        by: 'op2',
        type: 'setnodes',
        atUs: ms(4300),
        node: 'n1',
        topology: handedOver(oneShard(['n1', 'n2', 'n3'], 1), 'n2', 3) as never,
      },
    ],
    faults: plan(
      late('ack', ms(800), { from: 'n2', at: nearing('server.job.waiting') }),
      { kind: 'reset', between: ['n1', 'n3'], at: { timeUs: ms(4400) } },
      failingDisk('n1', { timeUs: ms(5050) }, ms(150)),
    ),
  }),
  shown('cut-fails-beside-file', 'a push by force ends an attempt while its log is being cut', {
    takes: ['server.setnodes.writing the file|storageFailed|0 failed'],
    ...beyond,
    knobs: { barrier: false, persistence: false },
    cluster: cluster({ truncate: [600_000] }),
    operator: [...failoverSoon, push(700, { force: true })],
    faults: plan(answeredLate, failingDisk('n1', { timeUs: ms(800) }, ms(400))),
  }),
];

export const attempts: readonly Shown[] = [
  ...beforeTheIntent,
  ...withTheIntent,
  ...asked,
  ...closing,
  ...cutting,
  ...stepping,
  ...marking,
  ...besideOthers,
];
