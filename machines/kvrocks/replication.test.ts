import { describe, expect, it } from 'vitest';
import type { Fault } from '../../runtime/fault.js';
import type { Batch, Plain } from '../../runtime/vocabulary.js';
import { loading, noPassword, notFit, outOfRange } from './replies.js';
import type { Stage } from './test-stage.js';
import { welcoming } from './test-stage.js';
import { slaveStage, stageOf, substrateNode } from './test-substrate.js';
import { oneShard } from './topology.js';

const shard = oneShard(['n1', 'n2'], 1);
const requests = ['auth', '_db_name', 'replconf', 'psync'];

/** What the puppet master was asked, in order, with the times. */
function asked(stage: Stage): [string, number][] {
  return requests
    .flatMap((type) => stage.times('n1', type).map((at): [string, number] => [type, at]))
    .sort(([, one], [, other]) => one - other);
}

const batch = (n: number): Batch => ({
  count: 1,
  operation: n,
  writes: [{ kind: 'put', key: `00000:k${n}`, value: `v${n}` }],
});

/** A read of the feed: batches from a number on, and what its end asks for. */
const fed = (first: number, count: number, flags: { getack?: boolean; ping?: boolean } = {}) => ({
  type: 'fed',
  first,
  batches: Array.from({ length: count }, (_, at) => batch(first + at)) as unknown as Plain,
  getack: false,
  ping: false,
  ...flags,
});

const ping = (getack = false) => fed(0, 0, { ping: true, getack });

const acks = (stage: Stage) =>
  stage.heard('n1', 'ack').map(({ at, value }) => [at, (value as { offset: number }).offset]);

const fault = (at: number, action: object, durationUs?: number): Fault =>
  ({
    id: at + 1,
    at: { timeUs: at },
    ...action,
    ...(durationUs !== undefined && { durationUs }),
  }) as unknown as Fault;

describe('the handshake of a slave', () => {
  it('should make one request at a time, each as soon as the last is answered', () => {
    const stage = slaveStage(shard, welcoming).until(10);
    // 200 µs to connect, then 200 µs for each request and its reply.
    expect(asked(stage)).toEqual([
      ['_db_name', 300],
      ['replconf', 500],
      ['psync', 700],
    ]);
    expect(stage.values('n1', 'psync')).toMatchObject([{ from: 1 }]);
    expect(stage.values('n1', 'replconf')).toMatchObject([{ address: 'n2' }]);
    expect(stage.heard('n2', 'link')).toEqual([{ at: 800, value: 'up' }]);
  });

  it('should begin with AUTH where a password is set', () => {
    const options = { masterauth: 'secret' };
    const stage = slaveStage(shard, welcoming, { options }).until(10);
    expect(asked(stage).map(([type]) => type)).toEqual(requests);
    expect(stage.values('n1', 'auth')).toMatchObject([{ password: 'secret' }]);
  });

  it.each(['auth', '_db_name', 'replconf'])('should begin again 10 s after %s failed', (type) => {
    const answers = { ...welcoming, [type]: { status: 'error', error: noPassword } };
    const stage = slaveStage(shard, answers, { options: { masterauth: 'secret' } });
    stage.until(10_100);
    const [first, second, ...more] = stage.times('n1', type);
    const nth = requests.indexOf(type);
    // The reply takes 100 µs; then the wait, the connection and the handshake up to here.
    expect(second! - first!).toBe(100 + 10_000_000 + 300 + 200 * nth);
    expect(more).toEqual([]);
    expect(stage.times('n1', 'psync')).toHaveLength(type === 'psync' ? 1 : 0);
  });

  it('should ask a master that is loading again after 10 s, and copy nothing', () => {
    const stage = slaveStage(shard, { ...welcoming, psync: { status: 'error', error: loading } });
    stage.until(10_100);
    expect(stage.times('n1', 'psync')).toEqual([700, 700 + 100 + 10_000_000 + 700]);
    expect(stage.heard('n2', 'full sync')).toEqual([]);
  });

  it('should ask a master that may not be copied again after 1 s, and copy nothing (R7)', () => {
    const stage = slaveStage(shard, { ...welcoming, psync: { status: 'error', error: notFit } });
    stage.until(1100);
    expect(stage.times('n1', 'psync')).toEqual([700, 700 + 100 + 1_000_000 + 700]);
    expect(stage.heard('n2', 'full sync')).toEqual([]);
  });

  it('should go over to a full sync on any other error', () => {
    const stage = slaveStage(shard, {
      ...welcoming,
      psync: { status: 'error', error: outOfRange },
      _fetch_meta: { status: 'error', error: 'ERR no' },
    }).until(5);
    expect(stage.values('n2', 'full sync')).toEqual(['begun']);
    expect(stage.times('n1', '_fetch_meta')).toEqual([1100]);
  });

  it('should connect again 1 s after the connection ended', () => {
    const { _db_name: _, ...silent } = welcoming;
    const stage = slaveStage(shard, silent).until(1);
    stage.make('n1', { type: 'hang up' });
    stage.until(1100);
    // Closed at 1 ms, heard at 1.1 ms.
    expect(stage.times('n1', '_db_name')).toEqual([300, 1100 + 1_000_000 + 300]);
  });

  it('should try at most once a second where nobody listens', () => {
    const faults = [fault(1, { kind: 'crash', node: 'n1' }, 2_500_000)];
    const stage = slaveStage(shard, welcoming, {}, { faults }).until(3100);
    // Refused at 0.2 ms, 1.0004 s, 2.0006 s; n1 is back from 2.5 s on.
    expect(stage.times('n1', '_db_name')).toEqual([3 * 1_000_200 + 300]);
  });

  it('should try again at once after 3.1 s without an answer', () => {
    const faults = [fault(0, { kind: 'partition', from: ['n1'], to: ['n2'] }, 3_050_000)];
    const stage = slaveStage(shard, welcoming, {}, { faults }).until(3200);
    expect(stage.times('n1', '_db_name')).toEqual([3_100_000 + 300]);
  });
});

