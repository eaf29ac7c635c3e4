/**
 * The slave's side of a handover: what it decides when it is told to take over, or that it must not,
 * what is left of that over a restart or a loss of power, and when the other slave hears of it.
 *
 * Sources: kvrocks-graceful-failover.md, 5; kvrocks-replication.md, 2 to 4; graceful.md, The verdict of
 * S and Rules (R1 to R4, R6 to R8).
 *
 * That the slave has not applied the target is reachable although its master waits for it: what it has
 * said to have applied is not durable, so with its power it goes, and TAKEOVER may come before the log
 * does. In the middle of a full sync it can't be asked: no slave that copies is attached, and nobody
 * copies a master with an open intent (R7): a slave that would have to waits, and refuses.
 */
import { createMachine } from 'xstate';
import { type Facts, type Observation, seen, stays, type TestModel } from '../../test-model.js';
import { shard } from './shard.js';
import { cancelAfterMs, diskUs, retain, takeoverDeeds } from './takeover-deeds.js';

const answers = (n1: string, n2: string) => ({ write: { n1, n2 }, read: { n1, n2 } });

const slave = { role: 'slave', master: 'n1', cluster_current_epoch: 1 } as const;
const taken = { role: 'master', master: null } as const;

const first = (state: string, more: Facts = {}) =>
  ({ role: 'master', cluster_failover_state: state, ...more }) as const;

/** The master asks, and its slave has not decided. */
const asked: Observation = {
  info: { n1: first('switching'), n2: slave, n3: { master: 'n1' } },
  ...answers('TRYAGAIN', 'MOVED n1'),
};
/** The slave has decided against it. */
const stillSlave = (more: Readonly<Record<string, number>> = {}): Observation => ({
  info: {
    n1: first('failed', { failover_reason: 'the slave refused' }),
    n2: { ...slave, ...more },
    n3: { master: 'n1' },
  },
  ...answers('OK', 'MOVED n1'),
});
/** The slave has decided for it, and both know. */
const over: Observation = {
  info: {
    n1: { role: 'slave', master: 'n2', cluster_failover_state: 'success' },
    n2: taken,
  },
  ...answers('MOVED n2', 'OK'),
};
/** The same, and what the other slave knows of it. */
const overAndTold = (
  n3: NonNullable<Observation['info']>[string],
  answer: string,
): Observation => ({
  info: { ...over.info, n3 },
  write: { ...over.write, n3: answer },
  read: { ...over.read, n3: answer },
});
const known = overAndTold({ role: 'slave', master: 'n2' }, 'MOVED n2');

const givenBack: Observation = {
  info: {
    n1: first('none'),
    n2: { role: 'slave', master: 'n1' },
    n3: { role: 'slave', master: 'n1' },
  },
  ...answers('OK', 'MOVED n1'),
};

