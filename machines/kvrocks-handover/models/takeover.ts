/**
 * The slave's side of a handover: what it decides when it is told to take over, or that it must not,
 * what is left of that over a restart or a loss of power, and when the other slave hears of it.
 *
 * Sources: kvrocks-graceful-failover.md, 5; kvrocks-replication.md, 2 to 4; graceful.md, The verdict of
 * S and Rules (R1, R2, R5, R6, R8).
 *
 * That the slave has not applied the target is reachable although its master waits for it: what it has
 * said to have applied is not durable, so with its power it goes, and TAKEOVER may come before the log
 * does. In the middle of a full sync it can't be asked: no slave that copies is attached, and nobody
 * copies a master with an open intent (R7).
 */
import { createMachine } from 'xstate';
import {
  ask,
  begin,
  type Deed,
  end,
  type Observation,
  pass,
  seen,
  stays,
  type TestModel,
} from '../../test-model.js';
import {
  attempt,
  attemptBack,
  bareTakeover,
  breaks,
  comesBack,
  crash,
  diskEnds,
  failover,
  holdMessage,
  letGo,
  outcome,
  push,
  pushEverywhere,
  restart,
  sameRoles,
  shard,
  stall,
  untilTakeover,
} from './shard.js';

const answers = (n1: string, n2: string) => ({ write: { n1, n2 }, read: { n1, n2 } });

const slave = { role: 'slave', master: 'n1', cluster_current_epoch: 1 } as const;
const taken = { role: 'master', master: null } as const;

