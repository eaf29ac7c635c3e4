/**
 * The cases that `TEST_CASES.md` names and no Go test covers.
 *
 * Source: `TEST_CASES.md` at d16f56e5; the reasons are those of kvrocks-graceful-failover.md, 4.2 to
 * 4.5. Assumed: the reason is a line of the log there, and a fact of INFO here.
 */
import { allOk, because, each, ends, isMoved, moved, ok, reads, within } from './assertions.js';
import { load, pausing } from './conditions.js';
import { caseOf } from './proposal-case.js';
import { at, ending, failover, get, info, M, S, set, times } from './steps.js';

export const noPassword = caseOf({
  number: 21,
  id: '1.3',
  title: 'Failover without password',
  name: 'no-password',
  about: 'without requirepass no AUTH is sent, which S would refuse',
  steps: {
    'SET key': at(151, set(M, 'key', 'value')),
    FAILOVER: failover(M, S),
    'the end': ending(M),
    'GET at S': get(S, 'key'),
  },
  asserts: [ok('SET key'), ok('FAILOVER'), ends('the end', 'success'), reads('GET at S', 'value')],
});

export const notSyncing = caseOf({
  number: 22,
  id: '2.3',
  title: 'Slave connected, not syncing',
  name: 'not-syncing',
  about: 'S has connected, but its PSYNC is late; the failover fails',
  scenario: {
    faults: [{ id: 1, kind: 'link', type: 'psync', verdict: { kind: 'hold' }, at: { timeUs: 0 } }],
  },
  steps: { FAILOVER: at(151, failover(M, S)), 'the end': ending(M, 5000), 'INFO after': info(M) },
  asserts: [
    ok('FAILOVER'),
    ends('the end', 'failed'),
    because('INFO after', 'Slave not connected or not syncing'),
  ],
});

export const notReplicating = caseOf({
  number: 23,
  id: '2.4',
  title: 'Slave lag check: the slave does not move',
  name: 'not-replicating',
  about: 'S hangs from before the writes on; the failover fails in its lag test',
  scenario: { faults: [pausing(100, 6000)] },
  steps: {
    ...times(10, 'SET', (nth) => at(151, set(M, `key${nth}`, `value${nth}`))),
    FAILOVER: failover(M, S, 2000),
    'the end': ending(M),
    'INFO after': info(M),
    'SET after': set(M, 'key', 'value'),
  },
  asserts: [
    allOk('SET'),
    ok('FAILOVER'),
    ends('the end', 'failed'),
    because('INFO after', 'Slave lag check failed: Slave is not replicating (lag: 10)'),
    ok('SET after'),
  ],
});

export const estimateTooLong = caseOf({
  number: 24,
  id: '2.5',
  title: 'Slave lag check: the estimate is too long',
  name: 'estimate-too-long',
  about:
    'the link to S carries less than the clients write; M sees that S will not catch up in time',
  scenario: {
    workload: load(160),
    network: { links: [{ from: M, to: S, bytesPerSecond: 2000 }] },
  },
  steps: {
    FAILOVER: at(1000, failover(M, S, 4000)),
    'the end': ending(M),
    'INFO after': info(M),
  },
  asserts: [
    ok('FAILOVER'),
    ends('the end', 'failed'),
    because('INFO after', 'Slave lag check failed: Estimated catchup time '),
  ],
});

export const noConnection = caseOf({
  number: 25,
  id: '2.7',
  title: 'Failed to connect to slave',
  name: 'no-connection',
  about: 'S crashes as M begins to switch; the failover fails, and M takes writes again',
  scenario: {
    faults: [
      {
        id: 1,
        kind: 'crash',
        node: S,
        at: {
          trigger: {
            on: 'state',
            node: M,
            machine: 'server',
            state: 'server.failover.switching',
            move: 'entered',
            when: 'before',
          },
        },
        durationUs: 2_000_000,
      },
    ],
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
    because('INFO after', 'Failed to connect to slave'),
    ok('SET after'),
  ],
});

export const takeoverRefused = caseOf({
  number: 26,
  id: '2.9',
  title: 'TAKEOVER refused',
  name: 'takeover-refused',
  about: 'S is a release without TAKEOVER and answers with an error; M takes writes again',
  scenario: { cluster: { slaves: 1, each: { [S]: { release: 'upstream' } } } },
  steps: {
    FAILOVER: at(151, failover(M, S)),
    'the end': ending(M),
    'INFO after': info(M),
    'SET after': set(M, 'key', 'value'),
  },
  asserts: [
    ok('FAILOVER'),
    ends('the end', 'failed'),
    because('INFO after', 'TAKEOVER failed: ERR '),
    ok('SET after'),
  ],
});

/** Keys of many slots. */
const keys = 20;

export const redirected = caseOf({
  number: 27,
  id: '5.3',
  title: 'Slots are redirected after the failover',
  name: 'redirected',
  about: 'after success reads and writes at M are told S for every slot, and S serves them',
  steps: {
    FAILOVER: at(151, failover(M, S)),
    'the end': ending(M),
    ...times(keys, 'SET at M', (nth) => set(M, `key${nth}`, 'value')),
    ...times(keys, 'GET at M', (nth) => get(M, `key${nth}`)),
    ...times(keys, 'SET at S', (nth) => set(S, `key${nth}`, `value${nth}`)),
    ...times(keys, 'GET at S', (nth) => get(S, `key${nth}`)),
  },
  asserts: [
    ok('FAILOVER'),
    ends('the end', 'success'),
    each('SET at M', `MOVED to ${S}`, (one) => isMoved(one)),
    each('GET at M', `MOVED to ${S}`, (one) => isMoved(one)),
    allOk('SET at S'),
    each('GET at S', 'reads what was set', ({ call, value }) => {
      return value === String(call['key']).replace('key', 'value');
    }),
  ],
});

export const largeLag = caseOf({
  number: 28,
  id: '6.1',
  title: 'Large lag that is made up in time',
  name: 'large-lag',
  about:
    'S hangs for 2 s under load and has much to catch up; the estimate allows it, and it succeeds',
  scenario: {
    workload: load(300),
    network: { links: [{ from: M, to: S, bytesPerSecond: 20_000 }] },
    faults: [pausing(500, 2000)],
  },
  steps: {
    FAILOVER: at(2600, failover(M, S, 10_000)),
    'the end': ending(M, 25_000),
    'SET at M': set(M, 'key', 'value'),
  },
  asserts: [ok('FAILOVER'), ends('the end', 'success'), moved('SET at M')],
});

export const fastSync = caseOf({
  number: 29,
  id: '6.2',
  title: 'A slave that keeps up',
  name: 'fast-sync',
  about: 'beyond the 500 ms of sampling the failover takes next to no time',
  steps: {
    'SET key': at(151, set(M, 'key', 'value')),
    FAILOVER: failover(M, S),
    'the end': ending(M),
  },
  asserts: [
    ok('SET key'),
    ok('FAILOVER'),
    ends('the end', 'success'),
    // 500 ms of sampling, 50 ms between two looks, and some.
    within('FAILOVER', 'the end', 650),
  ],
});
