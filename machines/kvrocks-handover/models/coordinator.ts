/**
 * The failover coordinator as an operator sees it: the eight states of `cluster_failover_state`, what
 * leads from each to each, and how clients are answered meanwhile.
 *
 * Sources: kvrocks-graceful-failover.md, 4 and 7; graceful.md, The attempt.
 *
 * Every state here is one in which a cluster can be left alone for a while and be looked at: something
 * holds it up (a disk, a message on the way, a slave that is silent), and an event takes that away.
 */
import { assign, setup } from 'xstate';
import { ask, begin, end, pass, seen, stays, type TestModel } from '../../test-model.js';
import {
  breaks,
  diskEnds,
  failover,
  holdMessage,
  letGo,
  loseMessage,
  outcome,
  push,
  restart,
  sameRoles,
  samplingMs,
  shard,
  silence,
  silenceEnds,
  stall,
  timeoutMs,
} from './shard.js';

const serving = {
  write: { n1: 'OK', n2: 'MOVED n1' },
  read: { n1: 'OK', n2: 'MOVED n1' },
} as const;
const gated = { write: { n1: 'TRYAGAIN', n2: 'MOVED n1' } } as const;
const closed = { write: { n1: 'TRYAGAIN' }, read: { n1: 'TRYAGAIN' } } as const;
const over = { write: { n1: 'MOVED n2', n2: 'OK' }, read: { n1: 'MOVED n2', n2: 'OK' } } as const;

const master = (state: string, more: Readonly<Record<string, string>> = {}) => ({
  info: { n1: { role: 'master', cluster_failover_state: state, ...more } },
});
const slaveStill = { info: { ...master('switching').info, n2: { role: 'slave' } } };
const failed = (failover_reason: string) => ({
  ...seen({ ...master('failed', { failover_reason }), ...serving }),
  on: { 'FAILOVER once more': 'sampling' },
});

const takenOver = {
  n1: { role: 'slave', master: 'n2' },
  n2: { role: 'master' },
} as const;

interface Context {
  /** Topologies that were pushed. */
  pushed: number;
}

const model = setup({
  types: { context: {} as Context },
  actions: { 'count the topology': assign({ pushed: ({ context }) => context.pushed + 1 }) },
  // Once is enough, and keeps the number of states finite.
  guards: { 'none has come': ({ context }) => context.pushed === 0 },
});

/** What ends an attempt before its intent, wherever it is. */
const endable = {
  'a topology comes': {
    guard: 'none has come',
    target: 'given up',
    actions: 'count the topology',
  },
  'the master restarts': 'idle',
  'the connection breaks': 'failed: connection broken',
  'the slave restarts': 'failed: connection broken',
  'FAILOVER again': stays,
} as const;

/** What is refused while nobody knows whether the slave has taken over. */
const refusing = { 'a topology is refused': stays, 'FAILOVER again': stays } as const;

