/** The network as the world uses it: processes and hosts that end, keepalive, copies of the state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance, Mail } from '../kernel.js';
import * as net from './network.js';
import {
  connect,
  instance,
  runUntil,
  send,
  story,
  type TestNetwork,
  testNetwork,
} from './test-kernel.js';

const open = (test: TestNetwork, from = 0, to = 1) =>
  net.open(test.net, test, test.machines[from]!, { to: test.nameOf(to) }, to);

const crash = (test: TestNetwork, node: number) => {
  test.statuses[node] = 'crashed';
  net.crashed(test.net, test, node);
};

const losePower = (test: TestNetwork, node: number) => {
  test.statuses[node] = 'off';
  net.powerLost(test.net, node);
};

/** Lets machines react at once to what they are told. */
const react = (test: TestNetwork, reaction: (to: Instance, mail: Mail) => void) => {
  const { emit } = test;
  test.emit = (to, mail) => {
    emit(to, mail);
    reaction(to, mail);
  };
};

describe('a handshake', () => {
  it('should name a connection by its turn on the link, its opener and its accepter', () => {
    const test = testNetwork();
    open(test, 2, 1);
    open(test, 1, 2);
    open(test, 2, 1);
    expect([...test.net.connections.keys()]).toEqual([
      65_536 + 2 * 256 + 1,
      65_536 + 256 + 2,
      2 * 65_536 + 2 * 256 + 1,
    ]);
  });

  it('should end before the data of an opener that sends at once', () => {
    const test = testNetwork();
    react(test, (_, mail) => {
      if (mail.type === 'opened') send(test, 65_537, 'hello');
    });
    open(test);
    runUntil(test, 1000);
    expect(story(test)).toEqual(['200 a opened', '300 b accepted', '300 b hello']);
  });

  it.each([
    ['before the answer has come', 150],
    ['before it has ended', 250],
  ])('should end in a reset when the accepter crashes %s', (_, at) => {
    const test = testNetwork();
    open(test);
    runUntil(test, at);
    crash(test, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['200 a opened', '400 a reset reset']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should be accepted by the next life of a process that crashed after a lost answer', () => {
    const test = testNetwork();
    net.cut(test.net, 1, 0);
    open(test);
    runUntil(test, 150);
    crash(test, 1);
    test.statuses[1] = 'running';
    net.mend(test.net, 1, 0);
    net.cut(test.net, 1, 0);
    runUntil(test, 500_000);
    net.mend(test.net, 1, 0);
    runUntil(test, 5e6);
    expect(story(test)).toEqual(['1000400 a opened', '1000500 b accepted']);
  });

  it('should end in a reset when the host of the accepter has been down meanwhile', () => {
    const test = testNetwork();
    open(test);
    runUntil(test, 150);
    losePower(test, 1);
    runUntil(test, 1000);
    test.statuses[1] = 'running';
    runUntil(test, 1e6);
    // The end of the handshake is lost at 300, and tried again at 200 300.
    expect(story(test)).toEqual(['200 a opened', '200500 a reset reset']);
  });

  it('should be asked for again when the refusal is lost', () => {
    const test = testNetwork();
    test.statuses[1] = 'crashed';
    net.cut(test.net, 1, 0);
    open(test);
    runUntil(test, 500_000);
    net.mend(test.net, 1, 0);
    runUntil(test, 5e6);
    expect(story(test)).toEqual(['1000400 a unopened refused']);
  });

  it('should be given up at the opener’s own limit, whatever is on its way', () => {
    const test = testNetwork({ latencyUs: [1500] });
    const params = { to: 'b', timeoutMs: 2.5 };
    net.open(test.net, test, test.machines[0]!, params, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['2500 a unopened timeout']);
    expect(test.net.connections.size).toBe(0);
  });
});

describe('a connection', () => {
  it('should deliver what its process was still blocked on before it ends', () => {
    const test = testNetwork({ windowBytes: 100, sendBufferBytes: 100 });
    const id = connect(test);
    for (let nth = 1; nth <= 6; nth++) send(test, id, `m${nth}`, 0, 50);
    net.close(test.net, test, test.machines[0]!, { connection: id });
    runUntil(test, 1e6);
    expect(story(test)).toEqual([
      '300 a blocked',
      '400 b m1',
      '400 b m2',
      '500 b m3',
      '500 b m4',
      '600 b m5',
      '600 b m6',
      '600 b closed',
    ]);
  });

  it('should end behind a message too large for the send buffer', () => {
    const test = testNetwork({ windowBytes: 100, sendBufferBytes: 100 });
    const id = connect(test);
    send(test, id, 'small', 0, 50);
    send(test, id, 'huge', 0, 5000);
    net.close(test.net, test, test.machines[0]!, { connection: id });
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['400 b small', '500 b huge', '500 b closed']);
  });

  it('should be forgotten when the one end is closed and the other has lost power', () => {
    const test = testNetwork();
    const id = connect(test);
    test.statuses[1] = 'paused';
    net.close(test.net, test, test.machines[0]!, { connection: id });
    runUntil(test, 1000);
    losePower(test, 1);
    runUntil(test, 1e6);
    expect(test.net.connections.size).toBe(0);
  });

  it('should be forgotten when both ends have lost power', () => {
    const test = testNetwork();
    const id = connect(test);
    send(test, id, 'one');
    losePower(test, 0);
    losePower(test, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual([]);
    expect(test.net.connections.size).toBe(0);
  });

  it('should take no message once one of its ends has heard of its end', () => {
    const test = testNetwork();
    const id = connect(test);
    net.close(test.net, test, test.machines[1]!, { connection: id });
    runUntil(test, 1000);
    expect([send(test, id, 'a'), send(test, id, 'b', 1), send(test, 99, 'c')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('should be a reset for a sender whose peer closed without reading on', () => {
    const test = testNetwork();
    const id = connect(test);
    test.statuses[0] = 'paused';
    net.close(test.net, test, test.machines[1]!, { connection: id });
    send(test, id, 'one');
    runUntil(test, 1000);
    test.statuses[0] = 'running';
    net.resumed(test.net, test, 0);
    runUntil(test, 1e6);
    // The end came before the reset, and it is the end that is read first.
    expect(story(test)).toEqual(['1000 a closed']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should not break for those between other nodes', () => {
    const test = testNetwork();
    const id = connect(test);
    expect(net.resetConnections(test.net, test, 0, 2)).toBe(0);
    send(test, id, 'still there');
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['400 b still there']);
  });

  it('should deliver nothing of what was in flight when it broke at both ends', () => {
    const test = testNetwork();
    const id = connect(test);
    send(test, id, 'late');
    net.resetConnections(test.net, test, 0, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['300 a reset reset', '300 b reset reset']);
  });

  it('should close for its own machine only when that ends', () => {
    const test = testNetwork();
    const [one, other] = [connect(test), connect(test)];
    const heir = instance(9, 0);
    net.adopt(test.net, other, 0, heir);
    net.stopped(test.net, test, heir);
    runUntil(test, 1e6);
    expect([...test.net.connections.keys()]).toEqual([one]);
    expect(story(test)).toEqual(['700 b closed']);
  });
});

describe('keepalive', () => {
  const keepalive = { idleMs: 100, intervalMs: 10, count: 2 };

  it('should count from what was heard last', () => {
    const test = testNetwork({ keepalive });
    const id = connect(test);
    runUntil(test, 60_000);
    send(test, id, 'news', 1);
    runUntil(test, 60_200);
    losePower(test, 1);
    runUntil(test, 1e6);
    // Heard at 60 100, quiet from then on; two probes more.
    expect(story(test)).toEqual(['60100 a news', '180100 a reset timeout']);
  });

  it('should begin anew when the link is whole again in time', () => {
    const test = testNetwork({ keepalive });
    connect(test);
    net.cut(test.net, 1, 0);
    runUntil(test, 115_000);
    net.mend(test.net, 1, 0);
    runUntil(test, 1e6);
    expect(story(test)).toEqual([]);
    expect(test.net.connections.size).toBe(1);
  });

  it('should be answered by a reset where the host has forgotten the connection', () => {
    const test = testNetwork({ keepalive });
    connect(test);
    losePower(test, 1);
    runUntil(test, 50_000);
    test.statuses[1] = 'running';
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['100200 a reset reset']);
    expect(test.net.connections.size).toBe(0);
  });

  it('should find out about an abort of which the reset was lost', () => {
    const test = testNetwork({ keepalive });
    const id = connect(test);
    net.cut(test.net, 0, 1);
    net.close(test.net, test, test.machines[0]!, { connection: id, abort: true });
    net.mend(test.net, 0, 1);
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['100300 b reset reset']);
  });

  it('should be unanswered in a direction that swallows everything', () => {
    const test = testNetwork({ keepalive });
    const id = connect(test);
    net.addRule(test.net, { id: 1, from: 0, to: 1, type: 'ask', verdict: { kind: 'drop' } });
    send(test, id, 'ask');
    runUntil(test, 1e6);
    expect(story(test)).toEqual(['120200 a reset timeout', '120300 b reset timeout']);
    expect(test.net.connections.size).toBe(0);
  });
});

describe('a copy of state and queue', () => {
  /** A stream with something lost, in flight, held, buffered, waiting and unread; ends at 700 µs. */
  const busy = () => {
    const test = testNetwork({
      latencyUs: [100, 900_000],
      windowBytes: 100,
      sendBufferBytes: 100,
    });
    const [one, other] = [connect(test), connect(test)];
    test.answers = [0, 1, 0, 0];
    for (let nth = 1; nth <= 5; nth++) send(test, one, `m${nth}`, 0, 50);
    net.addRule(test.net, { id: 3, from: 1, to: 0, type: 'wait', verdict: { kind: 'hold' } });
    test.statuses[0] = 'paused';
    for (const word of ['early', 'wait', 'late']) send(test, other, word, 1, 20);
    runUntil(test, 650);
    net.cut(test.net, 0, 1);
    runUntil(test, 750);
    send(test, other, 'lost');
    return test;
  };

  /** What happens to it later on. */
  const goOn = (test: TestNetwork): string[] => {
    runUntil(test, 1000);
    net.mend(test.net, 0, 1);
    runUntil(test, 100_000);
    test.statuses[0] = 'running';
    net.resumed(test.net, test, 0);
    net.removeRule(test.net, test, 3);
    runUntil(test, 5e6);
    net.stopped(test.net, test, test.machines[0]!);
    runUntil(test, 6e6);
    return story(test);
  };

  it('should go on alike in the middle of losses', () => {
    const test = busy();
    const { connections } = test.net;
    const streams = [...connections.values()].flatMap((one) => one.streams);
    for (const part of ['lost', 'held', 'buffer', 'waiting'] as const) {
      expect(streams.some((stream) => stream[part].length > 0)).toBe(true);
    }
    expect(test.queue.some(({ entry }) => !entry.live)).toBe(true);
    const { net: state, queue, told, machines, answers, statuses } = test;
    const copy = structuredClone({ net: state, queue, told, machines, answers, statuses });
    const first = goOn(test);
    Object.assign(test, copy, { now: 750 });
    expect(goOn(test)).toEqual(first);
    expect(first).toEqual([
      '600 a blocked',
      '100000 a early',
      '100100 a wait',
      '100100 a late',
      '200800 b m1',
      '200800 a writable',
      '200800 b m2',
      '200850 b lost',
      '200900 b m3',
      '200900 b m4',
      '201000 b m5',
      '5000100 b closed',
      '5000100 b closed',
    ]);
    expect(test.net.connections.size).toBe(0);
  });
});

describe('whatever befalls both ends', () => {
  const whats = [
    'send',
    'close',
    'abort',
    'crash',
    'power',
    'pause',
    'go on',
    'cut',
    'mend',
  ] as const;
  type What = (typeof whats)[number] | 'drop' | 'reset';
  const plan = fc.record({
    answers: fc.array(fc.nat(2), { maxLength: 40 }),
    keeps: fc.boolean(),
    steps: fc.array(
      fc.record({
        wait: fc.constantFrom(0, 50, 100, 350, 10_000, 250_000, 2_000_000),
        what: fc.oneof(
          { weight: 6, arbitrary: fc.constant<What>('send') },
          { weight: 6, arbitrary: fc.constantFrom<What>('pause', 'go on', 'cut', 'mend') },
          { weight: 1, arbitrary: fc.constantFrom<What>(...whats) },
          { weight: 1, arbitrary: fc.constantFrom<What>('drop', 'reset') },
        ),
        node: fc.constantFrom(0, 1),
      }),
      { maxLength: 40 },
    ),
  });

  const happen = (test: TestNetwork, id: number, what: What, node: number) => {
    const isUp = ['running', 'paused'].includes(test.statuses[node]!);
    const params = { connection: id, abort: what === 'abort' };
    const rule = { id: 1, from: node, to: 1 - node, times: 1 };
    switch (what) {
      case 'close':
      case 'abort':
        if (isUp) net.close(test.net, test, test.machines[node]!, params);
        break;
      case 'crash':
        if (isUp) crash(test, node);
        break;
      case 'power':
        losePower(test, node);
        break;
      case 'pause':
        if (isUp) test.statuses[node] = 'paused';
        break;
      case 'go on':
        test.statuses[node] = 'running';
        net.resumed(test.net, test, node);
        break;
      case 'cut':
        net.cut(test.net, node, 1 - node);
        break;
      case 'mend':
        net.mend(test.net, node, 1 - node);
        break;
      case 'drop':
      case 'reset':
        net.addRule(test.net, { ...rule, verdict: { kind: what } });
    }
  };

  it('should tell each a gapless beginning and then at most one end, and be forgotten', () => {
    const property = fc.property(plan, ({ answers, keeps, steps }) => {
      const test = testNetwork({
        latencyUs: [100, 5000, 700_000],
        windowBytes: 100,
        sendBufferBytes: 100,
        ...(keeps && { keepalive: { idleMs: 500, intervalMs: 100, count: 3 } }),
      });
      const id = connect(test);
      test.answers = answers;
      const sent: [string[], string[]] = [[], []];
      const say = (node: number) => {
        if (test.statuses[node] !== 'running') return;
        const word = `m${sent[node]!.length}`;
        if (send(test, id, word, node, 40)) sent[node]!.push(word);
      };
      for (const { wait, what, node } of steps) {
        runUntil(test, test.now + wait);
        if (what === 'send') say(node);
        else happen(test, id, what, node);
      }
      test.net.cuts.fill(0);
      for (const node of [0, 1]) {
        happen(test, id, 'go on', node);
        say(node);
      }
      runUntil(test, test.now + 1000e6);
      for (const node of [0, 1]) happen(test, id, 'close', node);
      runUntil(test, test.now + 1000e6);
      for (const node of [0, 1]) {
        const told = test.told.filter(({ to }) => to === test.nameOf(node));
        const types = told.map(({ mail }) => mail.type);
        const ends = types.filter((type) => type === 'closed' || type === 'reset');
        const heard = types.filter((type) => type.startsWith('message.'));
        const said = sent[1 - node]!.map((word) => `message.${word}`);
        // A crash takes what the process was blocked on; nothing else is missing at an end in order.
        const isWhole = ends[0] === 'closed' && steps.every(({ what }) => what !== 'crash');
        expect(heard).toEqual(isWhole ? said : said.slice(0, heard.length));
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends.length === 1) expect(types.at(-1)).toBe(ends[0]);
      }
      expect(test.net.connections.size).toBe(0);
      expect(test.queue.filter(({ entry }) => entry.live)).toEqual([]);
    });
    fc.assert(property, { numRuns: 500, seed: 11 });
  });
});
