/** Go tests of a second FAILOVER and of the write gate: Concurrency, WriteBlocking. */
import { each, ends, isMoved, isOk, moved, ok, refused } from './assertions.js';
import { caseOf } from './proposal-case.js';
import { takenBack, takenBackWell } from './resets.js';
import { at, ending, failover, get, M, pushed, S, sameRoles, set, times } from './steps.js';

export const inProgress = caseOf({
  number: 7,
  id: '3.1',
  title: 'Cannot start failover when one is in progress',
  name: 'in-progress',
  about: 'a second FAILOVER after 100 ms is an error; the first succeeds',
  steps: {
    FAILOVER: at(151, failover(M, S)),
    'second FAILOVER': at(251, failover(M, S)),
    'the end': ending(M),
  },
  asserts: [
    ok('FAILOVER'),
    refused('second FAILOVER', 'ERR Failover is already in progress'),
    ends('the end', 'success'),
  ],
});

export const restart = caseOf({
  number: 8,
  id: '3.2',
  title: 'Can restart after failure',
  name: 'restart',
  about: 'a timeout of 1 ms, SETNODES with the old roles, then a timeout of 10 s',
  steps: {
    ...takenBack,
    'FAILOVER 1': at(2500, failover(M, S, 1)),
    'end of 1': ending(M, 5000),
    ...pushed(7600, sameRoles(3)),
    'FAILOVER 10000': at(8000, failover(M, S, 10_000)),
    'end of 10000': ending(M, 15_000),
  },
  asserts: [
    ...takenBackWell,
    ok('FAILOVER 1'),
    ends('end of 1', 'success', 'failed'),
    ok('SETNODES 3 at M'),
    ok('SETNODES 3 at S'),
    ok('FAILOVER 10000'),
    ends('end of 10000', 'success'),
  ],
});

export const writesBlocked = caseOf({
  number: 9,
  id: '3.3',
  title: 'Write requests blocked during failover',
  name: 'writes-blocked',
  about: 'writes every 50 ms while a failover with a timeout of 10 s runs; MOVED at the end',
  steps: {
    'SET testkey': at(151, set(M, 'testkey', 'testvalue')),
    FAILOVER: at(201, failover(M, S, 10_000)),
    ...times(50, 'polled SET', (nth) => at(201 + 50 * nth, set(M, 'testkey', 'newvalue'))),
    'the end': ending(M, 15_000),
    'SET at M': set(M, 'testkey', 'newvalue2'),
  },
  asserts: [
    ok('SET testkey'),
    ok('FAILOVER'),
    // The Go test takes whatever comes; but nothing else may.
    each('polled SET', 'OK, TRYAGAIN or MOVED', (one) => {
      return isOk(one) || isMoved(one) || one.error === 'TRYAGAIN Failover in progress';
    }),
    ends('the end', 'success'),
    moved('SET at M'),
  ],
});

export const readsPass = caseOf({
  number: 10,
  id: '3.4',
  title: 'Read requests not blocked during failover',
  name: 'reads-pass',
  about: 'reads every 100 ms while a failover with a timeout of 10 s runs',
  steps: {
    ...takenBack,
    'SET readkey': at(2500, set(M, 'readkey', 'readvalue')),
    FAILOVER: at(2550, failover(M, S, 10_000)),
    ...times(10, 'GET', (nth) => at(2550 + 100 * nth, get(M, 'readkey'))),
    'the end': ending(M, 15_000),
  },
  asserts: [
    ...takenBackWell,
    ok('SET readkey'),
    ok('FAILOVER'),
    each('GET', 'reads readvalue', ({ value }) => value === 'readvalue'),
    ends('the end', 'success'),
  ],
});
