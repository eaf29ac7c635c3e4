/** The rules R1 to R8 of `graceful`, and what the slave decides in which order. */
import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../runtime/trace.js';
import type { Message, Plain } from '../../runtime/vocabulary.js';
import { notFit } from '../kvrocks/replies.js';
import { type Answers, welcoming } from '../kvrocks/test-stage.js';
import { oneShard } from '../kvrocks/topology.js';
import {
  acknowledge,
  after,
  attach,
  fault,
  type Given,
  type Shard,
  shardOf,
} from './test-shard.js';

const attempt = { master: 'n1', epoch: 2, number: 1, target: 'n2', offset: 0 };
const takeover = (more: object = {}) => ({ type: 'takeover', ...attempt, ...more });
const cancel = (more: object = {}) => ({ type: 'cancel', ...attempt, ...more });

const batches = (first: number, count: number): Message => ({
  type: 'fed',
  first,
  getack: false,
  ping: false,
  batches: Array.from({ length: count }, (_, at) => ({
    count: 1,
    operation: first + at,
    writes: [{ kind: 'put', key: `00000:k${first + at}`, value: 'v' }],
  })),
});

/** A slave n2 of a puppet n1, which has fed it five batches. */
function slave(given: Given = {}): Shard {
  const shard = shardOf({ puppets: { n1: welcoming, n3: {} }, ...given });
  return shard.say('n1', batches(1, 5)).later(10) as Shard;
}

/** What the slave answers: its verdict, or the error. */
function verdict(shard: Shard, command: Message): unknown {
  const reply = shard.answer('c1', 'n2', command);
  return reply?.['value'] ?? reply?.['error'];
}

const kept = (shard: Shard) =>
  (shard.node('n2').persisted['verdicts'] ?? {}) as Record<string, Plain>;

describe('the verdict of the slave', () => {
  it('should be taken when every test passes, with role and epoch in the same record', () => {
    const shard = slave();
    const reply = shard.answer('c1', 'n2', takeover({ offset: 5 }));
    const facts = { master: 'n1', number: 1, epoch: 2, target: 'n2' };
    expect(reply).toMatchObject({ status: 'ok', value: 'taken', facts });
    expect(shard.node('n2').persisted).toEqual({
      topology: after,
      verdicts: { n1: { number: 1, epoch: 2, outcome: 'taken' } },
    });
    expect(shard.info('n2')).toMatchObject({ role: 'master', master: null });
    expect(shard.set('n2')).toBe('OK');
  });

  it.each([
    ['another target', { target: 'n3' }],
    ['another master', { master: 'n3' }],
    ['the same epoch', { epoch: 1 }],
    ['a later epoch', { epoch: 3 }],
    ['more than it has applied', { offset: 6 }],
  ])('should be a refusal of %s, kept for good', (_, more) => {
    const shard = slave();
    const command = takeover({ offset: 5, ...more });
    expect(verdict(shard, command)).toBe('refused');
    expect(kept(shard)[command.master]).toMatchObject({ outcome: 'refused' });
    expect(shard.info('n2')).toMatchObject({ role: 'slave', master: 'n1' });
    // It follows again.
    expect(shard.later(1500).values('n2', 'link')).toEqual(['up', 'down', 'up']);
  });

  it('should be a refusal at a master, which stays what it is', () => {
    const shard = shardOf();
    expect(shard.answer('c1', 'n1', takeover({ master: 'n2', target: 'n1' }))['value']).toBe(
      'refused',
    );
    expect(shard.info('n1')).toMatchObject({ role: 'master', cluster_current_epoch: 1 });
  });

  it('should be none where the topology does not know the node', () => {
    for (const given of [{}, { protocol: 'proposal' as const }]) {
      const shard = slave({ ...given, topology: oneShard(['n1', 'n3'], 1) });
      const reply = shard.answer('c1', 'n2', takeover());
      expect(reply['error']).toBe('ERR Cluster is not initialized');
    }
  });

  it('should be none when the record cannot be written, and asked for again it is taken', () => {
    const failing = fault(1, 262_000, { kind: 'disk', node: 'n2', mode: 'failing' }, 20_000);
    const shard = slave({ faults: [failing] }).until(263) as Shard;
    expect(verdict(shard, takeover({ offset: 5 }))).toBe('ERR io');
    expect([kept(shard), shard.info('n2')]).toMatchObject([{}, { role: 'slave' }]);
    shard.until(300);
    expect(verdict(shard, takeover({ offset: 5 }))).toBe('taken');
  });

  it('should be none when the log cannot be synced', () => {
    // The sync fails at its end, after 0.5 ms; by the time the record would be written all is well.
    const failing = fault(1, 260_500, { kind: 'disk', node: 'n2', mode: 'failing' }, 500);
    const shard = slave({ faults: [failing] });
    expect(shard.world.now).toBe(260_000);
    expect(verdict(shard, takeover({ offset: 5 }))).toBe('ERR io');
    expect(kept(shard)).toEqual({});
  });

  it('should count a full sync as having applied nothing', () => {
    const puppets = { n1: welcoming, n3: {} };
    const shard = slave({ puppets });
    shard.make('n1', {
      type: 'answer',
      answers: { psync: { status: 'error', error: 'ERR sequence out of range' } },
    });
    shard.make('n1', { type: 'hang up' });
    shard.later(1100);
    expect(shard.values('n2', 'full sync')).toEqual(['begun']);
    expect(verdict(shard, takeover({ offset: 0 }))).toBe('refused');
  });

  it('should count again when it follows by PSYNC, whatever had begun', () => {
    const shard = slave();
    const refusal = { status: 'error', error: 'ERR sequence out of range' };
    const unfit = { status: 'error', error: notFit };
    shard.make('n1', { type: 'answer', answers: { psync: refusal, _fetch_meta: unfit } });
    shard.make('n1', { type: 'hang up' });
    shard.later(1100);
    expect(shard.values('n2', 'full sync')).toContain('begun');
    shard.make('n1', { type: 'answer', answers: { psync: {} } });
    shard.later(2000);
    expect(verdict(shard, takeover({ offset: 5 }))).toBe('taken');
  });
});