describe('the ack of a slave', () => {
  /** A slave that follows, the wall clock a little past a second. */
  const following = (wallOffsetUs = 0, more: Parameters<typeof slaveStage>[2] = {}) =>
    slaveStage(shard, welcoming, { clock: { wallOffsetUs }, ...more }).until(2);

  it('should be sent with the first data, applied, whatever the second', () => {
    const stage = following().say('n1', fed(1, 3)).until(10);
    // There at 2.1 ms; three appends of 10 µs one after another; 100 µs back.
    expect(acks(stage)).toEqual([[2230, 3]]);
    expect(stage.node('n2').applied).toBe(3);
  });

  it('should be sent at most once in a second of the wall clock', () => {
    // The wall clock reads 0.9 s at the start.
    const stage = following(900_000).say('n1', fed(1, 1)).until(50);
    stage.say('n1', fed(2, 1)).until(99.8);
    expect(acks(stage)).toEqual([[2210, 1]]);
    // Sent at 99.8, there at 99.9: still the same second. At 100 the next one begins.
    stage.say('n1', fed(3, 1)).until(99.95).say('n1', fed(4, 1)).until(200);
    expect(acks(stage)).toEqual([
      [2210, 1],
      [100_160, 4],
    ]);
  });

  it('should wait for the wall clock that was set back', () => {
    const faults = [fault(10_000, { kind: 'step', node: 'n2', byUs: -3_000_000 })];
    const stage = slaveStage(shard, welcoming, { clock: { wallOffsetUs: 5_000_000 } }, { faults });
    stage.until(2).say('n1', fed(1, 1)).until(1500).say('n1', fed(2, 1)).until(2000);
    expect(acks(stage)).toEqual([[2210, 1]]);
    stage.until(4000).say('n1', fed(3, 1)).until(4100);
    expect(acks(stage).map(([, offset]) => offset)).toEqual([1, 3]);
  });

  it('should be forced by _getack with data, at the end of the read', () => {
    const stage = following().say('n1', fed(1, 1)).until(10);
    stage.say('n1', fed(2, 2, { getack: true })).until(20);
    expect(acks(stage)).toEqual([
      [2210, 1],
      [10_220, 3],
    ]);
  });

  it('should be forced by _getack with a ping, at once', () => {
    const stage = following().say('n1', fed(1, 1)).until(10).say('n1', ping(true)).until(20);
    expect(acks(stage)).toEqual([
      [2210, 1],
      [10_200, 1],
    ]);
  });

  it('should not follow _getack alone, nor a ping in the same second', () => {
    const stage = following().say('n1', fed(1, 1)).until(10);
    stage
      .say('n1', fed(0, 0, { getack: true }))
      .say('n1', ping())
      .until(20);
    expect(acks(stage)).toEqual([[2210, 1]]);
  });

  it('should follow a ping once a second has passed', () => {
    const stage = following().say('n1', ping()).until(500).say('n1', ping()).until(1000);
    stage.say('n1', ping()).until(1100);
    expect(acks(stage)).toEqual([
      [2200, 0],
      [1_000_200, 0],
    ]);
  });

  it('should come after a sync where writes are synced', () => {
    const stage = following(0, { options: { syncWrites: true } })
      .say('n1', fed(1, 1))
      .until(10);
    expect(acks(stage)).toEqual([[2210 + 500, 1]]);
    expect(stage.node('n2').durable).toBe(1);
  });

  it('should not be sent when the sync fails', () => {
    const faults = [
      // The append takes 10 µs from 2.1 ms on, the sync the next 500.
      fault(2300, { kind: 'disk', node: 'n2', mode: 'failing' }, 1000),
    ];
    const given = { options: { syncWrites: true } };
    const stage = slaveStage(shard, welcoming, given, { faults }).until(2);
    stage.say('n1', fed(1, 1)).until(10);
    expect([acks(stage), stage.node('n2').applied]).toEqual([[], 1]);
    stage.say('n1', fed(2, 1)).until(20);
    expect(acks(stage).map(([, offset]) => offset)).toEqual([2]);
  });
});