const chart = createMachine({
  id: 'takeover',
  initial: 'following',
  states: {
    following: {
      ...seen({
        info: { n1: first('none'), n2: slave, n3: { master: 'n1' } },
        ...answers('OK', 'MOVED n1'),
      }),
      on: {
        'a bare TAKEOVER': stays,
        'the slave restarts': stays,
        'the slave comes back too late for the log': 'copying',
        FAILOVER: 'taken',
        'FAILOVER, and TAKEOVER is on the way': 'asked',
        'FAILOVER after more than the log keeps, and TAKEOVER is on the way':
          'asked, beyond the log',
        'FAILOVER, and TAKEOVER is on the way until it is withdrawn': 'withdrawn',
        'FAILOVER, and the first TAKEOVER is on the way': 'taken, asked before',
        'FAILOVER, and n3 is cut off': 'taken, n3 cut off',
        'FAILOVER, and n3 is down': 'taken, n3 down',
      },
    },
    copying: {
      ...seen({
        info: { n1: first('none'), n2: slave },
        ...answers('OK', 'LOADING'),
      }),
      on: {
        'a bare TAKEOVER while it copies': stays,
        'FAILOVER to a slave that copies': stays,
        'the slave restarts': stays,
        'the copy is made': 'following',
      },
    },
    asked: {
      ...seen(asked),
      on: {
        'a bare TAKEOVER': stays,
        'TAKEOVER arrives': 'taken',
        'TAKEOVER arrives and the disk of the slave hangs': 'deciding',
        'TAKEOVER arrives and the disk of the slave hangs over its verdict': 'deciding',
        'TAKEOVER arrives at a slow disk, and the slave restarts': 'taken',
        'TAKEOVER arrives and the disk of the slave fails': 'undecided',
        'TAKEOVER arrives and the answer is on the way': 'taken, answer on the way',
        'a later topology arrives, then TAKEOVER': 'refused: another epoch',
        'the slave loses its power and catches up': 'taken',
        'the slave loses its power, and TAKEOVER comes before the log': 'refused: behind',
        'CANCEL comes before TAKEOVER': 'cancelled',
        'CANCEL arrives and the answer is on the way': 'cancelled, answer on the way',
        'the connection breaks': 'taken',
        'the slave restarts': 'taken',
      },
    },
    'asked, beyond the log': {
      ...seen(asked),
      on: {
        'TAKEOVER arrives': 'taken',
        'the slave loses its power and finds no log': 'asked, without the log',
      },
    },
    // It may not copy a master with an open intent, so it waits.
    'asked, without the log': {
      ...seen({ ...asked, info: { ...asked.info, n1: first('switching', { attached: 1 }) } }),
      on: { 'TAKEOVER arrives': 'refused, then copies' },
    },
    'refused, then copies': {
      ...seen(stillSlave()),
      on: { 'FAILOVER once more': 'taken' },
    },
    // Every other command waits until it is decided.
    deciding: {
      ...seen({
        // It has stopped replicating by now; n3 has not.
        info: { n1: first('switching', { attached: 1 }), n2: 'no answer' },
        ...answers('TRYAGAIN', 'no answer'),
      }),
      on: {
        'the connection breaks': stays,
        'the disk goes on': 'taken',
        'the doubt lasts, then the disk goes on': 'taken',
        'the disk fails': 'undecided',
        'the slave restarts and the disk goes on': 'taken',
      },
    },
    // What can't be written is no answer, so it is asked again and again.
    undecided: {
      ...seen(asked),
      on: {
        'a bare TAKEOVER': stays,
        'the slave restarts': stays,
        'the disk works again': 'taken',
        'the doubt lasts, then the disk works again': 'cancelled',
      },
    },
    'taken, answer on the way': {
      ...seen({
        info: { n1: first('switching', { attached: 1 }), n2: taken, n3: { master: 'n1' } },
        ...answers('TRYAGAIN', 'OK'),
      }),
      on: {
        'a bare TAKEOVER': stays,
        'the answer arrives': 'taken',
        'CANCEL comes after it was taken': 'taken',
        'the slave restarts': 'taken',
        'the slave loses its power': 'taken',
      },
    },
    'cancelled, answer on the way': {
      ...seen(asked),
      on: {
        'a bare TAKEOVER': stays,
        'the answer arrives': 'cancelled',
        'the slave restarts': 'cancelled',
      },
    },
    withdrawn: {
      ...seen(stillSlave()),
      on: {
        'TAKEOVER arrives late': 'cancelled',
        'all is copied anew, then TAKEOVER arrives late': 'cancelled',
        'another attempt is withdrawn, then TAKEOVER arrives late': 'cancelled',
        'the slave restarts': 'cancelled',
      },
    },
    cancelled: {
      ...seen(stillSlave()),
      on: {
        'a bare TAKEOVER': stays,
        'the slave restarts': stays,
        'FAILOVER once more': 'taken',
      },
    },
    'refused: another epoch': {
      ...seen(stillSlave({ cluster_current_epoch: 2 })),
      on: {
        'the slave restarts': stays,
        'FAILOVER at the old epoch': stays,
        'the later topology reaches all, and FAILOVER': 'taken',
      },
    },
    'refused: behind': {
      ...seen(stillSlave()),
      on: { 'the log arrives, and FAILOVER once more': 'taken' },
    },
    taken: {
      ...seen(known),
      on: {
        'a bare TAKEOVER': stays,
        'the slave restarts': stays,
        'the slave loses its power': stays,
        'FAILOVER back': 'given back',
      },
    },
    'taken, asked before': {
      ...seen(known),
      on: {
        'TAKEOVER arrives late': 'taken',
        'FAILOVER back, then TAKEOVER arrives late': 'given back',
      },
    },
    'taken, n3 cut off': {
      ...seen(overAndTold({ role: 'slave', master: 'n1' }, 'MOVED n1')),
      on: {
        'n3 can be reached again': 'taken',
        'n3 restarts and can be reached again': 'taken',
        'n3 is told by an operator': 'taken, n3 told and cut off',
        'FAILOVER back without n3': 'given back, n3 cut off',
      },
    },
    // Of two handovers it has heard of none, and it is right again.
    'given back, n3 cut off': {
      ...seen({
        ...givenBack,
        info: { ...givenBack.info, n3: { master: 'n1', cluster_current_epoch: 1 } },
      }),
      on: { 'n3 can be reached again': 'given back' },
    },
    'taken, n3 told and cut off': {
      ...seen(known),
      on: { 'n3 can be reached again': 'taken' },
    },
    'taken, n3 down': {
      ...seen({ ...over, info: { ...over.info, n3: 'no answer' } }),
      on: { 'n3 comes back': 'taken' },
    },
    'given back': {
      ...seen(givenBack),
      on: { 'the slave restarts': stays, 'FAILOVER once more': 'taken' },
    },
  },
});

export const takeover: TestModel = {
  name: 'takeover',
  about: 'the slave that is told to take over: its verdict, once, for good, and who hears of it',
  scenario: {
    cluster: { ...shard.cluster, each: { n1: { retain }, n2: { diskUs } } },
    // Clients beside a path write less than n1 keeps: what it has lost is what an event says.
    workload: { reads: [4, 5], numbers: [1] },
  },
  knobs: { cancelAfterMs },
  withinMs: 15_000,
  machine: chart,
  deeds: takeoverDeeds,
};