describe('R1: what is definite', () => {
  const facts = { master: 'n1', number: 1, epoch: 2, target: 'n2' };

  /** A master n1 whose slave n2 is a puppet that answers TAKEOVER and CANCEL like this. */
  function asking(answer: Record<string, Plain> | null, given: Given = {}): Shard {
    const answers: Answers = answer === null ? {} : { takeover: answer, cancel: answer };
    const shard = attach(shardOf({ puppets: { n2: answers }, ...given }), 'n2');
    shard.fail('n1', 'n2', 400);
    acknowledge(shard, 'n2', 0).later(250);
    acknowledge(shard, 'n2', 0);
    return shard.untilFailover('switching');
  }

  it.each([
    ['taken', 'success'],
    ['refused', 'failed'],
    ['cancelled', 'failed'],
  ])('should be %s of this attempt', (value, state) => {
    const shard = asking({ value, facts }).later(10) as Shard;
    expect([shard.failover(), shard.gate()]).toEqual([state, 'open']);
    expect(shard.node('n1').persisted['intent']).toBeNull();
  });

  it.each([
    ['an error', { status: 'error', error: 'LOADING kvrocks is restoring the db from backup' }],
    ['no password', { status: 'error', error: 'NOAUTH Authentication required.' }],
    ['an unknown command', { status: 'error', error: 'ERR unknown command' }],
    ['a bare OK', {}],
    ['OK without an attempt', { value: 'taken' }],
    ['an error with an attempt', { status: 'error', value: 'taken', facts }],
    ['another node', { value: 'taken', facts: { ...facts, target: 'n3' } }],
    ['another master', { value: 'taken', facts: { ...facts, master: 'n3' } }],
    ['another number', { value: 'refused', facts: { ...facts, number: 2 } }],
    ['another epoch', { value: 'cancelled', facts: { ...facts, epoch: 1 } }],
    ['another word', { value: 'perhaps', facts }],
  ])('should not be %s', (_, answer) => {
    const shard = asking(answer as Record<string, Plain>).later(9000) as Shard;
    expect([shard.failover(), shard.gate()]).toEqual(['switching', 'all']);
    expect(shard.values('n1', 'in doubt')).toEqual([true]);
    // It goes on asking, every tenth of a second and a round trip.
    expect(shard.heard('n2', 'takeover').length).toBeGreaterThan(20);
  });

  it('should be asked for by TAKEOVER for 3 s, then by CANCEL', () => {
    const shard = asking({ status: 'error', error: 'ERR' }).later(5000) as Shard;
    const [begun] = shard.times('n1', 'in doubt');
    const questions = shard.times('n2', 'takeover').slice(1);
    const cancels = shard.times('n2', 'cancel');
    expect(questions.at(-1)! - begun!).toBeLessThan(3_002_000);
    expect(cancels[0]! - begun!).toBeGreaterThan(3_000_000);
    expect(shard.values('n2', 'cancel')[0]).toMatchObject(attempt);
    for (const asked of shard.values('n2', 'takeover')) expect(asked).toMatchObject(attempt);
  });

  it('should be asked for again after a second without an answer', () => {
    const shard = asking(null).later(2400) as Shard;
    const [first, second, third] = shard.times('n2', 'takeover');
    // 1 s for the line; then a new connection, again 1 s, and the pause between questions.
    expect(second! - first!).toBe(1_000_000 - 100 + 300);
    expect(third! - second!).toBe(1_000_000 + 100_000 - 100 + 300);
  });

  it('should be no refusal that the slave never wrote: nothing was sent', () => {
    const rule = { kind: 'link', on: 'connect', from: 'n1', to: 'n2', verdict: { kind: 'reset' } };
    const given = { knobs: { preconnect: false }, faults: [fault(1, 300_000, rule)] };
    const shard = asking({ value: 'taken', facts }, given).later(10) as Shard;
    expect([shard.failover(), shard.reason()]).toEqual([
      'failed',
      'Failed to connect to slave: refused',
    ]);
    expect(shard.node('n1').persisted['intent']).toBeNull();
    expect(shard.heard('n1', 'in doubt')).toEqual([]);
  });

  it('should be an abort when the connection breaks before the first byte', () => {
    // While the intent is being written: 1 ms from the switch on.
    const at = { on: 'state', node: 'n1', machine: 'server' };
    const when = { ...at, state: 'server.job.intending', move: 'entered', when: 'after' };
    const broken = fault(1, when, { kind: 'reset', between: ['n1', 'n2'] });
    const shard = asking({ value: 'taken', facts }, { faults: [broken] }).later(10) as Shard;
    expect([shard.failover(), shard.gate()]).toEqual(['failed', 'open']);
    expect(shard.heard('n2', 'takeover')).toEqual([]);
    expect(shard.node('n1').persisted).toMatchObject({ intent: null, attempts: 1 });
  });

  it('should be doubt after a restart, even if nobody can be reached', () => {
    const at = { on: 'message', type: 'takeover', move: 'sent', when: 'before' };
    const crash = fault(1, at, { kind: 'crash', node: 'n1' }, 50_000);
    const rule = { kind: 'link', on: 'connect', from: 'n1', to: 'n2', verdict: { kind: 'reset' } };
    const cut = fault(2, 500_000, rule, 5_000_000);
    const shard = asking({ value: 'refused', facts }, { faults: [crash, cut] });
    shard.until(5000);
    expect(shard.node('n1').incarnation).toBe(2);
    expect([shard.failover(), shard.gate(), shard.set('n1')]).toEqual([
      'switching',
      'all',
      'TRYAGAIN Failover in progress',
    ]);
    expect(shard.until(7000).node('n1').persisted['intent']).toBeNull();
    expect(shard.failover()).toBe('failed');
  });
});

