/** Go tests of the state that INFO prints: StateQuery, TakeoverCommand, StateReset, StateTransitions. */
import { attached, ends, ok, prints, some, stateOf } from './assertions.js';
import { caseOf } from './proposal-case.js';
import { takenBack, takenBackWell } from './resets.js';
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
  swappedRoles,
  takeover,
  times,
} from './steps.js';

export const stateQuery = caseOf({
  number: 12,
  id: '4.1',
  title: 'Query failover state via CLUSTER INFO',
  name: 'state-query',
  about: 'INFO prints none, and success later',
  steps: {
    'INFO before': at(151, info(M)),
    FAILOVER: failover(M, S),
    'the end': ending(M),
    'INFO after': info(M),
  },
  asserts: [
    prints('INFO before', 'none'),
    ok('FAILOVER'),
    ends('the end', 'success'),
    prints('INFO after', 'success'),
  ],
});

export const allTransitions = caseOf({
  number: 13,
  id: '4.1',
  title: 'All state transitions',
  name: 'all-transitions',
  about: 'SETNODES brings the state back to none, and a second failover to success',
  steps: {
    ...takenBack,
    'INFO before': at(2500, info(M)),
    FAILOVER: failover(M, S),
    'the end': ending(M),
    'INFO after': info(M),
  },
  asserts: [
    ...takenBackWell,
    prints('INFO before', 'none'),
    ok('FAILOVER'),
    ends('the end', 'success'),
    prints('INFO after', 'success'),
  ],
});

export const takeoverCommand = caseOf({
  number: 14,
  id: '5.2',
  title: 'TAKEOVER command on slave',
  name: 'takeover-command',
  about: 'TAKEOVER sent to S by hand is OK; M still takes writes; SETNODES, then a failover',
  steps: {
    TAKEOVER: at(151, takeover(S)),
    'SET takeoverkey': set(M, 'takeoverkey', 'takeovervalue'),
    ...pushed(200, sameRoles(2)),
    FAILOVER: at(500, failover(M, S)),
    'the end': ending(M),
  },
  asserts: [
    ok('TAKEOVER'),
    ok('SET takeoverkey'),
    ok('SETNODES 2 at M'),
    ok('SETNODES 2 at S'),
    ok('FAILOVER'),
    ends('the end', 'success'),
  ],
});

export const stateReset = caseOf({
  number: 16,
  id: '5.1',
  title: 'State reset after SETNODES',
  name: 'state-reset',
  about: 'SETNODES with swapped roles to M, then to S; S has a slave and prints none',
  steps: {
    FAILOVER: at(151, failover(M, S)),
    'the end': ending(M),
    ...pushed(0, swappedRoles(2)),
    ...times(100, 'INFO', (nth) => at(2000 + 200 * nth, info(S))),
    'INFO after': info(S),
  },
  asserts: [
    ok('FAILOVER'),
    ends('the end', 'success'),
    ok('SETNODES 2 at M'),
    ok('SETNODES 2 at S'),
    some('INFO', 'counts 1 attached slave', ({ facts }) => facts['attached'] === 1),
    attached('INFO after', 1),
    prints('INFO after', 'none'),
  ],
});

export const stateTransitions = caseOf({
  number: 20,
  id: '4.1',
  title: 'Verify all possible states appear',
  name: 'state-transitions',
  about: 'INFO every 50 ms sees success or failed in the end',
  steps: {
    FAILOVER: at(151, failover(M, S)),
    ...times(100, 'INFO', (nth) => at(151 + 50 * nth, info(M))),
  },
  asserts: [
    ok('FAILOVER'),
    some('INFO', 'prints success or failed', (one) => {
      return stateOf(one) === 'success' || stateOf(one) === 'failed';
    }),
  ],
});
