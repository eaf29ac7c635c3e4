/** Full syncs that break, fail, are refused or are stopped in each of their states. */
import {
  crash,
  entering,
  ms,
  type Place,
  plan,
  seconds,
  type UnnumberedFault,
} from '../../builders.js';
import type { ScenarioInput } from '../../scenario.js';
import { failingDisk, failoverSoon, late, nearing, type Shown, shown } from './shown.js';
import { afterHandover } from './verdicts.js';

type Call = NonNullable<ScenarioInput['operator']>[number];

const workload: NonNullable<ScenarioInput['workload']> = {
  clients: 4,
  operations: 150,
  keys: 3,
  reads: [0, 1],
  startUs: 20_000,
  thinkUs: [1000],
};
/** What a slave has missed for 0.3 s is no longer in the log. */
const nodes = { retain: 20 };
/** n3 comes back at 0.33 s and must copy its master whole. */
const away = crash('n3', { at: { timeUs: ms(30) }, forUs: ms(300) });

/** A read at n3 that is in service for some time, from 0.34 s on: a restore waits for it. */
const slowRead: Call = {
  by: 'op2',
  type: 'get',
  atUs: ms(335),
  node: 'n3',
  key: 'k1',
  readonly: true,
  patienceMs: 5000,
};
const readFor = (us: number) => ({ servicesUs: { read: [us] } });

const base = { workload, cluster: { nodes }, operator: [] };
const at = (state: string, offsetUs = 0): Place => ({
  ...(entering(state, 'n3') as { trigger: never }),
  ...(offsetUs > 0 && { offsetUs }),
});
const breaking = (place: Place): UnnumberedFault => ({
  kind: 'reset',
  between: ['n1', 'n3'],
  at: place,
});
const masterCrash = (place: Place) => crash('n1', { at: place, forUs: ms(300) });

const breaks: readonly Shown[] = [
  shown('copy-reset', 'the connection is reset as the files are asked for', {
    takes: ['fullSync|reset|0 taken'],
    ...base,
    faults: plan(away, breaking(at('fullSync.fetching files'))),
  }),
  shown('copy-uninstalled', 'the disk fails under a restore', {
    takes: [
      'replication.full syncing.restoring|told.unrestored|0 failed',
      'replication.full syncing.restoring|told.unrestored|1 taken',
    ],
    ...base,
    faults: plan(away, failingDisk('n3', nearing('fullSync.restoring', 'n3'), ms(100))),
  }),
  shown('copy-eof', 'the master crashes as the files are asked for', {
    takes: ['fullSync|closed|0 taken'],
    ...base,
    faults: plan(
      away,
      masterCrash({
        trigger: { on: 'message', type: '_fetch_file', move: 'received', when: 'after' },
      }),
    ),
  }),
  shown('copy-nobody', 'the master crashes as a slave is about to copy it', {
    takes: ['fullSync.connecting|unopened|0 taken'],
    ...base,
    faults: plan(away, masterCrash(nearing('fullSync.connecting', 'n3'))),
  }),
  ...(['closed', 'reset'] as const).flatMap((how) => [
    shown(`copy-preparing-${how}`, `the connection ends (${how}) with all files here`, {
      takes: [`fullSync.preparing|${how}|0 taken`],
      ...base,
      cluster: { nodes, each: { n3: readFor(300_000) } },
      operator: [slowRead],
      faults: plan(
        away,
        (how === 'closed' ? masterCrash : breaking)(at('fullSync.preparing', ms(20))),
      ),
    }),
    shown(`copy-restoring-${how}`, `the connection ends (${how}) during the restore`, {
      takes: [`fullSync.restoring|${how}|0 taken`],
      ...base,
      cluster: { nodes, each: { n3: { diskUs: { install: [200_000] } } } },
      faults: plan(
        away,
        (how === 'closed' ? masterCrash : breaking)(at('fullSync.restoring', ms(20))),
      ),
    }),
  ]),
];