const first = (state: string, more: Readonly<Record<string, string>> = {}) =>
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
    // Every other command waits until it is decided.
    deciding: {
      ...seen({
        info: { n1: first('switching'), n2: 'no answer' },
        ...answers('TRYAGAIN', 'no answer'),
      }),
      on: {
        'the connection breaks': stays,
        'the disk goes on': 'taken',
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
        info: { n1: first('switching'), n2: taken, n3: { master: 'n1' } },
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

/** In doubt for so long, the master withdraws the attempt: longer than a path is in doubt by chance. */
const cancelAfterMs = 60_000;
const untilCancelled = pass(cancelAfterMs + 2500);

/** How many of the last numbers n1 serves: more than any path but one writes. */
const retain = 200;

/** Written and acknowledged before an attempt, to be found after it. */
const keeps = [ask({ type: 'set', node: 'n1', key: 'kept', value: 'kept' }, 'OK'), pass(20)];
const isKept = ask({ type: 'get', node: 'n2', key: 'kept' }, 'OK "kept"');

/** Something acknowledged, then an attempt up to TAKEOVER, while something is the matter. */
const attemptWith = (...matter: readonly Deed[]): readonly Deed[] => [
  ...keeps,
  ...matter,
  failover('OK'),
  untilTakeover,
];

const losesPower = [begin('power', { kind: 'powerLoss', node: 'n2', tail: 'lose' }), pass(50)];
const powerReturns = end('power');
const isCutOff = begin('the cut', { kind: 'partition', from: ['n1', 'n2'], to: ['n3'] });
const failing = begin('failing', { kind: 'disk', node: 'n2', mode: 'failing' });

export const takeover: TestModel = {
  name: 'takeover',
  about: 'the slave that is told to take over: its verdict, once, for good, and who hears of it',
  scenario: { cluster: { ...shard.cluster, each: { n1: { retain } } } },
  knobs: { cancelAfterMs },
  withinMs: 15_000,
  machine: chart,
  deeds: {
    'a bare TAKEOVER': [bareTakeover('ERR TAKEOVER without an attempt')],
    'a bare TAKEOVER while it copies': [bareTakeover('LOADING')],

    FAILOVER: attemptWith(),
    'FAILOVER, and TAKEOVER is on the way': attemptWith(holdMessage('n1', 'n2', 'takeover')),
    'FAILOVER, and TAKEOVER is on the way until it is withdrawn': [
      ...attemptWith(holdMessage('n1', 'n2', 'takeover')),
      untilCancelled,
    ],
    'FAILOVER, and the first TAKEOVER is on the way': [
      ...attemptWith(holdMessage('n1', 'n2', 'takeover', { times: 1 })),
      // Until it is asked once more.
      pass(1200),
    ],
    'FAILOVER, and n3 is cut off': attemptWith(isCutOff),
    'FAILOVER, and n3 is down': attemptWith(crash('n3')),
    'FAILOVER once more': attempt,
    'FAILOVER at the old epoch': attempt,
    'FAILOVER back': attemptBack,
    'FAILOVER back without n3': [isCutOff, ...attemptBack],
    'FAILOVER back, then TAKEOVER arrives late': [...attemptBack, letGo('takeover'), pass(50)],

    'the slave comes back too late for the log': [
      crash('n2'),
      pass(50),
      ...['a', 'b', 'c', 'd'].map((value) =>
        ask({ type: 'set', node: 'n1', key: 'a', value, numbers: 64 }, 'OK'),
      ),
      pass(50),
      stall('n2'),
      ...comesBack('n2'),
    ],
    'FAILOVER to a slave that copies': [failover('ERR target is not an attached slave')],
    'the copy is made': [diskEnds, pass(2000)],

    'TAKEOVER arrives': [letGo('takeover')],
    'TAKEOVER arrives late': [letGo('takeover'), pass(50)],
    'TAKEOVER arrives and the disk of the slave hangs': [stall('n2'), letGo('takeover')],
    'TAKEOVER arrives and the disk of the slave fails': [failing, letGo('takeover'), pass(50)],
    'TAKEOVER arrives and the answer is on the way': [
      holdMessage('n2', 'n1', 'takeover-reply'),
      letGo('takeover'),
    ],
    'a later topology arrives, then TAKEOVER': [
      push('n2', sameRoles(2), 'OK'),
      pass(50),
      letGo('takeover'),
    ],
    'the later topology reaches all, and FAILOVER': [
      ...pushEverywhere(sameRoles(2), 'OK'),
      ...attempt,
    ],
    'CANCEL comes before TAKEOVER': [untilCancelled, letGo('takeover'), pass(50)],
    'CANCEL arrives and the answer is on the way': [
      holdMessage('n2', 'n1', 'cancel-reply'),
      untilCancelled,
      letGo('takeover'),
      pass(50),
    ],
    'CANCEL comes after it was taken': [untilCancelled],
    'the answer arrives': [pass(1500)],

    'the slave restarts': restart('n2'),
    'the slave restarts and the disk goes on': [
      crash('n2'),
      pass(50),
      diskEnds,
      ...comesBack('n2'),
    ],
    'the slave loses its power': [
      ...losesPower,
      powerReturns,
      // Until keepalive tells its own slaves, which send it nothing, that it is another one.
      pass(130_000),
      isKept,
    ],
    'the slave loses its power and catches up': [
      ...losesPower,
      powerReturns,
      pass(2000),
      letGo('takeover'),
      pass(50),
      isKept,
    ],
    'the slave loses its power, and TAKEOVER comes before the log': [
      ...losesPower,
      holdMessage('n2', 'n1', 'psync'),
      letGo('takeover'),
      powerReturns,
      pass(500),
    ],
    'the log arrives, and FAILOVER once more': [letGo('psync'), ...attempt, isKept],
    'the connection breaks': [breaks],
    'the disk goes on': [diskEnds, pass(20), isKept],
    'the disk fails': [failing, diskEnds, pass(50)],
    'the disk works again': [end('failing')],
    'the doubt lasts, then the disk works again': [untilCancelled, end('failing')],

    'n3 can be reached again': [end('the cut')],
    'n3 restarts and can be reached again': [...restart('n3'), end('the cut')],
    'n3 is told by an operator': [isCutOff, push('n3', outcome(2), 'OK'), pass(50)],
    'n3 comes back': comesBack('n3'),
  },
};
