/** A stream in good and bad weather: order, windows, loss, partitions. */
import { describe, expect, it } from 'vitest';
import * as net from './network.js';
import { connect, runUntil, send, story, testNetwork } from './test-kernel.js';

describe('a stream', () => {
  it('should deliver in order although the second message draws a shorter latency', () => {
    const test = testNetwork({ latencyUs: [100, 900] });
    const id = connect(test);
    test.answers = [1, 0];
    send(test, id, 'first');
    send(test, id, 'second');
    runUntil(test, 2000);
    expect(story(test)).toEqual(['1200 b first', '1200 b second']);
  });

  it('should let bytes wait for the link, whichever connection they are on', () => {
    const test = testNetwork({ bytesPerSecond: 1_000_000 });
    const [one, other] = [connect(test), connect(test)];
    send(test, one, 'first', 0, 1000);
    send(test, other, 'second', 0, 500);
    runUntil(test, 9000);
    // 1000 bytes leave at 600 + 1000; 500 more leave 500 µs later.
    expect(story(test)).toEqual(['1700 b first', '2200 b second']);
  });

  it('should keep what a paused process has not read, and give it in order on resume', () => {
    const test = testNetwork();
    const id = connect(test);
    test.statuses[1] = 'paused';
    for (const word of ['one', 'two', 'three']) send(test, id, word);
    runUntil(test, 5000);
    expect(story(test)).toEqual([]);
    test.statuses[1] = 'running';
    net.resumed(test.net, test, 1);
    runUntil(test, 5000);
    expect(story(test)).toEqual(['5000 b one', '5000 b two', '5000 b three']);
  });

  it('should give unread input one message at a time, so that a machine can stop in between', () => {
    const test = testNetwork();
    const id = connect(test);
    const reader = test.machines[1]!;
    net.receive(test.net, test, reader, { connection: id, on: false });
    for (const word of ['one', 'two']) send(test, id, word);
    runUntil(test, 5000);
    net.receive(test.net, test, reader, { connection: id, on: true });
    const entry = test.queue.shift()!.entry;
    net.dispatch(test.net, test, entry);
    expect(story(test)).toEqual(['5000 b one']);
    net.receive(test.net, test, reader, { connection: id, on: false });
    runUntil(test, 6000);
    expect(story(test)).toEqual(['5000 b one']);
    net.receive(test.net, test, reader, { connection: id, on: true });
    runUntil(test, 7000);
    expect(story(test)).toEqual(['5000 b one', '6000 b two']);
  });

  it('should block the sender when window and send buffer are full, and free it as they drain', () => {
    const test = testNetwork({ windowBytes: 100, sendBufferBytes: 100 });
    const id = connect(test);
    test.statuses[1] = 'paused';
    // Two fit the window, two the buffer, the fifth does not.
    for (let nth = 1; nth <= 5; nth++) send(test, id, `m${nth}`, 0, 50);
    runUntil(test, 5000);
    expect(story(test)).toEqual(['300 a blocked']);
    test.statuses[1] = 'running';
    net.resumed(test.net, test, 1);
    runUntil(test, 9000);
    expect(story(test)).toEqual([
      '300 a blocked',
      '5000 b m1',
      '5000 a writable',
      '5000 b m2',
      '5100 b m3',
      '5100 b m4',
      '5200 b m5',
    ]);
  });

  it('should let a message larger than the window through when nothing else is outstanding', () => {
    const test = testNetwork({ windowBytes: 100 });
    const id = connect(test);
    send(test, id, 'huge', 0, 5000);
    send(test, id, 'small', 0, 10);
    runUntil(test, 5000);
    expect(story(test)).toEqual(['400 b huge', '500 b small']);
  });

  it('should send what a partition loses again after 200, 600 and 1400 ms, all behind in order', () => {
    const test = testNetwork();
    const id = connect(test);
    net.cut(test.net, 0, 1);
    send(test, id, 'first');
    runUntil(test, 700_000);
    send(test, id, 'second');
    net.mend(test.net, 0, 1);
    runUntil(test, 5e6);
    // Lost at 300: tries at 200 300, 600 300 and 1 400 300.
    expect(story(test)).toEqual(['1400400 b first', '1400400 b second']);
  });

  it('should lose what is on its way when the link is cut', () => {
    const test = testNetwork();
    const id = connect(test);
    send(test, id, 'first');
    runUntil(test, 350);
    net.cut(test.net, 0, 1);
    runUntil(test, 1000);
    net.mend(test.net, 0, 1);
    runUntil(test, 5e6);
    // It would have arrived at 400; the try comes 200 ms after that.
    expect(story(test)).toEqual(['200500 b first']);
  });

  it('should need as many mends as cuts', () => {
    const test = testNetwork();
    const id = connect(test);
    net.cut(test.net, 0, 1);
    net.cut(test.net, 0, 1);
    send(test, id, 'first');
    net.mend(test.net, 0, 1);
    runUntil(test, 300_000);
    expect(story(test)).toEqual([]);
    net.mend(test.net, 0, 1);
    runUntil(test, 5e6);
    expect(story(test)).toEqual(['600400 b first']);
  });

  it('should flow one way while only the way back is cut, until the window is full', () => {
    const test = testNetwork({ windowBytes: 100, sendBufferBytes: 100 });
    const id = connect(test);
    net.cut(test.net, 1, 0);
    send(test, id, 'first', 0, 60);
    runUntil(test, 1000);
    send(test, id, 'second', 0, 60);
    runUntil(test, 10_000);
    expect(story(test)).toEqual(['400 b first']);
    net.mend(test.net, 1, 0);
    runUntil(test, 5e6);
    expect(story(test)).toEqual(['400 b first', '200500 b second']);
  });

  it('should be given up 924.6 s after its first loss, and leave the peer half-open', () => {
    const test = testNetwork();
    const id = connect(test);
    net.cut(test.net, 0, 1);
    send(test, id, 'first');
    runUntil(test, 3e9);
    expect(story(test)).toEqual(['924600300 a reset timeout']);
    expect(test.net.connections.get(id)!.ends[1].status).toBe('open');
    net.mend(test.net, 0, 1);
    expect(send(test, id, 'answer', 1)).toBe(true);
    runUntil(test, 4e9);
    expect(story(test).slice(1)).toEqual(['3000000200 b reset reset']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should go on alike from a copy of its state and queue', () => {
    const test = testNetwork({ windowBytes: 100, sendBufferBytes: 100 });
    const id = connect(test);
    net.addRule(test.net, {
      id: 7,
      from: 0,
      to: 1,
      type: 'm2',
      verdict: { kind: 'delay', us: 5000 },
    });
    for (let nth = 1; nth <= 6; nth++) send(test, id, `m${nth}`, 0, 50);
    runUntil(test, 350);
    const {
      net: state,
      queue,
      told,
      machines,
    } = structuredClone({
      net: test.net,
      queue: test.queue,
      told: test.told,
      machines: test.machines,
    });
    runUntil(test, 1e6);
    const first = story(test);
    Object.assign(test, { net: state, queue, told, machines, now: 350 });
    runUntil(test, 1e6);
    expect(story(test)).toEqual(first);
    expect(first.length).toBeGreaterThan(6);
  });
});
