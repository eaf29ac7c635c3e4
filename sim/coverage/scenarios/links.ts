/** Replication and calls between nodes, broken where it hardly ever happens. */
import {
  breakOn,
  crash,
  entering,
  ms,
  type Place,
  pause,
  plan,
  receiving,
  seconds,
  type UnnumberedFault,
} from '../../builders.js';
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
} from './shown.js';
import { afterHandover } from './verdicts.js';

const load = { ...busy, operations: 100 };

type Call = NonNullable<ScenarioInput['operator']>[number];

const toN2 = (atMs: number): Call => ({
  type: 'setnodes',
  atUs: ms(atMs),
  node: 'n3',
  topology: afterHandover as never,
});
const secret = { requirepass: 'secret', masterauth: 'secret' };
const onConnect = (from: string, verdict: Link['verdict']): UnnumberedFault => ({
  kind: 'link',
  on: 'connect',
  from,
  verdict,
  at: { timeUs: 0 },
  durationUs: seconds(4),
});
type Link = Extract<UnnumberedFault, { kind: 'link' }>;
const replication = (place: string) => `replication.${place}`;

/** A thread that looks at its stop flag every 100 ms. */
const looking = { knobs: { stopPollMs: 100 }, workload: noLoad, operator: [toN2(50)] };

const stops: readonly Shown[] = [
  shown('stop-while-connecting', 'a thread is stopped while it connects, and its master answers', {
    takes: [
      replication('connecting|look at the stop flag|0 taken'),
      replication('connecting|opened|0 taken'),
    ],
    ...looking,
    faults: plan(onConnect('n3', { kind: 'delay', us: ms(300) })),
  }),
  shown('stop-while-nobody-answers', 'the same, and nobody answers', {
    takes: [replication('connecting|unopened|0 taken')],
    ...looking,
    operator: [...looking.operator, { type: 'await', atUs: 0, node: 'n1', forMs: 5000 }],
    faults: plan(onConnect('n3', { kind: 'drop' })),
  }),
  shown('nobody-answers', 'a slave connects to its master, and nobody answers', {
    takes: [replication('connecting|unopened|1 taken')],
    workload: noLoad,
    operator: [{ type: 'await', atUs: 0, node: 'n1', forMs: 5000 }],
    faults: plan(onConnect('n3', { kind: 'drop' })),
  }),
  shown('stop-while-waiting-10-s', 'a thread is stopped while it waits after a refusal', {
    takes: [
      replication('handshake.auth|message.auth-reply|0 taken'),
      replication('waiting 10 s|look at the stop flag|0 taken'),
      replication('waiting 10 s|xstate.after.10000.replication.waiting 10 s|0 taken'),
    ],
    ...looking,
    cluster: { nodes: secret, each: { n3: { masterauth: 'wrong' } } },
    operator: [...looking.operator, { type: 'await', atUs: 0, node: 'n1', forMs: 11_000 }],
  }),
  shown('break-in-the-handshake', 'the connection breaks before a slave is fed', {
    takes: [replication('handshake|reset|0 taken')],
    workload: noLoad,
    operator: [{ type: 'await', atUs: 0, node: 'n1', forMs: 100 }],
    faults: plan({
      kind: 'reset',
      between: ['n1', 'n3'],
      at: entering('replication.handshake.psync', 'n3'),
    }),
  }),
  shown('crash-in-the-handshake', 'the master crashes before a slave is fed', {
    takes: [replication('handshake|closed|0 taken')],
    workload: noLoad,
    operator: [{ type: 'await', atUs: 0, node: 'n1', forMs: 100 }],
    faults: plan(crash('n1', { at: entering('replication.handshake.psync', 'n3'), forUs: ms(50) })),
  }),
  shown('stop-while-applying', 'a thread looks at its stop flag while it is in the storage', {
    takes: [replication('following.applying|look at the stop flag|0 taken')],
    ...looking,
    workload: load,
    cluster: { each: { n3: { diskUs: { append: [150_000] } } } },
  }),
  shown('break-while-applying', 'a connection breaks while what came over it is being applied', {
    takes: [
      replication('following.applying|reset|0 taken'),
      replication('following.applying|appended|2 taken'),
    ],
    workload: load,
    cluster: { each: { n3: { diskUs: { append: [20_000] } } } },
    operator: [],
    faults: plan({
      kind: 'reset',
      between: ['n1', 'n3'],
      at: entering('replication.following.applying', 'n3'),
    }),
  }),
];

