/** Go tests of what fails: FailureCases, SlaveNotConnected, WaitSyncTimeout, AuthFailure. */
import { allOk, ends, ok, prints, refused } from './assertions.js';
import { caseOf } from './proposal-case.js';
import { acknowledged } from './races.js';
import {
  at,
  ending,
  failover,
  info,
  M,
  pushed,
  S,
  sameRoles,
  set,
  setnodes,
  times,
  twoMasters,
} from './steps.js';

export const unknownNode = caseOf({
  number: 3,
  id: '2.1',
  title: 'Failover to non-existent node',
  name: 'unknown-node',
  about: 'a failover to a node that the topology does not know fails',
  steps: { FAILOVER: at(151, failover(M, 'n9')), 'the end': ending(M, 5000) },
  asserts: [ok('FAILOVER'), ends('the end', 'failed')],
});

export const notASlave = caseOf({
  number: 4,
  id: '2.2',
  title: 'Failover to non-slave node',
  name: 'not-a-slave',
  about: 'a failover to a master without slots fails',
  steps: {
    'SETNODES at M': at(151, setnodes(M, twoMasters(2))),
    // The S of the Go test has no topology yet; this one has, and a plain push may not undo it.
    'SETNODES at S': setnodes(S, twoMasters(2), true),
    FAILOVER: failover(M, S),
    'the end': ending(M, 5000),
  },
  asserts: [ok('SETNODES at M'), ok('SETNODES at S'), ok('FAILOVER'), ends('the end', 'failed')],
});

export const invalidTimeout = caseOf({
  number: 5,
  id: '3.5',
  title: 'Invalid timeout value',
  name: 'invalid-timeout',
  about: 'a negative timeout is an error',
  steps: { FAILOVER: at(151, failover(M, S, -1)) },
  asserts: [refused('FAILOVER', 'ERR ')],
});

/** Writes that M knows nothing of at S. */
const hundred = (atMs: number) =>
  times(100, 'SET', (nth) => at(atMs, set(M, `key${nth - 1}`, `value${nth - 1}`)));

export const timeouts = caseOf({
  number: 6,
  id: '3.5',
  title: 'Different timeout values',
  name: 'timeouts',
  about: 'timeouts of 0 when idle, 0 after 100 writes, 100 ms and 10 s, roles given back between',
  steps: {
    'FAILOVER 0': at(151, failover(M, S, 0)),
    'end of 0': ending(M, 5000),
    ...pushed(5200, sameRoles(5)),
    ...hundred(5200),
    'FAILOVER 0 with lag': failover(M, S, 0),
    'end of 0 with lag': ending(M, 5000),
    ...pushed(12_000, sameRoles(6)),
    'FAILOVER 100': at(12_500, failover(M, S, 100)),
    'INFO after 200 ms': at(12_700, info(M)),
    ...pushed(13_000, sameRoles(7)),
    'FAILOVER 10000': at(13_500, failover(M, S, 10_000)),
    'end of 10000': ending(M, 15_000),
  },
  asserts: [
    ok('FAILOVER 0'),
    ends('end of 0', 'success', 'failed'),
    ok('SETNODES 5 at M'),
    ok('SETNODES 5 at S'),
    allOk('SET'),
    ok('FAILOVER 0 with lag'),
    ends('end of 0 with lag', 'failed'),
    ok('SETNODES 6 at M'),
    ok('SETNODES 6 at S'),
    ok('FAILOVER 100'),
    prints('INFO after 200 ms', 'failed', 'success', 'wait_sync', 'switching'),
    ok('SETNODES 7 at M'),
    ok('SETNODES 7 at S'),
    ok('FAILOVER 10000'),
    ends('end of 10000', 'success'),
  ],
  race: acknowledged('end of 0 with lag', 979_000),
});

export const notConnected = caseOf({
  number: 17,
  id: '2.2',
  title: 'Slave not connected',
  name: 'not-connected',
  about: 'a failover to a slave that does not replicate fails',
  steps: {
    // The Go test gives S no topology, so S follows nobody.
    'S follows nobody': at(51, setnodes(S, twoMasters(1), true)),
    FAILOVER: at(301, failover(M, S)),
    'the end': ending(M, 5000),
    'INFO after': info(M),
  },
  asserts: [ok('FAILOVER'), ends('the end', 'failed'), prints('INFO after', 'failed')],
});

export const waitSyncTimeout = caseOf({
  number: 18,
  id: '2.6',
  title: 'Wait sync timeout',
  name: 'wait-sync-timeout',
  about: '100 writes, then a failover with a timeout of 1 ms fails',
  steps: {
    ...hundred(151),
    FAILOVER: failover(M, S, 1),
    'the end': ending(M, 5000),
    'INFO after': info(M),
  },
  asserts: [
    allOk('SET'),
    ok('FAILOVER'),
    ends('the end', 'failed'),
    prints('INFO after', 'failed'),
  ],
  race: acknowledged('the end', 46_500),
});

export const authFailure = caseOf({
  number: 19,
  id: '2.8',
  title: 'Authentication failure',
  name: 'auth-failure',
  about: 'a failover to a slave that has another password fails',
  scenario: {
    cluster: {
      slaves: 1,
      nodes: { requirepass: 'correctpass' },
      each: { [S]: { requirepass: 'wrongpass' } },
    },
  },
  steps: { FAILOVER: at(151, failover(M, S)), 'the end': ending(M), 'INFO after': info(M) },
  asserts: [ok('FAILOVER'), ends('the end', 'failed'), prints('INFO after', 'failed')],
});
