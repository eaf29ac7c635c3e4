import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../runtime/trace.js';
import type { Plain } from '../../runtime/vocabulary.js';
import { welcoming } from '../kvrocks/test-stage.js';
import { slotOf, type Topology } from '../kvrocks/topology.js';
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

const same = (version: number): Topology => ({ ...before, version });
const proposal: Given = { protocol: 'proposal' };

/** The proposal after success: n2 a puppet that took over, n3 one that is fed. */
function succeeded(given: Given = {}): Shard {
  const puppets = { n2: { takeover: {} }, n3: {} };
  const shard = shardOf({ ...proposal, puppets, ...given }).write(3);
  acknowledge(attach(shard, 'n2'), 'n2', 3);
  attach(shard, 'n3', 'n1', 4);
  shard.fail('n1', 'n2');
  return shard.untilFailover('success');
}

describe('the version of a push', () => {
  it.each([
    ['a lower one', 1, false, 'ERR Invalid cluster version', 2],
    ['a lower one, forced', 1, true, 'OK', 1],
    ['the same one', 2, false, 'OK', 2],
    ['a higher one', 9, false, 'OK', 9],
  ])('should be tested in the proposal: %s', (_, version, force, answer, then) => {
    const shard = shardOf({ ...proposal, topology: same(2) });
    expect(shard.push('n1', { ...after, version }, force)).toBe(answer);
    expect(shard.info('n1')['cluster_current_epoch']).toBe(then);
  });

  it('should let the proposal ignore the same version with other content', () => {
    const shard = shardOf(proposal);
    expect(shard.push('n1', { ...after, version: 1 })).toBe('OK');
    expect(shard.info('n1')).toMatchObject({ role: 'master', cluster_current_epoch: 1 });
    expect(shard.node('n1').persisted).toEqual({});
  });

  it('should run none of the steps when it is the same', () => {
    const shard = succeeded();
    expect(shard.push('n1', before)).toBe('OK');
    expect([shard.failover(), shard.get('n1')]).toEqual(['success', 'MOVED 12706 n2']);
  });

  it('should let graceful refuse the same version with other content', () => {
    const shard = shardOf();
    expect(shard.push('n3', before)).toBe('OK');
    expect(shard.push('n3', { ...after, version: 1 })).toBe(
      'ERR Invalid cluster version: same version, other content',
    );
    expect(shard.push('n3', { ...after, version: 0 })).toBe('ERR Invalid cluster version');
    expect(shard.info('n3')).toMatchObject({ master: 'n1', cluster_current_epoch: 1 });
  });
});

