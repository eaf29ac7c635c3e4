/** What a person, the network and the disks do in the test model `takeover`. */
import { ask, begin, type Deed, end, pass, type TestModel } from '../../test-model.js';
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
  stall,
  untilTakeover,
} from './shard.js';

/** In doubt for so long, the master withdraws the attempt: longer than a path is in doubt by chance. */
export const cancelAfterMs = 60_000;
const untilCancelled = pass(cancelAfterMs + 2500);

/** The largest write takes more numbers than n1 serves: whoever follows has to copy it after one. */
export const retain = 63;
const largest = 64;
/** Two of these are more, and each is not. */
const large = 40;

/** How long the slave's disk takes, when it is slow: to sync, and to write a record. */
export const diskUs = { sync: [500], persist: [1000] };
const times = 100;
const recordMs = (diskUs.persist[0]! / 1000) * times;
const syncMs = (diskUs.sync[0]! / 1000) * times;

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
const isSlow = begin('slow', { kind: 'disk', node: 'n2', mode: 'slow', factor: [times, 1] });
const failing = begin('failing', { kind: 'disk', node: 'n2', mode: 'failing' });

export const takeoverDeeds: TestModel['deeds'] = {
  'a bare TAKEOVER': [bareTakeover('ERR TAKEOVER without an attempt')],
  'a bare TAKEOVER while it copies': [bareTakeover('LOADING')],

  FAILOVER: attemptWith(),
  'FAILOVER, and TAKEOVER is on the way': attemptWith(holdMessage('n1', 'n2', 'takeover')),
  'FAILOVER after more than the log keeps, and TAKEOVER is on the way': attemptWith(
    ...['a', 'b'].flatMap((value) => [
      ask({ type: 'set', node: 'n1', key: 'a', value, numbers: large }, 'OK'),
      pass(50),
    ]),
    holdMessage('n1', 'n2', 'takeover'),
  ),
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
    ask({ type: 'set', node: 'n1', key: 'a', value: 'a', numbers: largest }, 'OK'),
    pass(50),
    stall('n2'),
    ...comesBack('n2'),
  ],
  'FAILOVER to a slave that copies': [failover('ERR target is not an attached slave')],
  'the copy is made': [diskEnds, pass(2000)],

  'TAKEOVER arrives': [letGo('takeover')],
  'TAKEOVER arrives late': [letGo('takeover'), pass(50)],
  'TAKEOVER arrives and the disk of the slave hangs': [stall('n2'), letGo('takeover')],
  'TAKEOVER arrives and the disk of the slave hangs over its verdict': [
    isSlow,
    letGo('takeover'),
    pass(syncMs + recordMs / 2),
    stall('n2'),
  ],
  'TAKEOVER arrives at a slow disk, and the slave restarts': [
    isSlow,
    letGo('takeover'),
    // The verdict is written, with all that belongs to it, and nothing more is.
    pass(syncMs + recordMs + recordMs / 2),
    ...restart('n2'),
  ],
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
  'the doubt lasts, then the disk goes on': [untilCancelled, diskEnds, pass(500), isKept],
  'all is copied anew, then TAKEOVER arrives late': [
    ask({ type: 'set', node: 'n1', key: 'a', value: 'a', numbers: largest }, 'OK'),
    pass(5000),
    letGo('takeover'),
    pass(50),
  ],
  'another attempt is withdrawn, then TAKEOVER arrives late': [
    ...attempt,
    untilCancelled,
    letGo('takeover'),
    pass(50),
  ],
  'CANCEL comes after it was taken': [untilCancelled],
  'the answer arrives': [pass(1500)],

  'the slave restarts': restart('n2'),
  'the slave restarts and the disk goes on': [crash('n2'), pass(50), diskEnds, ...comesBack('n2')],
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
  'the slave loses its power and finds no log': [
    ...losesPower,
    letGo('takeover'),
    holdMessage('n1', 'n2', 'takeover'),
    powerReturns,
    pass(3000),
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
};
