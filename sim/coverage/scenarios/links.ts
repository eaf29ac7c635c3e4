/** Replication and calls between nodes, broken where it hardly ever happens. */
import { crash, entering, ms, type Place, pause, plan, seconds } from '../../builders.js';
import { busy, failingDisk, failoverSoon, nearing, noLoad, type Shown, shown } from './shown.js';
import { afterHandover } from './verdicts.js';

const load = { ...busy, operations: 100 };

export const links: readonly Shown[] = [
  shown('slave-stalls-a-feed', 'a slave does not run, and its feed has nowhere to write to', {
    takes: ['feed feed|blocked|0 taken', 'feed feed.blocked|writable|0 taken'],
    workload: { ...load, valueBytes: [20_000] },
    network: { windowBytes: 4096 },
    operator: [],
    faults: plan(pause('n3', { at: { timeUs: ms(100) }, forUs: seconds(2) })),
  }),
  shown('stop-and-fail-while-applying', 'a thread is stopped, and its disk fails before it looks', {
    takes: ['replication replication.following.applying|storageFailed|0 taken'],
    workload: load,
    cluster: { each: { n3: { diskUs: { append: [20_000] } } } },
    operator: [{ type: 'setnodes', atUs: ms(200), node: 'n3', topology: afterHandover as never }],
    faults: plan(failingDisk('n3', entering('server.setnodes.unlinking', 'n3'), ms(200))),
  }),
  shown('sync-fails-before-an-ack', 'a slave that syncs before it acknowledges can not', {
    takes: ['replication replication.following.syncing|storageFailed|0 taken'],
    workload: load,
    cluster: { nodes: { syncWrites: true } },
    operator: [],
    faults: plan(failingDisk('n3', nearing('replication.following.syncing', 'n3'), ms(50))),
  }),
  shown('call-shut-out-by-a-crash', 'the slave crashes while the old master authenticates', {
    takes: ['call call.authenticating|closed|0 taken'],
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
