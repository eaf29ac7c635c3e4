/** What each safeguard changes that can be seen from outside, with it and without it. */
import { describe, expect, it } from 'vitest';
import type { Message, Plain } from '../../runtime/vocabulary.js';
import { type Safeguard, safeguards } from './knobs.js';
import {
  acknowledge,
  after,
  attach,
  before,
  fault,
  type Given,
  type Shard,
  shardOf,
} from './test-shard.js';

/** Asks for a handover to n2 and runs until it is over. */
function handOver(shard: Shard, timeoutMs = 400): Shard {
  expect(shard.fail('n1', 'n2', timeoutMs)).toBe('OK');
  return shard.later(timeoutMs + 600);
}

/** How long the gate of n1 was closed, in microseconds. */
function closedUs(shard: Shard): number {
  const notes = shard.heard('n1', 'gate');
  const from = notes.find(({ value }) => value !== 'open')!.at;
  return notes.find(({ at, value }) => at > from && value === 'open')!.at - from;
}

const isUnacked = fault(
  1,
  0,
  { kind: 'link', type: 'takeover-reply', times: 1, verdict: { kind: 'reset' } },
  9_000_000,
);

const slowAppend = (append: number) => ({
  n1: { disk: { append: [append], sync: [500], persist: [1000], truncate: [500] } },
});

/** Attached, asked and about to be told to take over, with a puppet for n2. */
function puppetS(given: Given): Shard {
  const shard = attach(shardOf({ ...given, puppets: { n2: {} } }), 'n2');
  shard.fail('n1', 'n2', 400);
  // The forced acks of check_slave, twice, then of wait_sync.
  for (let n = 0; n < 20 && shard.heard('n2', 'takeover').length === 0; n++) {
    acknowledge(shard, 'n2', 0).later(40);
  }
  return shard;
}

type Look = (given: Given) => Plain;