describe('taken', () => {
  it('should find that the log ends at the target, and cut nothing off', () => {
    const shard = shardOf().write(5);
    shard.fail('n1', 'n2', 400);
    shard.untilFailover('success');
    expect([shard.heard('n1', 'cut off'), shard.node('n1').applied]).toEqual([[], 5]);
  });

  it('should need no cut after an attempt whose barrier was never answered', () => {
    const each = { n1: { disk: { append: [3000], sync: [500], persist: [1000] } } };
    const stalled = { kind: 'disk', node: 'n1', mode: 'stalled' };
    const shard = shardOf({ each, faults: [fault(1, 251_000, stalled, 1_549_000)] }).until(
      252,
    ) as Shard;
    const set = (operation: number) =>
      shard.ask('c1', 'n1', { type: 'set', operation, key: `k${operation}`, value: 'v' });
    set(1);
    shard.fail('n1', 'n2', 300);
    shard.untilFailover('failed');
    expect(shard.reason()).toBe('Timeout waiting for writes to drain');
    set(2);
    shard.fail('n1', 'n2', 2000);
    // The disk goes on: the first write ends, and with it the wait of the first attempt.
    shard.untilFailover('success').later(50);
    expect(shard.heard('n1', 'cut off')).toEqual([]);
    expect(shard.values('c1', 'set-reply')).toHaveLength(2);
    expect(shard.node('n2').contents).toHaveLength(2);
  });

  it('should make the log end at the target where a write came behind it', () => {
    // Without a barrier: admitted before the pause, committed after the target was read.
    const slow = { disk: { append: [3000], sync: [500], persist: [1000], truncate: [500] } };
    const shard = shardOf({ knobs: { barrier: false }, each: { n1: slow } });
    shard.fail('n1', 'n2', 400);
    shard.until(449);
    shard.ask('c1', 'n1', { type: 'set', operation: 1, key: 'k', value: 'v' } as never);
    shard.untilFailover('success').later(50);
    expect(shard.values('c1', 'set-reply')).toMatchObject([{ status: 'ok' }]);
    expect(shard.values('n1', 'cut off')).toEqual([1]);
    // Whether n2 has it or not, nobody takes two lineages for one. n3 was sent away for 1 s.
    shard.write(1, 'n2').later(1500);
    for (const name of ['n1', 'n3']) {
      expect(shard.node(name).lineage).toEqual(shard.node('n2').lineage);
    }
  });
});