const chart = model.createMachine({
  id: 'coordinator',
  context: { pushed: 0 },
  initial: 'set up',
  states: {
    'set up': {
      on: {
        'all are alike': 'idle',
        'the slave has another password': 'barred',
        'the slave is of other software': 'unfit',
      },
    },
    idle: {
      ...seen({ ...master('none'), ...serving }),
      on: {
        'FAILOVER to a node that is unknown': stays,
        'FAILOVER to the master itself': stays,
        'FAILOVER with a bad timeout': stays,
        'FAILOVER at the slave': stays,
        'FAILOVER to a slave that is down': stays,
        FAILOVER: 'sampling',
        'FAILOVER over a slow connection': 'connecting',
        'FAILOVER with AUTH on the way': 'authenticating',
        'FAILOVER while connections are refused': 'failed: connection refused',
      },
    },
    barred: {
      ...seen(master('none')),
      on: { 'FAILOVER to a slave with another password': 'failed: another password' },
    },
    unfit: { ...seen(master('none')), on: { 'FAILOVER to a slave that is unfit': stays } },
    connecting: {
      ...seen({ ...master('check_slave'), ...serving }),
      on: {
        ...endable,
        'the connection is made': 'sampling',
        // It is back before the connection reaches it.
        'the slave restarts': 'success',
      },
    },
    authenticating: {
      ...seen({ ...master('check_slave'), ...serving }),
      on: { ...endable, 'AUTH arrives': 'sampling', 'AUTH is not answered': 'failed: AUTH' },
    },
    sampling: {
      ...seen({ ...master('check_slave'), ...serving }),
      on: {
        ...endable,
        'time passes': 'success',
        'time passes while a write is on its way to the disk': 'draining',
        'time passes while the slave stands still': 'failed: lagging',
        'time passes while the slave is slow': 'failed: too slow',
      },
    },
    draining: {
      ...seen({ ...master('pause_write'), ...gated }),
      on: {
        'the write ends': 'success',
        'the write ends and the slave is silent': 'waiting',
        'the write ends and TAKEOVER is on the way': 'asking',
        'no end of the write': 'failed: drain timeout',
        'FAILOVER again': stays,
        'the connection breaks and the write ends': 'failed: connection broken',
      },
    },
    waiting: {
      ...seen({ ...master('wait_sync'), ...gated, read: { n1: 'OK' } }),
      on: {
        ...endable,
        'the slave speaks': 'success',
        'the slave speaks and the disk of the master hangs': 'intending',
        'the slave speaks and TAKEOVER is on the way': 'asking',
        'no word of the slave': 'failed: sync timeout',
      },
    },
    intending: {
      ...seen({ ...master('switching'), ...closed }),
      on: {
        ...refusing,
        'the intent is written': 'success',
        'the intent can not be written': 'failed: intent',
        'the connection breaks and the disk goes on': 'failed: connection broken',
        // The intent was not durable, and nothing was sent.
        'the master restarts': 'idle',
      },
    },
    asking: {
      ...seen({ ...master('switching'), ...closed, ...slaveStill }),
      on: {
        ...refusing,
        'TAKEOVER arrives': 'success',
        'TAKEOVER arrives and the answer is on the way': 'taken unknown',
        'TAKEOVER is lost, each time': 'in doubt',
        'TAKEOVER arrives at a slave of a later topology': 'failed: refused',
        'the connection breaks': 'success',
        'the slave restarts': 'success',
        'the master restarts': 'success',
      },
    },
    'in doubt': {
      ...seen({ ...master('switching'), ...closed, ...slaveStill }),
      on: {
        ...refusing,
        'TAKEOVER gets through': 'success',
        'the doubt lasts': 'failed: cancelled',
        'the master restarts and asks on': stays,
        'the slave restarts and is asked': stays,
      },
    },
    'taken unknown': {
      ...seen({
        info: { ...master('switching').info, n2: takenOver.n2 },
        write: { n1: 'TRYAGAIN', n2: 'OK' },
        read: { n1: 'TRYAGAIN', n2: 'OK' },
      }),
      on: {
        ...refusing,
        'the answer arrives': 'success',
        'the answer comes too late': 'success',
        'CANCEL comes too late': 'success',
        'the connection breaks': 'success',
        'the slave restarts': 'success',
        'the master restarts': 'success',
      },
    },
    'given up': {
      ...seen({ ...master('none', { failover_reason: 'a new topology came' }), ...serving }),
      on: { 'FAILOVER once more': 'sampling' },
    },
    'failed: connection broken': {
      ...seen({ ...master('failed'), ...serving }),
      on: { 'FAILOVER once more': 'sampling' },
    },
    'failed: another password': {
      ...seen(master('failed', { failover_reason: 'AUTH failed' })),
      on: { 'FAILOVER to a slave with another password': stays },
    },
    'failed: connection refused': failed('Failed to connect to slave'),
    'failed: AUTH': failed('AUTH failed'),
    'failed: lagging': failed('Slave lag check failed: Slave is not replicating'),
    'failed: too slow': failed('Slave lag check failed: Estimated catchup time'),
    'failed: drain timeout': failed('Timeout waiting for writes to drain'),
    'failed: sync timeout': failed('Timeout waiting for replication sync'),
    'failed: intent': failed('the intent could not be written'),
    'failed: cancelled': failed('the slave refused'),
    'failed: refused': seen({
      ...master('failed', { failover_reason: 'the slave refused' }),
      ...serving,
    }),
    success: {
      ...seen({
        info: { ...takenOver, n1: { ...takenOver.n1, cluster_failover_state: 'success' } },
        ...over,
      }),
      on: {
        'FAILOVER again': stays,
        'the outcome is pushed': stays,
        'a later topology is pushed': 'announced',
        'the old master restarts': 'announced',
        'FAILOVER back': 'handed back',
      },
    },
    announced: {
      ...seen({
        info: { ...takenOver, n1: { ...takenOver.n1, cluster_failover_state: 'none' } },
        ...over,
      }),
      on: { 'FAILOVER at the old master': stays, 'FAILOVER back': 'handed back' },
    },
    'handed back': seen({
      info: {
        n1: { role: 'master', cluster_failover_state: 'none' },
        n2: { role: 'slave', master: 'n1', cluster_failover_state: 'success' },
      },
      ...serving,
    }),
  },
});