const refusals: readonly Shown[] = [
  shown('address-refused', 'the master to follow loses its own before it is told an address', {
    takes: [replication('handshake.replconf|message.replconf-reply|0 taken')],
    workload: noLoad,
    cluster: { nodes: { slaveServeStaleData: false } },
    operator: [toN2(50)],
    faults: plan({
      kind: 'reset',
      between: ['n1', 'n2'],
      at: {
        trigger: {
          on: 'state',
          node: 'n3',
          machine: 'replication',
          state: 'replication.handshake.replconf',
          move: 'entered',
          when: 'after',
          nth: 2,
        },
      },
    }),
  }),
  shown('master-is-loading', 'the master to follow begins a restore before it is asked to feed', {
    takes: [replication('handshake.psync|message.psync-reply|0 taken')],
    workload: { ...load, thinkUs: [500] },
    cluster: { nodes: { retain: 20 }, each: { n2: { diskUs: { install: [500_000] } } } },
    operator: [toN2(335)],
    faults: plan(
      crash('n2', { at: { timeUs: ms(30) }, forUs: ms(300) }),
      late('psync', ms(200), { from: 'n3', to: 'n2' }),
    ),
  }),
];

const fromTheMaster = (kind: 'reset' | 'drop'): UnnumberedFault => ({
  kind: 'link',
  type: 'auth',
  from: 'n1',
  to: 'n2',
  times: 1,
  verdict: { kind },
  at: { timeUs: 0 },
});
const authenticating = { workload: noLoad, cluster: { nodes: secret }, operator: failoverSoon };

const calls: readonly Shown[] = [
  shown('call-reset', 'the call to the slave breaks while it authenticates', {
    takes: ['call.authenticating|reset|0 taken'],
    ...authenticating,
    faults: plan(fromTheMaster('reset')),
  }),
  shown('call-unanswered', 'the call to the slave gets no answer to its AUTH', {
    takes: ['call.authenticating|xstate.after.the bound.call.authenticating|0 taken'],
    ...authenticating,
    faults: plan(fromTheMaster('drop')),
  }),
  shown('call-ends-in-its-use', 'the slave crashes when it has been told to take over', {
    takes: ['call.asking|closed|0 taken'],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(crash('n2', { at: receiving('takeover'), forUs: ms(300) })),
  }),
  shown('call-breaks-in-its-use', 'the call breaks as TAKEOVER is sent', {
    takes: ['call.asking|reset|0 taken'],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(breakOn('takeover')),
  }),
  shown('call-ends-before-its-use', 'the slave crashes between its call and TAKEOVER', {
    takes: ['call.ready|closed|0 taken'],
    workload: noLoad,
    operator: failoverSoon,
    faults: plan(crash('n2', { at: entering('server.job.sampling.sleeping'), forUs: ms(300) })),
  }),
];

const storage: readonly Shown[] = [
  shown('slave-stalls-a-feed', 'a slave does not run, and its feed has nowhere to write to', {
    takes: ['feed|blocked|0 taken', 'feed.blocked|writable|0 taken'],
    workload: { ...load, valueBytes: [20_000] },
    network: { windowBytes: 4096 },
    operator: [],
    faults: plan(pause('n3', { at: { timeUs: ms(100) }, forUs: seconds(2) })),
  }),
  shown('stop-and-fail-while-applying', 'a thread is stopped, and its disk fails before it looks', {
    takes: ['replication.following.applying|storageFailed|0 taken'],
    workload: load,
    cluster: { each: { n3: { diskUs: { append: [20_000] } } } },
    operator: [{ type: 'setnodes', atUs: ms(200), node: 'n3', topology: afterHandover as never }],
    faults: plan(failingDisk('n3', entering('server.setnodes.unlinking', 'n3'), ms(200))),
  }),
  shown('sync-fails-before-an-ack', 'a slave that syncs before it acknowledges can not', {
    takes: ['replication.following.syncing|storageFailed|0 taken'],
    workload: load,
    cluster: { nodes: { syncWrites: true } },
    operator: [],
    faults: plan(failingDisk('n3', nearing('replication.following.syncing', 'n3'), ms(50))),
  }),
  shown('call-shut-out-by-a-crash', 'the slave crashes while the old master authenticates', {
    takes: ['call.authenticating|closed|0 taken'],
    workload: noLoad,
    cluster: { nodes: { requirepass: 'secret', masterauth: 'secret' } },
    operator: failoverSoon,
    faults: plan(
      crash('n2', {
        at: {
          trigger: {
            on: 'message',
            type: 'auth',
            move: 'received',
            from: 'n1',
            to: 'n2',
            when: 'after',
          },
        } as Place,
        forUs: ms(300),
      }),
    ),
  }),
];

export const links: readonly Shown[] = [...stops, ...refusals, ...calls, ...storage];