/** n3 has been told that n2 is master; n2 follows n1, and is down to stale data at once. */
const chained = (at: Place, requirepass?: string): Omit<Parameters<typeof shown>[2], 'takes'> => ({
  workload,
  // Where attempts have names, AUTH is served all the same.
  knobs: { topologyFence: false, ...(requirepass !== undefined && { attemptToken: false }) },
  cluster: {
    nodes: {
      ...nodes,
      slaveServeStaleData: false,
      ...(requirepass !== undefined && { requirepass, masterauth: requirepass }),
    },
  },
  operator: [
    { by: 'op2', type: 'setnodes', atUs: ms(10), node: 'n3', topology: afterHandover as never },
  ],
  faults: plan(away, { kind: 'reset', between: ['n1', 'n2'], at }),
});

const refused: readonly Shown[] = [
  shown('copy-auth-refused', 'the node to copy loses its own master before it is asked', {
    takes: [
      'fullSync.authenticating|message.auth-reply|0 taken',
      'fullSync.waiting 10 s|xstate.after.10000.fullSync.waiting 10 s|0 taken',
    ],
    ...chained(at('fullSync.connecting'), 'secret'),
  }),
  shown('copy-meta-refused', 'the same before it is asked what there is', {
    takes: ['fullSync.fetching meta|message._fetch_meta-reply|1 taken'],
    ...chained(at('fullSync.fetching meta')),
  }),
  shown('copy-files-refused', 'the same before it is asked for the files', {
    takes: [
      'fullSync.fetching files|message._fetch_file-reply|0 failed',
      'fullSync.fetching files|message._fetch_file-reply|1 taken',
    ],
    ...chained(at('fullSync.fetching files')),
  }),
  shown('copy-meta-unfit', 'the master opens an intent before it is asked what there is', {
    takes: [
      'fullSync.fetching meta|message._fetch_meta-reply|0 taken',
      'replication.full syncing.fetching|told.unfit|0 taken',
    ],
    ...base,
    operator: failoverSoon,
    faults: plan(away, late('_fetch_meta', ms(200)), late('takeover-reply', ms(600))),
  }),
  shown('copy-files-unfit', 'the master opens an intent before it is asked for the files', {
    takes: [
      'fullSync.fetching files|message._fetch_file-reply|0 taken',
      'server.commands|served|0 taken',
    ],
    ...base,
    operator: failoverSoon,
    faults: plan(away, late('_fetch_file', ms(200)), late('takeover-reply', ms(600))),
  }),
];

/**
 * The thread is told to stop in the middle of a restore. Who asks a node in LOADING is refused, but
 * news of a new master is the node's own: it waits behind a slow read, as the restore does. Two
 * safeguards off: else the old master is not copied, and a push waits for the disk.
 */
const stopped = (install: number, knobs: object = {}) => ({
  workload,
  knobs: { persistence: false, topologyFence: false, ...knobs },
  cluster: { nodes, each: { n3: { ...readFor(seconds(1)), diskUs: { install: [install] } } } },
  operator: [...failoverSoon, { ...slowRead, atUs: ms(703) } as Call],
});
const longAway = crash('n3', { at: { timeUs: ms(50) }, forUs: ms(650) });
const newsLate = late('replconf', ms(50), { from: 'n3', at: { timeUs: ms(600) } });

const stops: readonly Shown[] = [
  shown('stop-while-restoring', 'news of another master comes in the middle of a restore', {
    takes: [
      'replication.full syncing.restoring|told.stop|0 taken',
      'replication.full syncing.restoring|told.restored|0 taken',
    ],
    ...stopped(200_000),
    faults: plan(longAway, newsLate),
  }),
  shown('stop-while-restore-fails', 'the same, and the disk fails under the restore', {
    takes: ['replication.full syncing.restoring|told.unrestored|0 taken'],
    ...stopped(200_000),
    faults: plan(
      longAway,
      newsLate,
      failingDisk('n3', nearing('fullSync.restoring', 'n3'), ms(250)),
    ),
  }),
  shown('look-while-restoring', 'the same of a thread that looks at its stop flag now and then', {
    takes: [
      'replication.full syncing.restoring|told.stop|0 failed',
      'replication.full syncing.restoring|look at the stop flag|0 taken',
    ],
    ...stopped(500_000, { stopPollMs: 100 }),
    faults: plan(longAway, newsLate),
  }),
];

export const fullSyncs: readonly Shown[] = [...breaks, ...refused, ...stops];
