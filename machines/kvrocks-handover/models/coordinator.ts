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
import { seen, stays, type TestModel } from '../../test-model.js';
import { type Context, cancelAfterMs, coordinatorDeeds } from './coordinator-deeds.js';
import { shard } from './shard.js';

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

export const coordinator: TestModel = {
  name: 'coordinator',
  about: 'the failover coordinator: eight states, every way out of each',
  scenario: shard,
  knobs: { cancelAfterMs },
  simpleWithout: ['FAILOVER once more'],
  machine: chart,
  deeds: coordinatorDeeds,
};