/** What is seen with all safeguards, and without the one. */
const table: Partial<Record<Safeguard, [Look, Plain, Plain]>> = {
  barrier: [
    (given) => {
      const shard = shardOf({ ...given, each: slowAppend(3000) });
      shard.fail('n1', 'n2', 400);
      // Admitted about 2 ms before the pause, committed after it.
      shard.until(449);
      shard.ask('c1', 'n1', { type: 'set', operation: 1, key: 'k', value: 'v' } as never);
      shard.later(1000);
      return shard.values('n1', 'cut off');
    },
    [],
    [1],
  ],
  gateReadsWhileSwitching: [
    (given) => {
      const shard = puppetS(given);
      return [shard.get('n1'), shard.set('n1')];
    },
    ['TRYAGAIN Failover in progress', 'TRYAGAIN Failover in progress'],
    ['OK', 'TRYAGAIN Failover in progress'],
  ],
  forcedAck: [
    (given) => {
      // An ack a second: that of the second write in a second comes too late.
      const one = handOver(shardOf(given).write(1));
      const two = handOver(shardOf(given).write(1).later(10).write(1));
      return [one.failover(), two.failover(), two.reason() ?? ''] as Plain;
    },
    ['success', 'success', ''],
    ['success', 'failed', 'Slave lag check failed: Slave is not replicating (lag: 1)'],
  ],
  attemptToken: [
    (given) => (puppetS(given).values('n2', 'takeover')[0] as Message)['master'],
    'n1',
    null,
  ],
  promote: [
    (given) => {
      const shard = handOver(shardOf(given));
      const { role, cluster_current_epoch: epoch } = shard.info('n2');
      return [role as Plain, epoch as Plain, shard.set('n2')];
    },
    ['master', 2, 'OK'],
    ['slave', 1, 'OK'],
  ],
  detachFirst: [(given) => handOver(shardOf(given)).values('n2', 'link'), ['up', 'down'], ['up']],
  syncBeforeTakeover: [
    (given) => {
      const shard = handOver(shardOf(given).write(5));
      return shard.node('n2').durable;
    },
    5,
    0,
  ],
  inDoubt: [
    (given) => {
      const shard = shardOf({ ...given, faults: [isUnacked] });
      return handOver(shard).values('n1', 'failover').slice(-2);
    },
    ['switching', 'success'],
    ['switching', 'failed'],
  ],
  boundedTakeover: [
    (given) => {
      const shard = puppetS(given).later(2500);
      return shard.heard('n2', 'takeover').length > 1;
    },
    true,
    false,
  ],
  persistence: [
    (given) => {
      const at = { on: 'message', type: 'takeover', move: 'sent', when: 'after' };
      const crash = fault(1, at, { kind: 'crash', node: 'n1' }, 100_000);
      const cut = fault(
        2,
        at,
        { kind: 'partition', from: ['n2'], to: ['n1'], oneWay: true },
        5_000_000,
      );
      const shard = handOver(shardOf({ ...given, faults: [crash, cut] }));
      return [shard.failover(), shard.gate(), shard.node('n1').incarnation];
    },
    ['switching', 'all', 2],
    ['none', 'open', 2],
  ],
  demote: [
    (given) => {
      const shard = handOver(shardOf(given));
      const { role, cluster_current_epoch: epoch } = shard.info('n1');
      return [role as Plain, epoch as Plain, shard.get('n1')];
    },
    ['slave', 2, 'MOVED 12706 n2'],
    ['master', 1, 'MOVED 12706 n2'],
  ],
  topologyFence: [
    (given) => {
      const shard = puppetS(given);
      return [shard.push('n1', { ...before, version: 2 }), shard.failover(), shard.set('n1')];
    },
    ['ERR Failover is in doubt', 'switching', 'TRYAGAIN Failover in progress'],
    ['OK', 'none', 'OK'],
  ],
  roleGuard: [
    (given) => [shardOf(given).push('n1', after), shardOf(given).push('n2', after)],
    [
      'ERR this node is master, only a failover or force changes that',
      'ERR this node is slave, only a failover or force changes that',
    ],
    ['OK', 'OK'],
  ],
  refuseEarly: [
    (given) => shardOf(given).fail('n1', 'n9'),
    'ERR target is not an attached slave of this node',
    'OK',
  ],
  announce: [
    (given) => {
      const { master } = handOver(shardOf(given)).info('n3');
      return master as Plain;
    },
    'n2',
    'n1',
  ],
  preconnect: [
    (given) => {
      const rule = {
        kind: 'link',
        on: 'connect',
        from: 'n1',
        to: 'n2',
        verdict: { kind: 'reset' },
      };
      const shard = handOver(shardOf({ ...given, faults: [fault(1, 240_000, rule)] }));
      return shard.values('n1', 'gate').includes('writes');
    },
    // Who cannot be reached is found out before writes are shut out.
    false,
    true,
  ],
};

/** What they guard is not modelled yet. */
const inert = Object.entries(safeguards)
  .filter(([, knob]) => 'inert' in knob)
  .map(([name]) => name);

describe('a safeguard', () => {
  it('should be in the table, or say that it is inert', () => {
    expect([...Object.keys(table), ...inert].sort()).toEqual(Object.keys(safeguards).sort());
  });

  it.each(Object.entries(table))('should be seen: %s', (name, [look, present, absent]) => {
    expect(look({})).toEqual(present);
    expect(look({ knobs: { [name]: false } })).toEqual(absent);
  });

  it('should let the attempt go on when the ack arrives (pollMs 0), not at the next poll', () => {
    const closed = (pollMs: number) => {
      const shard = shardOf({ knobs: { pollMs } });
      shard.fail('n1', 'n2', 400);
      // Under load there is always something that is not acknowledged yet.
      for (let n = 1; n <= 600; n++) {
        shard.ask('c1', 'n1', { type: 'set', operation: n, key: 'k', value: 'v' } as never);
        shard.later(0.4);
      }
      expect(shard.failover()).toBe('success');
      return closedUs(shard);
    };
    // The first ack that is asked for may leave out what was not fed yet: at most two polls.
    const quick = closed(0);
    expect(quick).toBeLessThan(7000);
    expect(closed(10)).toBeGreaterThan(10_000);
    expect(closed(10)).toBeLessThan(quick + 21_000);
  });
});
