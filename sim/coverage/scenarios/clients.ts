/** Clients that lose their connections in every state, and some whose answers come too late. */
import { type Place, plan, seconds, type UnnumberedFault } from '../../builders.js';
import type { ScenarioInput } from '../../scenario.js';
import { type Shown, shown } from './shown.js';

const workload: NonNullable<ScenarioInput['workload']> = {
  clients: 1,
  readers: 1,
  operations: 6,
  keys: 1,
  reads: [1, 2],
  startUs: 20_000,
  wait: { slaves: 1, timeoutMs: 500 },
};

const crashOn = (type: string, from: string, node: string): UnnumberedFault => ({
  kind: 'crash',
  node,
  at: {
    trigger: { on: 'message', type, move: 'received', from, to: node, when: 'after' },
  } as Place,
  durationUs: 300_000,
});

const breakOn = (type: string, from: string, kind: 'reset' | 'drop'): UnnumberedFault => ({
  kind: 'link',
  from,
  type,
  times: 1,
  verdict: { kind },
  at: { timeUs: 0 },
});

/** By the message that gets no answer: who sends it where, in which state it is awaited, how long. */
const awaited = [
  ['auth', 'c1', 'n1', 'authenticating', 'its patience with a connection'],
  ['readonly', 'r1', 'n2', 'going read-only', 'its patience with a connection'],
  ['set', 'c1', 'n1', 'asking', 'its patience with a command'],
  ['wait', 'c1', 'n1', 'waiting for slaves', 'its patience with WAIT'],
] as const;

const broken: readonly Shown[] = awaited.flatMap(([type, from, to, state, patience]) => {
  const name = `client.busy.${state}`;
  const ways = [
    ['closed', 'closed', crashOn(type, from, to)],
    ['reset', 'reset', breakOn(type, from, 'reset')],
    ['silence', `xstate.after.${patience}.${name}`, breakOn(type, from, 'drop')],
  ] as const;
  return ways.map(([way, event, fault]) =>
    shown(`client-${type}-${way}`, `a client's ${type} gets no answer: ${way}`, {
      takes: [`${name}|${event}|0 taken`],
      workload,
      cluster: { nodes: { requirepass: 'secret', masterauth: 'secret' } },
      operator: [],
      faults: plan(fault),
    }),
  );
});

/** A client of this library waits 10 s for each connection, and its caller 60 s for all of them. */
const patient: NonNullable<ScenarioInput['workload']> = {
  clients: 1,
  operations: 3,
  keys: 1,
  policy: 'ioredis',
  startUs: 20_000,
};
const nobodyAnswers: UnnumberedFault = {
  kind: 'link',
  on: 'connect',
  from: 'c1',
  times: 20,
  verdict: { kind: 'drop' },
  at: { timeUs: 0 },
};

const hangingUp = {
  trigger: { on: 'effect', node: 'c1', kind: 'close', when: 'before' },
} as const;

const late: readonly Shown[] = [
  shown('client-connects-late', 'a connection opens when its caller has just given up', {
    takes: ['client|opened|0 taken', 'client.busy.connecting|opened|0 failed'],
    workload: patient,
    operator: [],
    faults: plan(nobodyAnswers, {
      ...nobodyAnswers,
      verdict: { kind: 'delay', us: 9_800_000 },
    } as UnnumberedFault),
    limits: { safetyUs: seconds(100) },
  }),
  shown(
    'client-fails-late',
    'no connection opens, and the last one fails when its caller has gone',
    {
      takes: ['client.busy.connecting|unopened|0 failed'],
      workload: patient,
      operator: [],
      faults: plan({ ...nobodyAnswers, times: 200 } as UnnumberedFault),
      limits: { safetyUs: seconds(100) },
    },
  ),
  shown('client-sleeps', 'a client stops between giving up and hanging up; its connection breaks', {
    takes: ['client|reset|0 failed'],
    workload: { clients: 1, operations: 2, keys: 1, startUs: 20_000 },
    cluster: { nodes: { servicesUs: { write: [2_500_000], read: [2_500_000] } } },
    operator: [],
    faults: plan(
      { kind: 'pause', node: 'c1', at: hangingUp, durationUs: 300_000 },
      { kind: 'reset', between: ['c1', 'n1'], at: { ...hangingUp, offsetUs: 100_000 } },
    ),
  }),
  shown('client-loses-an-idle-connection', 'a connection breaks between two calls', {
    takes: ['client|reset|0 taken'],
    workload: { clients: 1, operations: 4, keys: 1, startUs: 20_000, thinkUs: [100_000] },
    operator: [],
    faults: plan({ kind: 'reset', between: ['c1', 'n1'], at: { timeUs: 60_000 } }),
  }),
  shown('client-appends-and-waits', 'appends that slaves are waited for', {
    takes: ['client.busy.asking|message.append-reply|0 taken'],
    workload: { ...workload, kind: 'append', readers: 0 },
    operator: [],
  }),
  shown('client-is-shut-out', 'the master has another password than the rest', {
    takes: [
      'client.busy.authenticating|message.auth-reply|0 failed',
      'client.busy.authenticating|message.auth-reply|1 taken',
    ],
    workload: { ...workload, readers: 0 },
    cluster: {
      nodes: { requirepass: 'secret', masterauth: 'secret' },
      each: { n1: { requirepass: 'another' } },
    },
    operator: [],
  }),
  shown('reader-is-turned-away', 'a slave without its master serves no stale data', {
    takes: [
      'client.busy.going read-only|message.readonly-reply|0 failed',
      'client.busy.going read-only|message.readonly-reply|1 taken',
    ],
    workload: { ...workload, clients: 0 },
    cluster: { nodes: { slaveServeStaleData: false } },
    operator: [],
    faults: plan({ kind: 'partition', from: ['n1'], to: ['n2'], at: { timeUs: 0 } }),
  }),
  shown(
    'client-is-busy',
    'after the run links are slower than clients wait: a call meets another',
    {
      takes: ['client|invoke|0 failed', 'client|invoke|1 taken'],
      workload: { clients: 0, operations: 0, keys: 1 },
      network: { latencyUs: [400_000] },
      operator: [{ type: 'info', atUs: 100_000, node: 'n1' }],
      limits: { safetyUs: seconds(1), livenessUs: 0 },
    },
  ),
];

export const clients: readonly Shown[] = [...broken, ...late];
