/** Opening a connection: every way in which it can go. */
import { describe, expect, it } from 'vitest';
import * as net from './network.js';
import { connect, runUntil, send, story, testNetwork } from './test-kernel.js';

const open = (test: ReturnType<typeof testNetwork>, timeoutMs?: number) =>
  net.open(
    test.net,
    test,
    test.machines[0]!,
    { to: 'b', tag: 't', ...(timeoutMs !== undefined && { timeoutMs }) },
    1,
  );

describe('opening a connection', () => {
  it('should take a round trip, and half of one more until the accepter knows', () => {
    const test = testNetwork();
    open(test);
    runUntil(test, 1000);
    expect(story(test)).toEqual(['200 a opened', '300 b accepted']);
    expect(test.told[0]!.mail).toMatchObject({ tag: 't', peer: 'b' });
    expect(test.told[1]!.mail).toMatchObject({ peer: 'a' });
  });

  it('should name connections by link and turn, whatever else was opened', () => {
    const test = testNetwork();
    const [first, second] = [connect(test), connect(test)];
    expect([first, second]).toEqual([65_536 + 1, 2 * 65_536 + 1]);
  });

  it('should be refused where the host is up and the process is not', () => {
    const test = testNetwork();
    test.statuses[1] = 'crashed';
    open(test);
    runUntil(test, 1000);
    expect(story(test)).toEqual(['200 a unopened refused']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should be accepted by the kernel of a paused process', () => {
    const test = testNetwork();
    test.statuses[1] = 'paused';
    open(test);
    runUntil(test, 1000);
    expect(story(test)).toEqual(['200 a opened']);
    send(test, 65_537, 'early');
    runUntil(test, 2000);
    test.statuses[1] = 'running';
    net.resumed(test.net, test, 1);
    runUntil(test, 3000);
    expect(story(test).slice(1)).toEqual(['2000 b accepted', '2000 b early']);
  });

  it('should time out as the opener says where nobody answers', () => {
    const test = testNetwork();
    test.statuses[1] = 'off';
    open(test, 3100);
    runUntil(test, 1e9);
    expect(story(test)).toEqual(['3100000 a unopened timeout']);
  });

  it('should time out after seven lost attempts where the opener says nothing', () => {
    const test = testNetwork();
    net.cut(test.net, 0, 1);
    open(test);
    runUntil(test, 1e9);
    expect(story(test)).toEqual(['127000000 a unopened timeout']);
  });

  it('should pass with the first retry after a partition has healed', () => {
    const test = testNetwork();
    net.cut(test.net, 0, 1);
    open(test);
    runUntil(test, 3_500_000);
    net.mend(test.net, 0, 1);
    runUntil(test, 1e9);
    // Retries at 1, 3 and 7 s.
    expect(story(test)).toEqual(['7000200 a opened', '7000300 b accepted']);
  });

  it('should need both ways: an answer that is lost is asked for again', () => {
    const test = testNetwork();
    net.cut(test.net, 1, 0);
    open(test);
    runUntil(test, 500_000);
    net.mend(test.net, 1, 0);
    runUntil(test, 1e9);
    expect(story(test)).toEqual(['1000400 a opened', '1000500 b accepted']);
  });

  it('should never be accepted when the opener is gone before the answer', () => {
    const test = testNetwork();
    open(test);
    runUntil(test, 150);
    test.statuses[0] = 'crashed';
    net.crashed(test.net, test, 0);
    runUntil(test, 1e9);
    expect(story(test)).toEqual([]);
    expect(test.net.connections.size).toBe(0);
  });

  it.each([
    ['drop', ['1000200 a opened', '1000300 b accepted']],
    ['reset', ['100 a unopened refused']],
  ] as const)('should obey a rule that would %s its first attempt', (kind, expected) => {
    const test = testNetwork();
    net.addRule(test.net, { id: 1, from: -1, to: 1, on: 'connect', times: 1, verdict: { kind } });
    open(test);
    runUntil(test, 1e9);
    expect(story(test)).toEqual(expected);
    expect(test.net.bites).toEqual([
      { rule: 1, connection: 65_537, type: 'connect', from: 0, to: 1 },
    ]);
  });

  it('should obey a rule that delays it', () => {
    const test = testNetwork();
    net.addRule(test.net, {
      id: 1,
      from: 0,
      to: 1,
      on: 'connect',
      verdict: { kind: 'delay', us: 50 },
    });
    open(test);
    runUntil(test, 1000);
    expect(story(test)).toEqual(['250 a opened', '350 b accepted']);
  });
});