describe('the read in hand', () => {
  it('should end with the first batch that fails, and be asked for again after 10 s', () => {
    // Of three batches the second fails, and the disk is well again when the third would be there.
    const faults = [fault(2115, { kind: 'disk', node: 'n2', mode: 'failing' }, 10)];
    const stage = slaveStage(shard, welcoming, {}, { faults }).until(2);
    stage.say('n1', fed(1, 3)).until(10_100);
    expect(stage.node('n2').lineage).toEqual([{ last: 1, operation: 1 }]);
    expect(acks(stage)).toEqual([]);
    expect(stage.values('n1', 'psync')).toMatchObject([{ from: 1 }, { from: 2 }]);
    expect(stage.times('n1', 'psync')[1]).toBe(2120 + 10_000_000 + 700);
  });

  it('should be applied to its end when the connection breaks, and not be asked for again', () => {
    // The disk stands still while the connection breaks and for longer than the wait after it.
    const faults = [
      fault(2050, { kind: 'disk', node: 'n2', mode: 'stalled' }, 2_000_000),
      fault(500_000, { kind: 'reset', between: ['n1', 'n2'] }),
    ];
    const stage = slaveStage(shard, welcoming, {}, { faults }).until(2);
    stage.say('n1', fed(1, 3)).until(4000);
    expect(stage.node('n2').lineage.map(({ last }) => last)).toEqual([1, 2, 3]);
    expect(stage.values('n1', 'psync')).toMatchObject([{ from: 1 }, { from: 4 }]);
    expect(stage.times('n1', 'psync')[1]).toBe(2_002_080 + 1_000_000 + 700);
  });

  it('should hold up what comes after it', () => {
    const stage = slaveStage(shard, welcoming).until(2);
    stage.say('n1', fed(1, 5)).say('n1', ping(true)).until(10);
    expect(acks(stage)).toEqual([
      [2250, 5],
      [2250, 5],
    ]);
  });
});