/** In doubt for so long, the master withdraws the attempt. */
const cancelAfterMs = 60_000;

const inProgress = 'ERR Failover is already in progress';

export const coordinator: TestModel = {
  name: 'coordinator',
  about: 'the failover coordinator: eight states, every way out of each',
  scenario: shard,
  // Long enough for whatever a path does in doubt.
  knobs: { cancelAfterMs },
  simpleWithout: ['FAILOVER once more'],
  machine: chart,
  deeds: {
    'all are alike': [],
    'FAILOVER to a node that is unknown': [failover('ERR', { target: 'n9' })],
    'FAILOVER to the master itself': [failover('ERR', { target: 'n1' })],
    'FAILOVER with a bad timeout': [failover('ERR timeout is negative', { timeoutMs: -1 })],
    'FAILOVER at the slave': [
      failover("ERR Current node is a slave, can't failover", { node: 'n2', target: 'n3' }),
    ],
    'FAILOVER to a slave that is down': [
      begin('crash', { kind: 'crash', node: 'n2' }),
      pass(50),
      failover('ERR target is not an attached slave'),
      pass(50),
      end('crash'),
      pass(2000),
    ],
    'the slave is of other software': [
      { do: 'given', cluster: { each: { n2: { release: 'pr3295' } } } },
    ],
    'FAILOVER to a slave that is unfit': [failover('ERR target does not know TAKEOVER')],
    FAILOVER: [failover('OK')],
    'FAILOVER back': [pass(1000), failover('OK', { node: 'n2', target: 'n1' }), pass(samplingMs)],
    'FAILOVER again': [failover(inProgress)],
    'FAILOVER once more': [pass(2000), failover('OK')],
    'FAILOVER over a slow connection': [
      begin('slow', {
        kind: 'link',
        from: 'n1',
        to: 'n2',
        on: 'connect',
        verdict: { kind: 'delay', us: 700_000 },
      }),
      failover('OK'),
      pass(10),
      end('slow'),
    ],
    'the connection is made': [pass(700)],
    'FAILOVER with AUTH on the way': [holdMessage('n1', 'n2', 'auth'), failover('OK')],
    'AUTH arrives': [letGo('auth')],
    'AUTH is not answered': [pass(1100), letGo('auth')],
    'FAILOVER while connections are refused': [
      begin('refusal', {
        kind: 'link',
        from: 'n1',
        to: 'n2',
        on: 'connect',
        verdict: { kind: 'reset' },
      }),
      failover('OK'),
      pass(100),
      end('refusal'),
    ],
    'the slave has another password': [
      { do: 'given', cluster: { each: { n2: { requirepass: 'another' } } } },
    ],
    'FAILOVER to a slave with another password': [failover('OK')],
    'the connection breaks': [breaks],
    'the connection breaks and the write ends': [breaks, pass(10), diskEnds],
    'a topology comes': [
      ...['n1', 'n2', 'n3'].map((node) => push(node, sameRoles(2), 'OK')),
      pass(50),
    ],
    'a topology is refused': [push('n1', sameRoles(9), 'ERR Failover is in doubt')],
    'the connection breaks and the disk goes on': [breaks, pass(10), diskEnds],
    'the master restarts': [...restart('n1')],
    'the slave restarts': [...restart('n2')],
    'the master restarts and asks on': [...restart('n1')],
    'the slave restarts and is asked': [...restart('n2')],
    'time passes': [pass(samplingMs)],
    'time passes while a write is on its way to the disk': [
      pass(samplingMs - 100),
      stall('n1'),
      ask({ type: 'set', node: 'n1', key: 'slow', value: 'slow', patienceMs: 5000 }),
      pass(150),
    ],
    'time passes while the slave stands still': [
      begin('pause', { kind: 'pause', node: 'n2' }),
      ask({ type: 'set', node: 'n1', key: 'a', value: 'a' }, 'OK'),
      pass(samplingMs + 1100),
      end('pause'),
    ],
    'time passes while the slave is slow': [
      begin('slow disk', { kind: 'disk', node: 'n2', mode: 'slow', factor: [20_000, 1] }),
      // One after another, so that the slave can say how far it is between two of them.
      ...[...'abcdefghij'].flatMap((value) => [
        ask({ type: 'set', node: 'n1', key: 'a', value, numbers: 64 }, 'OK'),
        pass(20),
      ]),
      pass(samplingMs + 1100),
      end('slow disk'),
      pass(3000),
    ],
    'the write ends': [diskEnds],
    'the write ends and the slave is silent': [silence, diskEnds],
    'the write ends and TAKEOVER is on the way': [holdMessage('n1', 'n2', 'takeover'), diskEnds],
    'no end of the write': [pass(timeoutMs), diskEnds],
    'the slave speaks': [silenceEnds],
    'the slave speaks and the disk of the master hangs': [stall('n1'), silenceEnds],
    'the slave speaks and TAKEOVER is on the way': [
      holdMessage('n1', 'n2', 'takeover'),
      silenceEnds,
    ],
    'no word of the slave': [pass(timeoutMs), silenceEnds],
    'the intent is written': [diskEnds],
    'the intent can not be written': [
      begin('failing', { kind: 'disk', node: 'n1', mode: 'failing' }),
      diskEnds,
      pass(20),
      end('failing'),
    ],
    'TAKEOVER arrives': [letGo('takeover')],
    'TAKEOVER arrives and the answer is on the way': [
      holdMessage('n2', 'n1', 'takeover-reply'),
      letGo('takeover'),
    ],
    'TAKEOVER is lost, each time': [loseMessage('n1', 'n2', 'takeover'), breaks],
    'TAKEOVER arrives at a slave of a later topology': ({ pushed }: Context) => [
      push('n2', sameRoles(2 + pushed), 'OK'),
      pass(50),
      letGo('takeover'),
    ],
    'TAKEOVER gets through': [letGo('lost takeover')],
    'the doubt lasts': [pass(cancelAfterMs + 500)],
    'the answer arrives': [letGo('takeover-reply')],
    'the answer comes too late': [pass(1500), letGo('takeover-reply')],
    'CANCEL comes too late': [pass(cancelAfterMs + 2000)],
    'the outcome is pushed': ({ pushed }: Context) =>
      ['n2', 'n1', 'n3'].map((node) => push(node, outcome(2 + pushed), 'OK')),
    'a later topology is pushed': ['n2', 'n1', 'n3'].map((node) => push(node, outcome(9), 'OK')),
    'the old master restarts': [...restart('n1')],
    'FAILOVER at the old master': [failover("ERR Current node is a slave, can't failover")],
  },
};