describe('the steps of SETNODES in the proposal', () => {
  it('should come in the order of the source', () => {
    const effects: string[] = [];
    const tracer = (entry: TraceEntry) => {
      if (entry.what !== 'effect' || entry.node !== 'n1' || entry.machine !== 'server') return;
      const { type, params } = entry.effect;
      const { machine, subject } = (params ?? {}) as { machine?: string; subject?: string };
      effects.push(type === 'start' || type === 'note' ? `${type} ${machine ?? subject}` : type);
    };
    const shard = succeeded({ more: { tracer } });
    effects.length = 0;
    shard.push('n1', after);
    shard.later(50);
    // Replication starts; slots are cleared; the state is reset; the file is written; +OK.
    const steps = ['start replication', 'append', 'note role', 'persist', 'send', 'vacate'];
    const firsts = steps.map((step) => effects.indexOf(step));
    expect([...firsts].sort((one, other) => one - other)).toEqual(firsts);
    expect(firsts).not.toContain(-1);
    expect(effects.lastIndexOf('append')).toBeLessThan(effects.indexOf('note role'));
    expect(effects.indexOf('note failover')).toBeLessThan(effects.indexOf('send'));
    expect(effects.filter((effect) => effect === 'append')).toHaveLength(16_384 / 256);
  });

  it('should clear what has migrated and is not its own any more, a number for each slot', () => {
    const shard = succeeded();
    expect(shard.node('n1').applied).toBe(3);
    shard.push('n1', after);
    shard.later(20);
    expect(shard.node('n1').applied).toBe(3 + 16_384);
    expect(shard.node('n1').contents).toEqual([]);
  });

  it('should clear by slots, however the ranges are cut', () => {
    const shard = succeeded();
    const [low, high] = [slotOf('k2'), slotOf('k1')];
    expect(low).toBeLessThan(high);
    const nodes = [
      {
        id: 'n1',
        master: null,
        slots: [
          [0, 99],
          [100, high - 1],
        ] as [number, number][],
      },
      { id: 'n2', master: null, slots: [[high, 16_383]] as [number, number][] },
      { id: 'n3', master: 'n1', slots: [] },
    ];
    shard.push('n1', { version: 2, nodes });
    shard.later(20);
    expect(shard.node('n1').applied).toBe(3 + 16_384 - high);
    // k1 has gone with its slot, k2 and k3 are still here.
    expect(
      shard
        .node('n1')
        .contents.map(([key]) => key.slice(6))
        .sort(),
    ).toEqual(['k1', 'k2', 'k3'].filter((key) => slotOf(key) < high).sort());
  });

  it('should clear nothing that stays, and forget that it had migrated', () => {
    const shard = succeeded();
    shard.push('n1', same(2));
    expect(shard.later(20).node('n1').applied).toBe(3);
    expect([shard.failover(), shard.get('n1')]).toEqual(['none', 'OK']);
  });

  it('should keep its own slaves, which are fed the clean-up', () => {
    const shard = succeeded();
    shard.push('n1', after);
    shard.later(50);
    const fed = shard.values('n3', 'fed') as unknown as { batches: { count: number }[] }[];
    const cleared = fed.flatMap(({ batches }) => batches).filter(({ count }) => count === 256);
    expect(cleared).toHaveLength(64);
    expect(shard.heard('n3', 'closed')).toEqual([]);
  });

  it('should forget imported slots', () => {
    const shard = shardOf(proposal).write(1).later(10);
    shard.answer('c1', 'n2', { type: 'takeover', master: null });
    expect(shard.get('n2')).toBe('OK');
    shard.push('n2', same(2));
    expect(shard.get('n2')).toBe('MOVED 12706 n1');
  });

  it('should join the replication thread, whose stop flag is looked at every 100 ms', () => {
    const shard = shardOf(proposal).until(330);
    const answer = shard.push('n2', after);
    // Nobody else gets in while it is joined.
    expect(answer).toBe('no answer');
    shard.ask('c2', 'n2', { type: 'get', operation: 900, key: 'k1' } as never).until(399.9);
    expect(shard.heard('c2', 'get-reply')).toEqual([]);
    shard.until(410);
    const [answered] = shard.times('c4', 'setnodes-reply');
    // The thread began with the process; then the file is written.
    expect(answered! - 100 - 1000).toBe(400_000);
    expect(shard.values('c2', 'get-reply')).toMatchObject([{ status: 'ok' }]);
  });

  it('should wait for a wait that runs in that thread', () => {
    const puppets = {
      n1: { ...welcoming, _db_name: { status: 'error', error: 'ERR no' } },
      n3: {},
    };
    const shard = shardOf({ ...proposal, puppets });
    expect(shard.push('n2', after)).toBe('no answer');
    shard.until(9900);
    expect(shard.heard('c4', 'setnodes-reply')).toEqual([]);
    shard.until(10_100);
    expect(shard.values('c4', 'setnodes-reply')).toMatchObject([{ status: 'ok' }]);
  });

  it('should write the file after the rest, and come back with it', () => {
    const crash = fault(1, 400_000, { kind: 'crash', node: 'n3' }, 1000);
    const shard = shardOf({ ...proposal, faults: [crash] });
    shard.push('n3', after);
    expect(shard.until(500).info('n3')).toMatchObject({ master: 'n2', cluster_current_epoch: 2 });
    const early = shardOf({
      ...proposal,
      // Replication of n3 is joined at 300; the file takes 1 ms from then on.
      faults: [fault(1, 300_500, { kind: 'crash', node: 'n3' }, 1000)],
    });
    early.push('n3', after);
    expect(early.until(500).info('n3')).toMatchObject({ master: 'n1', cluster_current_epoch: 1 });
  });
});

/** A graceful n1 on its way, with a puppet for n2; what it acknowledges is up to the test. */
function underway(state: 'check_slave' | 'wait_sync' | 'switching'): Shard {
  const shard = attach(shardOf({ puppets: { n2: {} } }), 'n2');
  shard.fail('n1', 'n2', 2000);
  // Both acks of check_slave; for wait_sync something is written in between.
  acknowledge(shard, 'n2', 0);
  if (state === 'check_slave') return shard;
  shard.later(990);
  if (state === 'wait_sync') {
    shard.write(100);
    acknowledge(shard, 'n2', 99);
    return shard.untilFailover('wait_sync');
  }
  return acknowledge(shard.later(50), 'n2', 0).untilFailover('switching').later(1);
}