describe('the stop of the thread', () => {
  const stopped = (stage: Stage) => stage.times('n2', 'stopped');
  const told = (stage: Stage) => stage.make('n2', { type: 'stop' });

  it('should be seen at the next look, every 100 ms from the start of the thread on', () => {
    const stage = slaveStage(shard, welcoming, { stopPollMs: 100 }).until(130);
    told(stage);
    stage.until(400);
    expect(stopped(stage)).toEqual([200_000]);
  });

  it('should not keep the thread from applying what comes until it is seen', () => {
    const stage = slaveStage(shard, welcoming, { stopPollMs: 100 }).until(130);
    told(stage);
    stage.say('n1', fed(1, 1)).until(199.95).say('n1', fed(2, 1)).until(400);
    // The second read arrives when nobody reads any more.
    expect([stopped(stage), stage.node('n2').applied]).toEqual([[200_000], 1]);
  });

  it('should be at once without a period', () => {
    const stage = slaveStage(shard, welcoming).until(130);
    told(stage);
    stage.until(131);
    expect(stopped(stage)).toEqual([130_000]);
  });

  it.each([0, 100])('should join the read in hand (period %i ms)', (stopPollMs) => {
    const faults = [fault(129_000, { kind: 'disk', node: 'n2', mode: 'stalled' }, 1_000_000)];
    const stage = slaveStage(shard, welcoming, { stopPollMs }, { faults }).until(129.5);
    stage.say('n1', fed(1, 3)).until(130);
    told(stage);
    stage.until(2000);
    expect([stopped(stage), stage.node('n2').applied]).toEqual([[1_129_030], 3]);
  });

  it('should wait for the end of a wait that runs in the thread', () => {
    const answers = { ...welcoming, _db_name: { status: 'error', error: 'ERR no' } };
    const stage = slaveStage(shard, answers, { stopPollMs: 100 }).until(130);
    told(stage);
    stage.until(12_000);
    expect(stopped(stage)).toEqual([400 + 10_000_000]);
  });

  it('should wait for the end of an attempt to connect', () => {
    const faults = [fault(0, { kind: 'partition', from: ['n1'], to: ['n2'] }, 9_000_000)];
    const stage = slaveStage(shard, welcoming, { stopPollMs: 100 }, { faults }).until(130);
    told(stage);
    stage.until(5000);
    expect(stopped(stage)).toEqual([3_100_000]);
  });

  it('should be seen when an attempt to connect succeeds meanwhile', () => {
    // The first SYN is lost; the second, a second later, is not.
    const faults = [fault(0, { kind: 'partition', from: ['n1'], to: ['n2'] }, 500_000)];
    const stage = slaveStage(shard, welcoming, { stopPollMs: 100 }, { faults }).until(130);
    told(stage);
    stage.until(5000);
    expect([stopped(stage), asked(stage)]).toEqual([[1_000_200], []]);
  });

  it('should end the waits without a period', () => {
    const answers = { ...welcoming, _db_name: { status: 'error', error: 'ERR no' } };
    const stage = slaveStage(shard, answers).until(130);
    told(stage);
    stage.until(131);
    expect(stopped(stage)).toEqual([130_000]);
  });
});

