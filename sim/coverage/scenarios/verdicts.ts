/** Verdicts that hardly anybody asks for: of a node outside of the cluster, and of another master. */
import { handedOver, oneShard } from '../../../machines/kvrocks/topology.js';
import { ms, plan } from '../../builders.js';
import type { ScenarioInput } from '../../scenario.js';
import { failingDisk, failoverSoon, late, noLoad, type Shown, shown } from './shown.js';

type Call = NonNullable<ScenarioInput['operator']>[number];

const forced = (atMs: number, node: string, topology: unknown): Call => ({
  by: 'op2',
  type: 'setnodes',
  atUs: ms(atMs),
  node,
  topology: topology as never,
  force: true,
});

/** The topology in which n2 is master, as news of it would be. */
export const afterHandover = handedOver(oneShard(['n1', 'n2', 'n3'], 1), 'n2', 2);

/**
 * n2 has taken over and hands back to n1; before it is heard n1 is made master by force and hands
 * over to n3. So n1 decides on an attempt of n2 while the intent of its own is being written.
 */
const crossed = {
  workload: noLoad,
  cluster: { each: { n1: { diskUs: { persist: [300_000] } } } },
  operator: [
    ...failoverSoon,
    { type: 'failover', atUs: ms(1200), node: 'n2', target: 'n1', timeoutMs: 500 },
    { type: 'await', atUs: 0, node: 'n2', forMs: 3000 },
    ...['n1', 'n3'].map((node) => forced(1500, node, oneShard(['n1', 'n2', 'n3'], 9))),
    { by: 'op3', type: 'failover', atUs: ms(1900), node: 'n1', target: 'n3', timeoutMs: 500 },
  ] satisfies Call[],
};
const heardLate = late('takeover', ms(900), { from: 'n2' });

export const verdicts: readonly Shown[] = [
  shown(
    'outsider-takes-over',
    'somebody has taken a node out of its topology, and bids it take over',
    {
      takes: ['server.verdict.weighing|always|0 taken'],
      workload: noLoad,
      operator: [
        forced(50, 'n3', oneShard(['n1', 'n2'], 2)),
        { by: 'op2', type: 'takeover', atUs: ms(300), node: 'n3' },
      ],
    },
  ),
  shown('master-takes-over', 'somebody bids a master of the proposal take over', {
    takes: ['server.verdict.weighing|always|4 taken'],
    protocol: 'kvrocks-pr3295',
    workload: noLoad,
    operator: [{ type: 'takeover', atUs: ms(100), node: 'n1' }],
  }),
  shown('attempts-cross', 'a master decides on an attempt while it writes an intent of its own', {
    takes: ['server.verdict.recording|persisted|0 failed'],
    ...crossed,
    faults: plan(heardLate),
  }),
  shown('step-down-fails-beside-verdict', 'a slave by force is bid to take over as it steps down', {
    takes: ['server.verdict.syncing|storageFailed|0 failed'],
    workload: noLoad,
    limits: { livenessUs: 0, maxEvents: 20_000 },
    knobs: { topologyFence: false },
    cluster: { each: { n1: { diskUs: { persist: [300_000] } } } },
    operator: [
      ...failoverSoon,
      forced(700, 'n1', afterHandover),
      { by: 'op3', type: 'failover', atUs: ms(1100), node: 'n2', target: 'n1', timeoutMs: 500 },
    ],
    faults: plan(
      late('takeover-reply', ms(900)),
      late('takeover', ms(300), { from: 'n2' }),
      failingDisk('n1', { timeUs: ms(1750) }, ms(200)),
    ),
  }),
  shown('attempts-cross-and-fail', 'the same, and the disk fails under the intent', {
    takes: ['server.verdict.recording|storageFailed|0 failed'],
    ...crossed,
    faults: plan(heardLate, failingDisk('n1', { timeUs: ms(2410) }, ms(100))),
  }),
];