describe('SETNODES in graceful', () => {
  it.each(['check_slave', 'wait_sync'] as const)('should end an attempt in %s', (state) => {
    const shard = underway(state);
    expect(shard.push('n1', same(2))).toBe('OK');
    expect([shard.failover(), shard.gate(), shard.reason()]).toEqual([
      'none',
      'open',
      'a new topology came',
    ]);
    expect(shard.set('n1')).toBe('OK');
    // The job is over too: it takes the next command.
    acknowledge(shard, 'n2', 0);
    expect(shard.fail('n1', 'n2', 100)).toBe('OK');
    expect(shard.later(2500).failover()).not.toBe('started');
  });

  it('should end no attempt by a push that is refused', () => {
    const shard = underway('wait_sync');
    expect(shard.push('n1', after)).toMatch(/only a failover or force/);
    expect(shard.push('n1', { ...after, version: 1 })).toMatch(/other content/);
    expect(shard.failover()).toBe('wait_sync');
  });

  it('should be refused whole while an intent is open', () => {
    const shard = underway('switching');
    const told = [after, same(2), before, same(0)].map((topology) => shard.push('n1', topology));
    expect(new Set(told)).toEqual(new Set(['ERR Failover is in doubt']));
    expect([shard.failover(), shard.gate()]).toEqual(['switching', 'all']);
  });

  it('should end even an attempt in doubt when it is forced', () => {
    const shard = underway('switching');
    expect(shard.push('n1', same(2), true)).toBe('OK');
    expect([shard.failover(), shard.gate(), shard.set('n1')]).toEqual(['none', 'open', 'OK']);
    expect(shard.node('n1').persisted).toMatchObject({ intent: null, topology: { version: 2 } });
    // Nothing is asked any more, and what is answered moves nothing.
    const count = shard.heard('n2', 'takeover').length;
    const facts = { master: 'n1', epoch: 2, number: 1, target: 'n2' };
    shard.say('n2', { type: 'takeover-reply', status: 'ok', value: 'taken', facts });
    shard.later(5000);
    expect(shard.heard('n2', 'takeover')).toHaveLength(count);
    expect(shard.set('n1')).toBe('OK');
    expect(shard.fail('n1', 'n2', 100)).toBe('OK');
  });

  it.each(['n1', 'n2'])('should move no role of %s, unless forced', (node) => {
    const shard = shardOf();
    const role = shard.info(node)['role'];
    expect(shard.push(node, after)).toMatch(/only a failover or force changes that/);
    expect(shard.push(node, { version: 2, nodes: [] })).toMatch(/only a failover or force/);
    expect(shard.info(node)).toMatchObject({ role, cluster_current_epoch: 1 });
    expect(shard.push(node, after, true)).toBe('OK');
    expect(shard.info(node)['role']).not.toBe(role);
  });

  it('should let a slave be given another master', () => {
    const shard = shardOf();
    expect(shard.push('n3', after)).toBe('OK');
    expect(shard.info('n3')).toMatchObject({ role: 'slave', master: 'n2' });
    expect(shard.later(10).values('n3', 'link')).toEqual(['up', 'down', 'up']);
  });

  it('should change nothing when the record cannot be written', () => {
    const failing = fault(1, 251_000, { kind: 'disk', node: 'n3', mode: 'failing' }, 100_000);
    const shard = shardOf({ faults: [failing] }).until(252);
    expect(shard.push('n3', after)).toBe('ERR io');
    expect(shard.info('n3')).toMatchObject({ master: 'n1', cluster_current_epoch: 1 });
    expect(shard.until(400).push('n3', after)).toBe('OK');
  });
});

describe('news of a new master', () => {
  const announce = (shard: Shard, topology: Topology) =>
    shard.say('n1', { type: 'announce', topology } as never).later(20);
  const following = () => shardOf({ puppets: { n1: welcoming, n2: {} } });

  it.each([
    ['a higher version', after, 'n2'],
    ['the same version', { ...after, version: 1 }, 'n1'],
    ['a lower version', { ...after, version: 0 }, 'n1'],
  ])('should count with %s or not (R8)', (_, topology, master) => {
    const shard = announce(following(), topology);
    expect(shard.info('n3')['master']).toBe(master);
  });

  it('should count once', () => {
    const shard = announce(announce(following(), after), after);
    expect(shard.values('n3', 'role').map((role) => (role as { epoch: Plain }).epoch)).toEqual([
      1, 2,
    ]);
  });

  it('should move no role either', () => {
    const promoted = { ...after, version: 3 };
    const shard = shardOf({ puppets: { n1: welcoming, n3: {} } });
    announce(shard, promoted);
    expect(shard.info('n2')).toMatchObject({ role: 'slave', master: 'n1' });
  });
});
