/** What is done in each event of the coordinator's test model. */
import { ask, begin, end, pass, type TestModel } from '../../test-model.js';
import {
  breaks,
  connecting,
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
  silence,
  silenceEnds,
  stall,
  timeoutMs,
} from './shard.js';

/** What the model remembers beside its state. */
export interface Context {
  /** Topologies that were pushed. */
  pushed: number;
}

/** In doubt for so long, the master withdraws the attempt: longer than whatever a path does meanwhile. */
export const cancelAfterMs = 60_000;

const inProgress = 'ERR Failover is already in progress';

export const coordinatorDeeds: TestModel['deeds'] = {
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
    connecting('slow', { kind: 'delay', us: 700_000 }),
    failover('OK'),
    pass(10),
    end('slow'),
  ],
  'the connection is made': [pass(700)],
  'FAILOVER with AUTH on the way': [holdMessage('n1', 'n2', 'auth'), failover('OK')],
  'AUTH arrives': [letGo('auth')],
  'AUTH is not answered': [pass(1100), letGo('auth')],
  'FAILOVER while connections are refused': [
    connecting('refusal', { kind: 'reset' }),
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
  'the slave speaks and TAKEOVER is on the way': [holdMessage('n1', 'n2', 'takeover'), silenceEnds],
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
};