describe('R2: verdicts are kept for each master, for good', () => {
  it('should give the same attempt the same answer', () => {
    const shard = slave();
    expect([1, 2, 3].map(() => verdict(shard, takeover({ offset: 5 })))).toEqual(
      Array(3).fill('taken'),
    );
    expect(verdict(shard, cancel({ offset: 5 }))).toBe('taken');
  });

  it('should refuse a lower attempt and decide a higher one', () => {
    const shard = slave();
    expect(verdict(shard, takeover({ number: 7, offset: 9 }))).toBe('refused');
    expect(verdict(shard, takeover({ number: 6, offset: 5 }))).toBe('refused');
    expect(verdict(shard, cancel({ number: 6 }))).toBe('refused');
    expect(kept(shard)['n1']).toMatchObject({ number: 7, outcome: 'refused' });
    expect(verdict(shard, takeover({ number: 8, offset: 5 }))).toBe('taken');
    expect(kept(shard)['n1']).toMatchObject({ number: 8, outcome: 'taken' });
  });

  it('should not mix up masters', () => {
    const shard = slave();
    expect(verdict(shard, takeover({ master: 'n3', number: 9 }))).toBe('refused');
    expect(verdict(shard, takeover({ offset: 5 }))).toBe('taken');
    expect(Object.keys(kept(shard)).sort()).toEqual(['n1', 'n3']);
    expect(verdict(shard, takeover({ master: 'n3', number: 9 }))).toBe('refused');
  });

  it.each([
    ['taken', takeover({ offset: 5 })],
    ['refused', takeover({ offset: 6 })],
    ['cancelled', cancel()],
  ])('should outlive the process: %s', (outcome, command) => {
    const crash = fault(1, 400_000, { kind: 'crash', node: 'n2' }, 10_000);
    const shard = slave({ faults: [crash] });
    expect(verdict(shard, command)).toBe(outcome);
    shard.until(500);
    expect(shard.node('n2').incarnation).toBe(2);
    expect(verdict(shard, command)).toBe(outcome);
    expect(shard.info('n2')['role']).toBe(outcome === 'taken' ? 'master' : 'slave');
  });
});

