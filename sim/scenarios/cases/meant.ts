/**
 * What Go tests mean and do not reach. Source: `failover_test.go` at 1f154144.
 *
 * - AuthFailure (2.8): its S has no `masterauth`, so it never replicates, and AUTH is never sent.
 * - WaitSyncTimeout (2.6): it fails in the lag test, before any wait.
 * - WriteBlocking (3.3, 3.4): a timeout of 10 s makes the lag test last 3 s, and the 50 writes at 50 ms
 *   and the 10 reads at 100 ms are over by then: none comes while the gate is closed.
 */
import { because, each, ends, isMoved, isOk, ok, prints, some } from './assertions.js';
import { load, pausing } from './conditions.js';
import { caseOf } from './proposal-case.js';
import { at, by, ending, failover, get, info, M, S, set, times } from './steps.js';

export const authRefused = caseOf({
  number: 30,
  id: '2.8',
  title: 'AUTH refused by the slave',
  name: 'auth-refused',
  about: 'S replicates, but has another password than M: AUTH fails, and M takes writes again',
  scenario: {
    cluster: {
      slaves: 1,
      nodes: { requirepass: 'correctpass', masterauth: 'correctpass' },
      each: { [S]: { requirepass: 'wrongpass' } },
    },
  },
  steps: {
    FAILOVER: at(151, failover(M, S)),
    'the end': ending(M),
    'INFO after': info(M),
    'SET after': set(M, 'key', 'value'),
  },
  asserts: [
    ok('FAILOVER'),
    ends('the end', 'failed'),
    prints('INFO after', 'failed'),
    because('INFO after', 'AUTH failed'),
    ok('SET after'),
  ],
});

export const syncTimesOut = caseOf({
  number: 31,
  id: '2.6',
  title: 'Waiting for replication times out',
  name: 'sync-times-out',
  about:
    'S hangs when the lag test has seen enough; the wait ends by its timeout, the gate reopens',
  scenario: { workload: load(300), faults: [pausing(3050, 15_000)] },
  steps: {
    FAILOVER: at(151, failover(M, S, 10_000)),
    'the end': ending(M, 20_000),
    'INFO after': info(M),
    'SET after': set(M, 'key', 'value'),
  },
  asserts: [
    ok('FAILOVER'),
    ends('the end', 'failed'),
    because('INFO after', 'Timeout waiting for replication sync'),
    ok('SET after'),
  ],
});

/** From just before the gate closes on, as fast as they are answered. */
const whileClosing = 3148;
const isTurnedAway = ({ error }: { error?: string }) => error === 'TRYAGAIN Failover in progress';

export const writesTurnedAway = caseOf({
  number: 32,
  id: '3.3',
  title: 'Writes are refused while the gate is closed',
  name: 'writes-turned-away',
  about: 'writes one after another as the gate closes: some are told TRYAGAIN',
  scenario: { workload: load(250) },
  steps: {
    FAILOVER: at(151, failover(M, S, 10_000)),
    // Four at it, so that far apart one of them comes while the gate is closed.
    ...times(240, 'SET', (nth) =>
      by(`op${2 + (nth % 4)}`, at(whileClosing, set(M, `key${nth}`, 'value'))),
    ),
    'the end': ending(M, 15_000),
  },
  asserts: [
    ok('FAILOVER'),
    each('SET', 'OK, TRYAGAIN or MOVED', (one) => isOk(one) || isTurnedAway(one) || isMoved(one)),
    some('SET', 'TRYAGAIN', isTurnedAway),
    ends('the end', 'success'),
  ],
});

export const readsWhileClosed = caseOf({
  number: 33,
  id: '3.4',
  title: 'Reads pass while the gate is closed',
  name: 'reads-while-closed',
  about: 'reads one after another as the gate closes: each has its value, or MOVED at the end',
  scenario: { workload: load(250) },
  steps: {
    'SET readkey': at(121, set(M, 'readkey', 'readvalue')),
    FAILOVER: at(151, failover(M, S, 10_000)),
    ...times(200, 'GET', () => at(whileClosing, get(M, 'readkey'))),
    'the end': ending(M, 15_000),
  },
  asserts: [
    ok('SET readkey'),
    ok('FAILOVER'),
    each('GET', 'reads readvalue, or MOVED', (one) => one.value === 'readvalue' || isMoved(one)),
    ends('the end', 'success'),
  ],
});
