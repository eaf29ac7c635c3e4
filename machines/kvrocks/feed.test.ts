import { describe, expect, it } from 'vitest';
import type { Fault } from '../../runtime/fault.js';
import type { Message } from '../../runtime/vocabulary.js';
import { outOfRange } from './replies.js';
import { disk, puppetNode, type Stage } from './test-stage.js';
import { stageOf, substrateNode } from './test-substrate.js';
import { oneShard } from './topology.js';

const shard = oneShard(['n1', 'n2'], 1);

type Fed = { first: number; batches: { operation: number }[]; getack: boolean; ping: boolean };

const set = (n: number, key = `k${n}`) => ({
  type: 'set',
  operation: n,
  attempt: 1,
  key,
  value: 'v',
});

/** A master n1, a puppet n2 that is a slave of it, and clients. */
function masterStage(more: object = {}, faults: Fault[] = []): Stage {
  const nodes = [
    substrateNode('n1', shard, more),
    puppetNode('n2'),
    ...['c1', 'c2', 'c3'].map((name) => puppetNode(name)),
  ];
  return stageOf(nodes, { faults });
}

/** Makes n2 shake hands; the feed begins when the +OK of PSYNC is sent. */
function attach(stage: Stage, from = 1): Message {
  stage.answer('n2', 'n1', { type: '_db_name' });
  stage.say('n2', { type: 'replconf', address: 'n2' }).later(1);
  stage.say('n2', { type: 'psync', from }).later(0.5);
  return stage.values('n2', 'psync-reply').at(-1) as unknown as Message;
}

/** What the slave was fed: time, first number, how many batches, and whether it was a ping. */
const reads = (stage: Stage) =>
  stage.heard('n2', 'fed').map(({ at, value }) => {
    const { first, batches, ping } = value as unknown as Fed;
    return [at, first, batches.length, ping] as const;
  });

const data = (stage: Stage) => reads(stage).filter(([, , count]) => count > 0);
const pings = (stage: Stage) => reads(stage).filter(([, , , ping]) => ping);

/** When the feed began to idle: the puppet has the +OK 0.1 ms later. */
const begun = (stage: Stage) => stage.times('n2', 'psync-reply').at(-1)! - 100;

describe('PSYNC at the serving side', () => {
  const ready = () => {
    const stage = masterStage({ retain: 4 });
    for (let n = 1; n <= 8; n++) stage.answer('c1', 'n1', set(n));
    return stage;
  };

  it.each([
    ['the next number', 9, 'ok'],
    ['an earlier one that is kept', 5, 'ok'],
    ['one that is no longer kept', 2, 'error'],
    ['one beyond the next', 10, 'error'],
  ])('should test %s', (_, from, status) => {
    const stage = ready();
    const reply = attach(stage, from);
    expect(reply['status']).toBe(status);
    if (status === 'error') expect(reply['error']).toBe(outOfRange);
    const fedNumbers = data(stage.later(10)).map(([, first, count]) => [first, count]);
    expect(fedNumbers).toEqual(from === 5 ? [[5, 4]] : []);
  });

  it('should not test whether the serving node is master', () => {
    const nodes = [
      substrateNode('n1', oneShard(['n9', 'n1', 'n2'], 1)),
      puppetNode('n2'),
      puppetNode('n9'),
    ];
    expect(attach(stageOf(nodes))['status']).toBe('ok');
  });
});

describe('the feed', () => {
  it('should look for new data every 2 ms while it idles', () => {
    const stage = masterStage();
    attach(stage);
    const from = begun(stage);
    stage.until(30);
    stage.answer('c1', 'n1', set(1));
    const committed = stage.world.record.replies.find(({ operation }) => operation === 1)!.at;
    stage.later(10);
    const [[at, first, count]] = data(stage) as [readonly [number, number, number, boolean]];
    expect([first, count]).toEqual([1, 1]);
    // Sent at the first point of the grid after the commit.
    const sent = at - 100;
    expect((sent - from) % 2000).toBe(0);
    expect(sent - committed).toBeGreaterThan(0);
    expect(sent - committed).toBeLessThanOrEqual(2000);
  });

  it('should ping at every 1000th idle poll', () => {
    const stage = masterStage();
    attach(stage);
    const from = begun(stage);
    stage.until(6500);
    expect(pings(stage).map(([at]) => at - 100 - from)).toEqual([2_000_000, 4_000_000, 6_000_000]);
  });

  it('should count idle polls on over the data between them', () => {
    const stage = masterStage();
    attach(stage);
    const from = begun(stage);
    stage.until(1001);
    stage.answer('c1', 'n1', set(1));
    stage.until(1800);
    stage.answer('c1', 'n1', set(2));
    stage.until(2100);
    // Data does not put the ping off.
    expect(data(stage)).toHaveLength(2);
    expect(pings(stage).map(([at]) => at - 100 - from)).toEqual([2_000_000]);
  });

  it('should write at most 16 batches at once', () => {
    const stage = masterStage();
    for (let n = 1; n <= 40; n++) stage.answer('c1', 'n1', set(n));
    attach(stage);
    stage.later(5);
    expect(data(stage).map(([, first, count]) => [first, count])).toEqual([
      [1, 16],
      [17, 16],
      [33, 8],
    ]);
    // One right after another: it polls only when there is nothing.
    expect(new Set(data(stage).map(([at]) => at)).size).toBe(1);
  });

  it('should write what is there at once as one read', () => {
    const stage = masterStage();
    attach(stage);
    for (const [at, client] of ['c1', 'c2', 'c3'].entries()) stage.ask(client, 'n1', set(at + 1));
    stage.later(10);
    const all = data(stage).flatMap(([, first, count]) => Array(count).fill(first));
    expect(all).toHaveLength(3);
    expect(data(stage).length).toBeLessThan(3);
  });

  it('should hold up nobody but its own slave while that does not read', () => {
    const nodes = [
      substrateNode('n1', shard),
      puppetNode('n2'),
      substrateNode('n3', oneShard(['n1', 'n2', 'n3'], 1)),
      puppetNode('c1'),
    ];
    const stage = stageOf(nodes, {
      network: { latencyUs: [100], windowBytes: 512, sendBufferBytes: 512 },
    });
    attach(stage);
    stage.make('n2', { type: 'deaf' });
    for (let n = 1; n <= 60; n++) stage.answer('c1', 'n1', set(n));
    stage.later(20);
    expect(stage.node('n3').applied).toBe(60);
    expect(data(stage)).toEqual([]);
    // A thread that is held up does not ping either.
    stage.later(5000);
    stage.make('n2', { type: 'deaf', on: false });
    stage.later(50);
    const order = reads(stage).flatMap(([, first, count]) =>
      Array.from({ length: count }, (_, at) => first + at),
    );
    expect(order).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
    expect(pings(stage)).toEqual([]);
  });

  it('should stop when the log no longer has its next number', () => {
    const stage = masterStage({ retain: 2, disk: { ...disk, readLog: [5000] } });
    attach(stage);
    for (let n = 1; n <= 12; n++) stage.ask('c1', 'n1', set(n)).later(0.7);
    stage.later(60);
    // The disk is slow to read: what the feed wants is gone before it comes to it.
    expect(data(stage).reduce((sum, [, , count]) => sum + count, 0)).toBeLessThan(12);
    expect(stage.times('n2', 'closed').length).toBeGreaterThan(0);
  });
});
