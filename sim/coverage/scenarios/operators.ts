/**
 * An operator's connection ends in each of its states, in every way in which one can, for every sort
 * of call: one that awaits, one that goes to several nodes, one that only reads, and any other.
 */
import { type Place, plan, receiving, type UnnumberedFault } from '../../builders.js';
import type { ScenarioInput } from '../../scenario.js';
import { noLoad, type Shown, shown } from './shown.js';

type Call = NonNullable<ScenarioInput['operator']>[number];

/** How a connection ends, or says nothing, by the event that tells the operator so. */
const ways = {
  closed: (type: string): UnnumberedFault => ({
    kind: 'crash',
    node: 'n3',
    at: {
      trigger: { on: 'message', type, move: 'received', from: 'op1', to: 'n3', when: 'after' },
    } as Place,
    durationUs: 500_000,
  }),
  reset: (type: string) => refused(type, 'reset'),
  'its patience': (type: string) => refused(type, 'drop'),
} as const;

const refused = (type: string, kind: 'reset' | 'drop'): UnnumberedFault => ({
  kind: 'link',
  from: 'op1',
  to: 'n3',
  type,
  times: 1,
  verdict: { kind },
  at: { timeUs: 0 },
});

/** After a failover that was seen to succeed. */
const outcome = (...nodes: string[]): Call[] => [
  { type: 'failover', atUs: 50_000, node: 'n1', target: 'n2', timeoutMs: 200 },
  { type: 'await', atUs: 0, node: 'n1', forMs: 5000 },
  { type: 'outcome', atUs: 0, nodes, target: 'n2' },
];

/** By what an operator makes of no answer: which of several transitions it takes. */
const calls: readonly (readonly [name: string, command: string, taken: Taken, calls: Call[]])[] = [
  ['await', 'info', [0, 0], [{ type: 'await', atUs: 50_000, node: 'n3', forMs: 3000 }]],
  ['first-push', 'setnodes', [1, 1], outcome('n3', 'n2')],
  ['last-push', 'setnodes', [2, 2], outcome('n2', 'n3')],
  ['get', 'get', [4, 3], [{ type: 'get', atUs: 50_000, node: 'n3', key: 'k1' }]],
  ['set', 'set', [4, 2], [{ type: 'set', atUs: 50_000, node: 'n3', key: 'k1', value: 'v' }]],
];

/** While it authenticates, and when the command is sent. */
type Taken = readonly [authenticating: number, asking: number];

const readonlyGet: Call = { type: 'get', atUs: 50_000, node: 'n3', key: 'k1', readonly: true };

function scenarioOf(name: string, state: string, type: string, index: number, script: Call[]) {
  return Object.entries(ways).map(([way, fault]): Shown => {
    const event = way === 'its patience' ? `xstate.after.its patience.operator.${state}` : way;
    const slug = `operator-${name}-${state}-${way}`.replaceAll(' ', '-');
    return shown(slug, `an operator's ${type} for its ${name} gets no answer: ${way}`, {
      takes: [`operator.${state}|${event}|${index} taken`],
      workload: noLoad,
      cluster: { nodes: { requirepass: 'secret', masterauth: 'secret' } },
      operator: script,
      faults: plan(fault(type)),
    });
  });
}

/** Replies that say what hardly any other reply does. */
const replies: readonly Shown[] = [
  shown('operator-finds-nobody', 'an operator asks a node that is down', {
    takes: [
      'operator.connecting|unopened|2 failed',
      'operator.connecting|unopened|3 failed',
      'operator.connecting|unopened|4 taken',
    ],
    workload: noLoad,
    operator: [{ type: 'info', atUs: 50_000, node: 'n3' }],
    faults: plan({ kind: 'crash', node: 'n3', at: { timeUs: 40_000 }, durationUs: 100_000 }),
  }),
  shown('operator-finds-nobody-in-the-end', 'the last node to be told the outcome is down', {
    takes: ['operator.connecting|unopened|2 taken'],
    workload: noLoad,
    operator: outcome('n2', 'n3'),
    faults: plan({ kind: 'crash', node: 'n3', at: receiving('setnodes'), durationUs: 500_000 }),
  }),
  shown('operator-is-shut-out', 'a node has another password than the rest: INFO is refused', {
    takes: ['operator.asking|message.info-reply|4 taken'],
    workload: noLoad,
    cluster: {
      nodes: { requirepass: 'secret', masterauth: 'secret' },
      each: { n3: { requirepass: 'another' } },
    },
    operator: [{ type: 'info', atUs: 50_000, node: 'n3' }],
  }),
  ...(['set', 'append'] as const).map((type) =>
    shown(`operator-${type}-in-doubt`, `a disk fails under the operator's ${type}`, {
      takes: [`operator.asking|message.${type}-reply|3 taken`],
      workload: noLoad,
      operator: [{ type, atUs: 50_000, node: 'n1', key: 'k1', value: 'v,' }],
      faults: plan({ kind: 'disk', node: 'n1', mode: 'failing', at: { timeUs: 40_000 } }),
    }),
  ),
  shown('operator-appends', 'an operator appends at a master, and at a slave, which refuses', {
    takes: [
      'operator.asking|message.append-reply|3 failed',
      'operator.asking|message.append-reply|4 failed',
      'operator.asking|message.append-reply|4 taken',
      'operator.asking|message.append-reply|5 taken',
    ],
    workload: noLoad,
    operator: ['n1', 'n2'].map(
      (node) => ({ type: 'append', atUs: 50_000, node, key: 'k1', value: `${node},` }) as const,
    ),
  }),
  shown('operator-takes-over', 'somebody tells a slave, then a master, to take over by hand', {
    takes: [
      'operator.asking|message.takeover-reply|4 taken',
      'operator.asking|message.takeover-reply|5 taken',
      'server.verdict.weighing|always|1 taken',
    ],
    workload: noLoad,
    cluster: { each: { n3: { release: 'pr3295' } } },
    operator: ['n2', 'n3'].map((node) => ({ type: 'takeover', atUs: 50_000, node }) as const),
  }),
];

export const operators: readonly Shown[] = [
  ...calls.flatMap(([name, command, [early, sent], script]) => [
    ...scenarioOf(name, 'authenticating', 'auth', early, script),
    ...scenarioOf(name, 'asking', command, sent, script),
  ]),
  ...scenarioOf('readonly-get', 'going read-only', 'readonly', 4, [readonlyGet]),
  ...replies,
];
