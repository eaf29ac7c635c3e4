/** How connections end: in order, by force, by a crash, by a power loss, by a rule, by silence. */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../fault.js';
import * as net from './network.js';
import { connect, instance, runUntil, send, story, testNetwork } from './test-kernel.js';

const closeOf = (test: ReturnType<typeof testNetwork>, id: number, by = 0, abort = false) =>
  net.close(test.net, test, test.machines[by]!, { connection: id, abort });

describe('the end of a connection', () => {
  it('should come after everything sent before it, once, and forget the connection', () => {
    const test = testNetwork();
    const id = connect(test);
    send(test, id, 'last');
    closeOf(test, id);
    closeOf(test, id);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['400 b last', '400 b closed']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should wait for data that waits for the window', () => {
    const test = testNetwork({ windowBytes: 50 });
    const id = connect(test);
    for (const word of ['one', 'two', 'three']) send(test, id, word, 0, 50);
    closeOf(test, id);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['400 b one', '500 b two', '600 b three', '600 b closed']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should be a reset for the peer when input was left unread', () => {
    const test = testNetwork();
    const id = connect(test);
    net.receive(test.net, test, test.machines[1]!, { connection: id, on: false });
    send(test, id, 'unread');
    runUntil(test, 1000);
    closeOf(test, id, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['1100 a reset reset']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should be a reset for the peer when aborted, and lose what waits', () => {
    const test = testNetwork({ windowBytes: 50 });
    const id = connect(test);
    for (const word of ['one', 'two']) send(test, id, word, 0, 50);
    closeOf(test, id, 0, true);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['400 b one', '400 b reset reset']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should answer data that comes after a close with a reset', () => {
    const test = testNetwork();
    const id = connect(test);
    closeOf(test, id, 1);
    // Sent before the end was known; its sender hears the end first, and nothing after it.
    send(test, id, 'late');
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['400 a closed']);
    expect(send(test, id, 'later')).toBe(false);
    expect(test.net.connections.size).toBe(0);
  });

  it('should deliver what a crashed process had given its kernel, then close', () => {
    const test = testNetwork({ windowBytes: 100, sendBufferBytes: 100 });
    const id = connect(test);
    for (let nth = 1; nth <= 5; nth++) send(test, id, `m${nth}`, 0, 50);
    test.statuses[0] = 'crashed';
    net.crashed(test.net, test, 0);
    test.told.length = 0;
    runUntil(test, 1e6);
    // The fifth never reached the kernel.
    expect(story(test).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'b m1',
      'b m2',
      'b m3',
      'b m4',
      'b closed',
    ]);
  });

  it('should be a reset when the crashed process had input it never read', () => {
    const test = testNetwork();
    const id = connect(test);
    test.statuses[1] = 'paused';
    send(test, id, 'unread');
    runUntil(test, 1000);
    test.statuses[1] = 'crashed';
    net.crashed(test.net, test, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['1100 a reset reset']);
  });

  it('should not be known to the peer of a host that lost power, until the host is back', () => {
    const test = testNetwork();
    const id = connect(test);
    send(test, id, 'on the wire', 1);
    test.statuses[1] = 'off';
    net.powerLost(test.net, 1);
    runUntil(test, 1000);
    expect(story(test)).toEqual(['400 a on the wire']);
    send(test, id, 'anyone there');
    runUntil(test, 300_000);
    expect(story(test).length).toBe(1);
    test.statuses[1] = 'running';
    runUntil(test, 1e7);
    // Lost on arrival at 1100: tries at 201 100 and 601 100; the answer is a reset.
    expect(story(test).slice(1)).toEqual(['601300 a reset reset']);
  });

  it('should be given up when the host never comes back', () => {
    const test = testNetwork();
    const id = connect(test);
    test.statuses[1] = 'off';
    net.powerLost(test.net, 1);
    send(test, id, 'anyone there');
    runUntil(test, 3e9);
    expect(story(test)).toEqual(['924600400 a reset timeout']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should be found by keepalive, which a quiet half-open connection needs', () => {
    const test = testNetwork({ keepalive: { idleMs: 120_000, intervalMs: 40_000, count: 3 } });
    connect(test);
    test.statuses[1] = 'off';
    net.powerLost(test.net, 1);
    runUntil(test, 3e8);
    // Quiet since 200; probes at 120.0002 s and three times 40 s after it.
    expect(story(test)).toEqual(['240000200 a reset timeout']);
  });

  it('should not come from keepalive while the peer answers, nor while data flows', () => {
    const test = testNetwork({ keepalive: { idleMs: 120_000, intervalMs: 40_000, count: 3 } });
    connect(test);
    runUntil(test, 1e9);
    expect(story(test)).toEqual([]);
  });

  it('should be heard of at once by both when every connection between two breaks', () => {
    const test = testNetwork();
    connect(test);
    expect(net.resetConnections(test.net, test, 1, 0)).toBe(1);
    expect(net.resetConnections(test.net, test, 1, 0)).toBe(0);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['300 a reset reset', '300 b reset reset']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should follow from the end of the machine that owns it', () => {
    const test = testNetwork();
    const id = connect(test);
    const heir = instance(9, 1);
    net.adopt(test.net, id, 1, heir);
    send(test, id, 'to the heir');
    runUntil(test, 1000);
    net.stopped(test.net, test, test.machines[1]!);
    runUntil(test, 2000);
    expect(story(test)).toEqual(['400 b to the heir']);
    net.stopped(test.net, test, heir);
    runUntil(test, 3000);
    expect(story(test).at(-1)).toBe('2100 a closed');
  });

  it('should leave nothing behind after 10,000 connections', () => {
    const test = testNetwork();
    for (let nth = 0; nth < 10_000; nth++) {
      const id = connect(test);
      closeOf(test, id, nth % 2);
      runUntil(test, test.now + 1000);
    }
    expect(test.net.connections.size).toBe(0);
    expect(test.queue.length).toBe(0);
  });
});