describe('R3: one at a time', () => {
  it('should finish a verdict before it begins another, or a push', () => {
    const shard = slave();
    shard.ask('c1', 'n2', takeover({ offset: 5 }));
    shard.ask('c2', 'n2', takeover({ offset: 5 }));
    shard.ask('c3', 'n2', cancel({ offset: 5 }));
    shard.ask('c4', 'n2', { type: 'setnodes', topology: after, force: false } as never);
    shard.later(50);
    const [one, two] = ['c1', 'c2'].map((name) => shard.heard(name, 'takeover-reply')[0]!);
    expect([one, two].map((reply) => (reply!.value as Message)['value'])).toEqual([
      'taken',
      'taken',
    ]);
    expect(shard.values('c3', 'cancel-reply')).toMatchObject([{ value: 'taken' }]);
    // The push says what is the case already.
    expect(shard.values('c4', 'setnodes-reply')).toMatchObject([{ status: 'ok' }]);
    expect(
      shard.heard('n2', 'role').map(({ value }) => (value as { epoch: number }).epoch),
    ).toEqual([1, 2]);
    expect(two!.at).toBeGreaterThan(one!.at);
  });

  it('should let CANCEL win when it comes first', () => {
    const shard = slave();
    shard.ask('c3', 'n2', cancel({ offset: 5 }));
    shard.ask('c1', 'n2', takeover({ offset: 5 }));
    shard.later(50);
    expect(shard.values('c1', 'takeover-reply')).toMatchObject([{ value: 'cancelled' }]);
    expect(shard.info('n2')['role']).toBe('slave');
  });
});

describe('R4: one record, outside the log', () => {
  it('should be replaced at once, take no number, and write nothing else', () => {
    const persists: Plain[] = [];
    const tracer = (entry: TraceEntry) => {
      if (entry.what !== 'effect' || entry.node !== 'n2') return;
      if (entry.effect.type === 'persist') persists.push(entry.effect.params as Plain);
      expect(entry.effect.type === 'append' && entry.machine === 'server').toBe(false);
    };
    const shard = slave({ more: { tracer } });
    verdict(shard, takeover({ offset: 5 }));
    expect(persists).toHaveLength(1);
    expect(Object.keys((persists[0] as { fields: object }).fields).sort()).toEqual([
      'topology',
      'verdicts',
    ]);
    expect(shard.node('n2').applied).toBe(5);
  });

  it('should leave nothing when the power fails before it is written', () => {
    const at = { on: 'effect', node: 'n2', machine: 'server', kind: 'persist', when: 'after' };
    const shard = slave({ faults: [fault(1, at, { kind: 'crash', node: 'n2' }, 10_000)] });
    expect(verdict(shard, takeover({ offset: 5 }))).toBeUndefined();
    shard.later(100);
    expect(shard.node('n2').persisted).toEqual({});
    expect(shard.info('n2')).toMatchObject({ role: 'slave', cluster_current_epoch: 1 });
    expect(verdict(shard, takeover({ offset: 5 }))).toBe('taken');
  });
});

describe('R5: it stops replicating first and tests afterwards', () => {
  it('should apply the read in hand, and test what that leaves', () => {
    const stalled = fault(1, 262_000, { kind: 'disk', node: 'n2', mode: 'stalled' }, 20_000);
    const shard = slave({ faults: [stalled] }).until(263) as Shard;
    shard.say('n1', batches(6, 3)).later(1);
    expect(shard.node('n2').applied).toBe(5);
    expect(verdict(shard, takeover({ offset: 8 }))).toBe('taken');
    expect(shard.node('n2').lineage.at(-1)).toMatchObject({ last: 8 });
  });

  it('should apply nothing that comes later', () => {
    const shard = slave();
    shard.ask('c1', 'n2', takeover({ offset: 5 }));
    // On its way while the verdict is being written.
    shard.later(0.5).say('n1', batches(6, 3)).later(20);
    expect(shard.values('c1', 'takeover-reply')).toMatchObject([{ value: 'taken' }]);
    expect(shard.node('n2').applied).toBe(5);
    expect(shard.times('n2', 'link')[1]).toBeLessThan(shard.times('n2', 'role')[1]!);
  });
});

