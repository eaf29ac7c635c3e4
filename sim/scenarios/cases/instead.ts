/**
 * How `graceful` reaches the aim of a case whose own steps it refuses: there a role is handed back by
 * another failover, asked for at the node that has it.
 */
import { allOk, each, ends, moved, ok, prints, reads } from './assertions.js';
import type { Assertion } from './proposal-case.js';
import { at, ending, failover, get, info, M, S, type Steps, set, times } from './steps.js';

/** Other steps, and what they see. */
export interface Instead {
  readonly about: string;
  readonly steps: Steps;
  readonly asserts: readonly Assertion[];
}

const over: Steps = { 'FAILOVER to S': at(151, failover(M, S)), 'end at M': ending(M) };
const overWell = [ok('FAILOVER to S'), ends('end at M', 'success')];

/** With a timeout of its own, and the state that INFO prints on the way. */
export const handedBack: Instead = {
  about: 'S hands the role back, with a timeout of 5 s',
  steps: {
    ...over,
    'INFO before': at(2500, info(S)),
    'FAILOVER to M': failover(S, M, 5000),
    'end at S': ending(S),
    'INFO after': info(S),
  },
  asserts: [
    ...overWell,
    prints('INFO before', 'none'),
    ok('FAILOVER to M'),
    ends('end at S', 'success'),
    prints('INFO after', 'success'),
  ],
};

/** Every timeout of the case, each asked of the node whose turn it is. */
export const timeouts: Instead = {
  about: 'the role goes to and fro with timeouts of 0, 0 after 100 writes, 100 ms and 10 s',
  steps: {
    'FAILOVER 0': at(151, failover(M, S, 0)),
    'end of 0': ending(M, 5000),
    ...times(100, 'SET', (nth) => at(1000, set(S, `key${nth - 1}`, `value${nth - 1}`))),
    'FAILOVER 0 after writes': failover(S, M, 0),
    'end of 0 after writes': ending(S, 5000),
    'FAILOVER 100': at(8000, failover(M, S, 100)),
    'end of 100': ending(M, 5000),
    'FAILOVER 10000': at(10_000, failover(S, M, 10_000)),
    'end of 10000': ending(S, 15_000),
    'GET at M': get(M, 'key99'),
  },
  asserts: [
    ok('FAILOVER 0'),
    ends('end of 0', 'success'),
    allOk('SET'),
    ok('FAILOVER 0 after writes'),
    ends('end of 0 after writes', 'success'),
    ok('FAILOVER 100'),
    ends('end of 100', 'success'),
    ok('FAILOVER 10000'),
    ends('end of 10000', 'success'),
    reads('GET at M', 'value99'),
  ],
};

export const restarts: Instead = {
  about: 'S hands the role back with a timeout of 1 ms, and M hands it over again with 10 s',
  steps: {
    ...over,
    'FAILOVER 1': at(2500, failover(S, M, 1)),
    'end of 1': ending(S, 5000),
    'FAILOVER 10000': at(8000, failover(M, S, 10_000)),
    'end of 10000': ending(M, 15_000),
  },
  asserts: [
    ...overWell,
    ok('FAILOVER 1'),
    ends('end of 1', 'success'),
    ok('FAILOVER 10000'),
    ends('end of 10000', 'success'),
  ],
};

export const readsWhileHandingBack: Instead = {
  about: 'S serves reads while it hands the role back',
  steps: {
    ...over,
    'SET readkey': at(2500, set(S, 'readkey', 'readvalue')),
    'FAILOVER to M': at(2550, failover(S, M, 10_000)),
    ...times(10, 'GET', (nth) => at(2550 + 100 * nth, get(S, 'readkey'))),
    'end at S': ending(S, 15_000),
    'SET at S': set(S, 'readkey', 'other'),
  },
  asserts: [
    ...overWell,
    ok('SET readkey'),
    ok('FAILOVER to M'),
    each('GET', 'reads readvalue', ({ value }) => value === 'readvalue'),
    ends('end at S', 'success'),
    moved('SET at S', M),
  ],
};
