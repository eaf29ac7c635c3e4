/**
 * Scenarios made by hand against mutants that neither the corpus nor campaigns of 300 runs killed:
 * each brings about what is seldom drawn.
 */
import {
  atTime,
  crash,
  entering,
  ms,
  type Place,
  partition,
  plan,
  receiving,
  seconds,
  type UnnumberedFault,
} from '../builders.js';
import { parseScenario, type Scenario, type ScenarioInput } from '../scenario.js';
import { original } from './mutants.js';

const light = { clients: 3, operations: 60, keys: 8, startUs: 450_000, thinkUs: [5000, 20_000] };

const handOver = (node: string, target: string, atUs: number, timeoutMs = 500) => [
  { type: 'failover' as const, atUs, node, target, timeoutMs },
  { type: 'await' as const, atUs: 0, node, forMs: 5000 },
];

/** Every connection between the first master and its slave. */
const breaking = (at: Place): UnnumberedFault => ({
  kind: 'reset',
  between: ['n1', 'n2'],
  at,
});

const given: readonly ScenarioInput[] = [
  {
    // The intent is on the disk and TAKEOVER has not left: after its restart the master must ask.
    name: 'crash-before-takeover',
    workload: light,
    operator: handOver('n1', 'n2', 500_000),
    faults: plan(crash('n1', { at: entering('server.job.asking'), forUs: ms(500) })),
  },
  {
    // The slave took over, the master restarts and can't ask it, and somebody writes at the master.
    name: 'restart-in-doubt',
    workload: { ...light, startUs: 500_000, operations: 80 },
    operator: [
      ...handOver('n1', 'n2', 500_000),
      { by: 'op2', type: 'set', atUs: 1_600_000, node: 'n1', key: 'k1', value: 'visited' },
    ],
    faults: plan(
      crash('n1', { at: receiving('takeover'), forUs: ms(300) }),
      partition(['n1'], ['n2'], { at: atTime(ms(900)), forUs: seconds(3) }),
    ),
  },
  {
    // Slow writes of many clients: while the last admitted ones commit, others are under way.
    name: 'overlapping-writes',
    cluster: { nodes: { servicesUs: { write: [30, 3000], read: [20] } } },
    workload: { clients: 16, operations: 150, thinkUs: [0], startUs: 500_000 },
    operator: handOver('n1', 'n2', 500_000),
  },
  {
    // Each node hands over twice: what one attempt leaves behind meets the next one.
    name: 'there-and-back-twice',
    workload: { ...light, operations: 200 },
    operator: [
      ...handOver('n1', 'n2', 500_000),
      ...handOver('n2', 'n1', 1_500_000),
      ...handOver('n1', 'n2', 2_500_000),
      ...handOver('n2', 'n1', 3_500_000),
    ],
  },
  {
    // The ack is polled for, as in the proposal.
    name: 'polled',
    protocol: { name: original.name, knobs: { pollMs: 10 } },
    cluster: { nodes: { diskUs: { append: [10, 3000] } } },
    workload: { clients: 8, operations: 150, thinkUs: [0, 1000], startUs: 500_000 },
    operator: handOver('n1', 'n2', 500_000),
  },
  {
    // A barrier is answered after its attempt has failed, and before the next one begins.
    name: 'barrier-answered-between',
    cluster: { nodes: { servicesUs: { write: [600_000], read: [20] } } },
    workload: { clients: 1, operations: 3, thinkUs: [0], startUs: 550_000 },
    operator: [...handOver('n1', 'n2', 500_000, 200), ...handOver('n1', 'n2', 2_000_000, 2000)],
  },
  {
    // The call is lost while the intent is being written; later the master restarts: its intent is closed.
    name: 'restart-after-lost-call',
    workload: { ...light, operations: 200 },
    operator: [...handOver('n1', 'n2', 500_000), ...handOver('n1', 'n2', 4_000_000)],
    faults: plan(
      breaking(entering('server.job.intending')),
      crash('n1', { at: atTime(1_600_000), forUs: ms(300) }),
    ),
  },
  {
    // Everything between the two breaks while a slow write drains, and the slave is back before it ends.
    name: 'broken-while-draining',
    cluster: { each: { n1: { servicesUs: { write: [3_000_000], read: [20] } } } },
    workload: { clients: 1, operations: 1, reads: [0, 1], startUs: 2_000_000, thinkUs: [0] },
    operator: [
      ...handOver('n1', 'n2', 500_000, 5000),
      { by: 'op2', type: 'failover', atUs: 6_000_000, node: 'n1', target: 'n2', timeoutMs: 5000 },
    ],
    faults: plan(breaking(atTime(3_200_000))),
  },
];

/** The scenarios by name. */
export const scenariosByHand = (): ReadonlyMap<string, Scenario> =>
  new Map(given.map((one) => [one.name as string, parseScenario(one)]));