describe('R6: a refusal is for good', () => {
  it('should stand when the test would pass later', () => {
    const shard = slave();
    expect(verdict(shard, takeover({ offset: 8 }))).toBe('refused');
    shard.later(1500).say('n1', batches(6, 3)).later(10);
    expect(shard.node('n2').applied).toBe(8);
    expect(verdict(shard, takeover({ offset: 8 }))).toBe('refused');
    expect(verdict(shard, takeover({ number: 2, offset: 8 }))).toBe('taken');
  });
});

describe('R7: who may be copied', () => {
  const copy = (shard: Shard, node: string) =>
    ['psync', '_fetch_meta', '_fetch_file'].map((type) => {
      // A number that no log has: only a full sync would do.
      const command = { type, from: 99 };
      const reply = shard.answer('c1', node, command);
      return String(reply?.['error'] ?? shard.heard('c1', 'files').length);
    });

  it('should be a master without an open intent', () => {
    expect(copy(shardOf(), 'n1')).toEqual([
      'ERR sequence out of range, please use fullsync',
      '0',
      '1',
    ]);
  });

  it('should not be a slave', () => {
    expect(copy(shardOf(), 'n2')).toEqual([notFit, notFit, notFit]);
  });

  it('should not be a master with an open intent, nor who has stepped down', () => {
    const lost = { kind: 'link', type: 'takeover-reply', verdict: { kind: 'reset' } };
    const shard = shardOf({ faults: [fault(1, 0, lost, 1_500_000)] });
    shard.fail('n1', 'n2', 400);
    shard.untilFailover('switching').later(50);
    expect(copy(shard, 'n1')).toEqual([notFit, notFit, notFit]);
    shard.untilFailover('success').later(5);
    expect(copy(shard, 'n1')).toEqual([notFit, notFit, notFit]);
    expect(copy(shard, 'n2').slice(0, 2)).toEqual([
      'ERR sequence out of range, please use fullsync',
      '0',
    ]);
  });

  it('should be anybody in the proposal', () => {
    expect(copy(shardOf({ protocol: 'proposal' }), 'n2')).not.toContain(notFit);
  });
});

describe('the way back', () => {
  it('should lead from n2 to n1 and on to n3, numbers and epochs growing', () => {
    const shard = shardOf().write(2);
    const handOver = (from: string, to: string) => {
      expect(shard.fail(from, to, 400)).toBe('OK');
      shard.untilFailover('success', from).later(100);
      expect(shard.set(to)).toBe('OK');
    };
    handOver('n1', 'n2');
    handOver('n2', 'n1');
    handOver('n1', 'n3');
    handOver('n3', 'n2');
    expect(shard.info('n2')).toMatchObject({ role: 'master', cluster_current_epoch: 5 });
    expect(shard.later(50).node('n1').hash).toEqual(shard.node('n2').hash);
    expect(shard.node('n3').hash).toEqual(shard.node('n2').hash);
    expect(shard.node('n3').persisted['verdicts']).toEqual({
      n1: { number: 2, epoch: 4, outcome: 'taken' },
    });
    expect(['n1', 'n2', 'n3'].flatMap((name) => shard.heard(name, 'full sync'))).toEqual([]);
  });

  it('should wait for SETNODES in the proposal', () => {
    const shard = shardOf({ protocol: 'proposal' }).write(2).later(2500);
    shard.fail('n1', 'n2', 5000);
    shard.untilFailover('success');
    expect(shard.fail('n2', 'n1')).toBe("ERR Current node is a slave, can't failover");
    for (const node of ['n2', 'n1', 'n3']) shard.push(node, after);
    shard.later(3000);
    expect(shard.fail('n2', 'n1', 5000)).toBe('OK');
    shard.untilFailover('success', 'n2');
    expect(shard.set('n1')).toBe('OK');
  });

  it('should not be open to the one that is a slave now', () => {
    const shard = shardOf();
    shard.fail('n1', 'n2', 400);
    shard.untilFailover('success').later(100);
    // The state comes before the role, as in the source; SETNODES resets it.
    expect(shard.fail('n1', 'n2')).toBe('ERR Failover is already in progress');
    expect(shard.push('n1', { ...after, version: 3 })).toBe('OK');
    expect(shard.fail('n1', 'n2')).toBe("ERR Current node is a slave, can't failover");
    expect(shard.info('n1')['master']).toBe('n2');
  });
});