describe('a full sync', () => {
  const set = (n: number) => ({ type: 'set', operation: n, attempt: 1, key: `k${n}`, value: 'v' });

  /**
   * n1 has 20 writes, of which it can serve the last 5; n2 starts at 50 ms with none; n3 follows
   * n2 in a chain.
   */
  const copying = (given: object = {}, faults: Fault[] = []): Stage => {
    const chain = {
      ...oneShard(['n1', 'n2'], 1),
      nodes: [...shard.nodes, { id: 'n3', master: 'n2', slots: [] }],
    };
    const nodes = [
      substrateNode('n1', shard, { retain: 5, ...given }),
      substrateNode('n2', chain, { startAtUs: 50_000 }),
      substrateNode('n3', chain, { startAtUs: 50_000 }),
      { name: 'c1', machine: 'puppet' },
      { name: 'c2', machine: 'puppet' },
    ];
    const stage = stageOf(nodes, { faults });
    for (let n = 1; n <= 20; n++) stage.answer('c1', 'n1', set(n));
    return stage;
  };

  it('should replace content and numbers, then go on by PSYNC', () => {
    const stage = copying().until(200);
    const [master, slave] = [stage.node('n1'), stage.node('n2')];
    expect(slave.applied).toBe(20);
    expect([slave.hash, slave.contents]).toEqual([master.hash, master.contents]);
    expect(stage.values('n2', 'full sync')).toEqual(['begun', 'restored']);
    stage.answer('c1', 'n1', set(21));
    expect(stage.later(20).node('n2').applied).toBe(21);
    expect(stage.values('n2', 'full sync')).toHaveLength(2);
  });

  it('should answer LOADING from the end of the transfer to the end of the restore', () => {
    const stage = copying();
    const replies: [number, unknown][] = [];
    stage.until(55);
    for (let at = 55; at < 95; at += 1) {
      stage.until(at);
      const reply = stage.answer('c2', 'n2', { type: 'get', key: 'k1' });
      replies.push([stage.world.now, reply['error']]);
    }
    const begun = stage.times('n2', 'loading')[0]!;
    const restored = stage.heard('n2', 'full sync').find(({ value }) => value === 'restored')!.at;
    expect(restored - begun).toBe(20_000);
    for (const [at, error] of replies) {
      // Asked up to 0.6 ms before the answer was here.
      if (at < begun || at > restored + 600) expect(error).toBe('MOVED 12706 n1');
      if (at > begun + 600 && at < restored) expect(error).toBe(loading);
    }
    expect(replies.some(([, error]) => error === loading)).toBe(true);
  });

  it('should send the own slaves away', () => {
    const stage = copying().until(200);
    const begun = stage.times('n2', 'loading')[0]!;
    // n3 followed n2 before; it hears of the end 0.1 ms later.
    expect(stage.heard('n3', 'link')[0]).toMatchObject({ value: 'up' });
    expect(stage.heard('n3', 'link')[1]).toEqual({ at: begun + 100, value: 'down' });
  });

  it('should not need the connection once the files are there', () => {
    const first = copying().until(200);
    const begun = first.times('n2', 'loading')[0]!;
    const faults = [fault(begun + 5000, { kind: 'crash', node: 'n1' }, 10_000_000)];
    const stage = copying({}, faults).until(200);
    expect(stage.values('n2', 'full sync')).toEqual(['begun', 'restored']);
    expect(stage.answer('c2', 'n2', { type: 'get', key: 'k1' })['error']).toBe('MOVED 12706 n1');
  });

  it('should begin again 1 s after an end of the connection, without PSYNC', () => {
    const faults = [fault(56_000, { kind: 'crash', node: 'n1' }, 100_000)];
    const stage = copying({}, faults).until(1500);
    const begun = stage.heard('n2', 'full sync').filter(({ value }) => value === 'begun');
    expect(begun).toHaveLength(2);
    expect(begun[1]!.at - 56_100).toBe(1_000_000);
    expect(stage.node('n2').applied).toBe(20);
  });

  it('should begin again 10 s after a failed restore, and be LOADING until it succeeds', () => {
    const first = copying().until(200);
    const begun = first.times('n2', 'loading')[0]!;
    const faults = [fault(begun + 1000, { kind: 'disk', node: 'n2', mode: 'failing' }, 30_000)];
    const stage = copying({}, faults).until(5000);
    expect(stage.answer('c2', 'n2', { type: 'get', key: 'k1' })['error']).toBe(loading);
    stage.until(11_000);
    expect(stage.node('n2').applied).toBe(20);
    const values = stage.heard('n2', 'full sync');
    expect(values.map(({ value }) => value)).toEqual(['begun', 'begun', 'restored']);
    expect(values[1]!.at).toBe(begun + 20_000 + 10_000_000);
  });

  it('should not begin at a node that may not be copied (R7)', () => {
    const stage = copying({ isFit: false }).until(3000);
    expect(stage.heard('n2', 'full sync')).toEqual([]);
    expect(stage.node('n2').applied).toBe(0);
  });

  it.each(['_fetch_meta', '_fetch_file'])('should end when %s is refused so (R7)', (type) => {
    const stage = slaveStage(shard, {
      ...welcoming,
      psync: { status: 'error', error: outOfRange },
      _fetch_meta: {},
      [type]: { status: 'error', error: notFit },
    }).until(1200);
    // It asks for a partial resync again, 1 s later, before it copies anything.
    const [refused, again] = [stage.times('n1', type)[0]!, stage.times('n1', 'psync')[1]!];
    expect(again - refused).toBe(100 + 1_000_000 + 700);
    expect(stage.values('n2', 'full sync')[0]).toBe('begun');
    expect(stage.heard('n2', 'loading')).toEqual([]);
  });

  it('should join a restore that has begun when the thread is stopped', () => {
    const first = copying().until(200);
    const begun = first.times('n2', 'loading')[0]!;
    const stage = copying().until(begun / 1000 + 5);
    stage.make('n2', { type: 'stop' });
    stage.until(200);
    expect(stage.times('n2', 'stopped')).toEqual([begun + 20_000]);
    expect(stage.node('n2').applied).toBe(20);
    expect(stage.answer('c2', 'n2', { type: 'get', key: 'k1' })['error']).toBe('MOVED 12706 n1');
  });

  it('should leave the database as it was when it is stopped before', () => {
    const stage = copying().until(55);
    stage.make('n2', { type: 'stop' });
    stage.until(200);
    expect(stage.times('n2', 'stopped')).toEqual([55_000]);
    expect(stage.node('n2').applied).toBe(0);
    expect(stage.answer('c2', 'n2', { type: 'get', key: 'k1' })['error']).toBe('MOVED 12706 n1');
  });
});