describe('a rule', () => {
  const withRule = (verdict: Verdict, more: Partial<net.Rule> = {}) => {
    const test = testNetwork();
    const id = connect(test);
    net.addRule(test.net, { id: 1, from: 0, to: 1, type: 'ask', verdict, ...more });
    return { test, id };
  };

  it('should tell a lost request from a lost reply: only the second was heard', () => {
    for (const [type, heard] of [
      ['ask', ['1100 a answer']],
      ['answer', ['400 b ask']],
    ] as const) {
      const test = testNetwork();
      const id = connect(test);
      net.addRule(test.net, { id: 1, from: -1, to: -1, type, verdict: { kind: 'drop' } });
      send(test, id, 'ask');
      runUntil(test, 1000);
      send(test, id, 'answer', 1);
      runUntil(test, 5e6);
      expect(story(test)).toEqual(heard);
    }
  });

  it('should drop everything from the message on, in that direction, until the end', () => {
    const { test, id } = withRule({ kind: 'drop' });
    send(test, id, 'before');
    send(test, id, 'ask');
    send(test, id, 'after');
    runUntil(test, 1000);
    send(test, id, 'back', 1);
    runUntil(test, 3e9);
    expect(story(test)).toEqual(['400 b before', '1100 a back', '924600300 a reset timeout']);
  });

  it('should delay a message, and those behind it with it', () => {
    const { test, id } = withRule({ kind: 'delay', us: 700 });
    send(test, id, 'ask');
    send(test, id, 'after');
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['1100 b ask', '1100 b after']);
  });

  it('should hold a message and those behind it until it goes', () => {
    const { test, id } = withRule({ kind: 'hold' });
    send(test, id, 'ask');
    send(test, id, 'after');
    runUntil(test, 10_000);
    expect(story(test)).toEqual([]);
    net.removeRule(test.net, test, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['10100 b ask', '10100 b after']);
  });

  it('should break the connection at both ends where its verdict is reset', () => {
    const { test, id } = withRule({ kind: 'reset' });
    send(test, id, 'before');
    send(test, id, 'ask');
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['400 b before', '400 b reset reset', '400 a reset reset']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should let the first ones pass, and bite only so often', () => {
    const { test, id } = withRule({ kind: 'delay', us: 50 }, { skip: 1, times: 1 });
    for (let nth = 0; nth < 3; nth++) {
      send(test, id, 'ask');
      runUntil(test, 1000 * (nth + 1));
    }
    expect(story(test)).toEqual(['400 b ask', '1150 b ask', '2100 b ask']);
    expect(test.net.bites.length).toBe(1);
  });

  it('should bite in so many of so many cases, and not by the mildest answer', () => {
    const { test, id } = withRule({ kind: 'delay', us: 50 }, { ratio: [1, 4] });
    test.answers = [0, 2, 3];
    for (let nth = 0; nth < 3; nth++) {
      send(test, id, 'ask');
      runUntil(test, 1000 * (nth + 1));
    }
    expect(story(test)).toEqual(['400 b ask', '1100 b ask', '2150 b ask']);
  });

  it('should decide before the rules behind it', () => {
    const { test, id } = withRule({ kind: 'pass' }, { times: 1 });
    net.addRule(test.net, { id: 2, from: 0, to: 1, verdict: { kind: 'delay', us: 50 } });
    send(test, id, 'ask');
    runUntil(test, 1000);
    send(test, id, 'ask');
    runUntil(test, 2000);
    expect(story(test)).toEqual(['400 b ask', '1150 b ask']);
    expect(test.net.bites.map(({ rule }) => rule)).toEqual([2]);
  });
});
