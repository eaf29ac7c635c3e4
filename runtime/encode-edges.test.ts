/** Where a time, a count or an order stops to count: one test at each edge of the encoding. */

import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import type { WorldConfig } from './config.js';
import { encodeWorld } from './encode.js';
import { counterWorld } from './fixtures/worlds.js';
import type { Connection } from './net/state.js';
import type { Oracle } from './oracle.js';
import { scriptedOracle } from './scripted.js';
import { fault, note, type Small, small, tiny } from './test-world.js';
import { type ContextField, type Effect, effectActions, type MachineEvent } from './vocabulary.js';
import { World } from './world.js';
import { xstateEngine } from './xstate-engine.js';

const always = (answer: number, asksNext = false): Oracle => ({
  asksNext,
  choose: (_, n) => Math.min(answer, n - 1),
});

/** A machine that asks for the effects of one list or the other, as it chooses when it starts. */
function eitherOf(...lists: readonly (readonly Effect[])[]) {
  return tiny.createMachine({
    entry: { type: 'choose', params: { tag: 'which', n: 2 } },
    on: {
      chosen: lists.map((actions, at) => ({
        guard: ({ event }: { event: { value: number } }) => event.value === at,
        actions: actions as never,
      })),
      // Answered by a node that is reached, with the connection it came on.
      'message.hello': {
        actions: {
          type: 'start',
          params: ({ event }) => ({ machine: 'session', key: event.connection }),
        },
      },
    },
  });
}

const idle = tiny.createMachine({});

const greeting = tiny.createMachine({
  on: {
    accepted: {
      actions: {
        type: 'send',
        params: ({ event }) => ({ connection: event.connection, message: { type: 'hello' } }),
      },
    },
  },
});

/** The encodings after either choice, by time or at rest. */
function both(world: Small, asksNext: boolean, untilUs?: number): [string, string] {
  const [one, other] = [0, 1].map((answer) => {
    const made = small({ ...world, oracle: always(answer, asksNext) });
    made.run(untilUs === undefined ? {} : { untilUs });
    return encodeWorld(made);
  });
  return [one as string, other as string];
}

const open = (to: string): Effect => ({ type: 'open', params: { to } });
const close = (connection: number): Effect => ({ type: 'close', params: { connection } });
const start = (machine: string, key = 0): Effect => ({ type: 'start', params: { machine, key } });

describe('an order', () => {
  const nodes = (peer: string) => [
    { name: 'hub', machine: 'hub' },
    { name: 'b', machine: peer },
    { name: 'c', machine: peer },
  ];

  it('of opening connections to two nodes counts only where it decides ties', () => {
    const hub = eitherOf([open('b'), open('c')], [open('c'), open('b')]);
    const world = { machines: { hub, idle }, nodes: nodes('idle') };
    const [asked, askedLater] = both(world, true);
    expect(askedLater).toBe(asked);
    const [one, other] = both(world, false);
    expect(other).not.toBe(one);
  });

  it('of starting machines counts only where it decides ties', () => {
    const hub = eitherOf([start('b'), start('c')], [start('c'), start('b')]);
    const world = { machines: { hub, b: idle, c: idle }, nodes: [{ name: 'n', machine: 'hub' }] };
    const [asked, askedLater] = both(world, true);
    expect(askedLater).toBe(asked);
    const [one, other] = both(world, false);
    expect(other).not.toBe(one);
  });

  it('of machines that are named by connections is that of links, not of ids', () => {
    const [first, firstToC] = [65_536 + 1, 65_536 + 2];
    const hub = eitherOf(
      [open('b'), close(first), open('b'), open('c')],
      [open('b'), open('c'), close(firstToC), open('c')],
    );
    const machines = { hub, greeting, session: idle };
    const world = { machines, nodes: nodes('greeting') };
    const [one, other] = both(world, true);
    expect(one).toContain('machine "session"/0>2#0');
    expect(other).toBe(one);
  });

  it('of two packets of one stream counts, though they arrive at one instant', () => {
    const send = (type: string): Effect => ({
      type: 'send',
      params: { connection: 65_537, message: { type } },
    });
    const hub = tiny.createMachine({
      entry: open('b') as never,
      on: {
        opened: { actions: { type: 'choose', params: { tag: 'which', n: 2 } } },
        chosen: [
          { guard: ({ event }) => event.value === 0, actions: [send('m'), send('n')] as never },
          { actions: [send('n'), send('m')] as never },
        ],
      },
    });
    const [one, other] = both({ machines: { hub, idle }, nodes: nodes('idle') }, true, 450);
    expect(one).toContain(', then packet');
    expect(other).not.toBe(one);
  });
});

describe('a time', () => {
  const second = (items: readonly number[]): WorldConfig['scripts'] => [
    {
      node: 'n',
      mode: 'closed',
      thinkUs: [0, 1000],
      items: items.map((atUs, at) => ({ id: at + 1, call: { type: 'c' }, atUs })),
    },
  ];
  // The first call ends at once, the second is open for ten milliseconds.
  const caller = tiny.createMachine({
    initial: 'idle',
    states: {
      idle: {
        on: {
          invoke: [
            {
              guard: ({ event }) => event.operation.id === 1,
              actions: { type: 'complete', params: { operation: 1, outcome: 'ok' } },
            },
            { target: 'busy' },
          ],
        },
      },
      busy: { after: { 10: 'idle' } },
    },
  });

  it('of a call to come counts by its distance, while the call before is open', () => {
    const whileOpen = (items: readonly number[]) =>
      [0, 1].map((answer) => {
        const machines = { caller };
        const nodes = [{ name: 'n', machine: 'caller' }];
        const world = small({ machines, nodes, scripts: second(items)!, oracle: always(answer) });
        world.run({ untilUs: answer * 1000 });
        return encodeWorld(world);
      });
    const [soon, late] = whileOpen([0, 0, 0]);
    expect(late).toBe(soon);
    const [five, four] = whileOpen([0, 0, 5000]);
    expect(five).not.toBe(four);
  });

  it('in a context counts by its distance if it is declared one', () => {
    const machine = setup({
      types: { context: {} as { at: number }, events: {} as MachineEvent },
      actions: effectActions,
      guards: {
        'it is the first': ({ event }) => event.type === 'chosen' && event.value === 0,
      },
    }).createMachine({
      context: { at: -1 },
      entry: { type: 'choose', params: { tag: 'when', n: 2 } },
      initial: 'choosing',
      states: {
        choosing: {
          on: { chosen: [{ guard: 'it is the first', target: 'early' }, { target: 'late' }] },
        },
        early: { after: { 1: 'there' } },
        late: { after: { 2: 'there' } },
        there: { entry: assign({ at: ({ event }) => event.view.now }) },
      },
    });
    const run = (fields: Record<string, ContextField>, answer: number, laterUs = 0) => {
      const world = new World({
        machines: { machine: { machine, fields } },
        nodes: [{ name: 'n', machine: 'machine' }],
        oracle: always(answer),
        engine: xstateEngine,
      });
      world.run();
      expect(world.now).toBe(answer === 0 ? 1000 : 2000);
      world.state.now += laterUs;
      return encodeWorld(world);
    };
    const time: ContextField = { keep: 'volatile', is: 'time' };
    expect(run({ at: time }, 1)).toBe(run({ at: time }, 0));
    expect(run({ at: time }, 1, 1)).not.toBe(run({ at: time }, 0));
    expect(run({}, 1)).not.toBe(run({}, 0));
  });

  it('of a clock counts by the part of a microsecond that it is past its reading', () => {
    const nodes = [{ name: 'n', machine: 'idle', clock: { monotonicPpm: 500_000 } }];
    const world = small({ machines: { idle }, nodes });
    world.run();
    const at = [1, 2, 3].map((now) => {
      world.state.now = now;
      return encodeWorld(world);
    });
    expect(at[2]).toBe(at[0]);
    expect(at[1]).not.toBe(at[0]);
  });

  it('of a pause counts by whether a point of a poll has passed since', () => {
    const polling = tiny.createMachine({
      entry: { type: 'poll', params: { tag: 't', everyMs: 10 } },
    });
    const run = (pausedAt: number, untilUs: number) => {
      const faults = [fault(1, pausedAt, { kind: 'pause', node: 'polling' }, 1_000_000)];
      const world = small({ machines: { polling }, faults });
      world.run({ untilUs });
      // The end of the pause is at another distance.
      return encodeWorld(world)
        .split('\n')
        .filter((line) => !line.includes('faultEnd'));
    };
    expect(run(14_000, 19_000)).toEqual(run(4000, 9000));
    expect(run(5000, 9000)).toEqual(run(4000, 9000));
    expect(run(4000, 19_000)).not.toEqual(run(4000, 9000));
  });
});

describe('of the network', () => {
  const network = { latencyUs: [100], keepalive: { idleMs: 300, intervalMs: 100, count: 3 } };

  /** A world with an open connection that is at rest, a rule of each kind in force. */
  function quiet() {
    const rule = { kind: 'link', type: 'none', verdict: { kind: 'hold' } } as const;
    const faults = [fault(1, 0, { ...rule, skip: 2 }), fault(2, 0, { ...rule, times: 2 })];
    const world = new World(counterWorld(scriptedOracle([]), { network, faults, scripts: [] }, 0));
    world.run({ untilUs: 900_000 });
    const connection = [...world.state.network.connections.values()][0] as Connection;
    const { rules } = world.state.network;
    return { world, now: world.now, end: connection.ends[0], stream: connection.streams[0], rules };
  }

  type Quiet = ReturnType<typeof quiet>;

  const changes: Record<string, [(at: Quiet) => void, (at: Quiet) => void, boolean]> = {
    'an arrival that has been': [
      ({ stream }) => (stream.lastArrival = 0),
      ({ stream, now }) => (stream.lastArrival = now),
      true,
    ],
    'an arrival to come': [
      ({ stream, now }) => (stream.lastArrival = now),
      ({ stream, now }) => (stream.lastArrival = now + 1),
      false,
    ],
    'silence of the idle time and longer': [
      ({ end, now }) => (end.heardAt = now - 300_000),
      ({ end, now }) => (end.heardAt = now - 400_000),
      true,
    ],
    'silence shorter than the idle time': [
      ({ end, now }) => (end.heardAt = now - 299_999),
      ({ end, now }) => (end.heardAt = now - 300_000),
      false,
    ],
    'the tries of a backoff that is over': [
      ({ stream }) => (stream.tries = 0),
      ({ stream }) => (stream.tries = 3),
      true,
    ],
    'a rule that held what has gone': [
      ({ stream }) => (stream.heldBy = 0),
      ({ stream }) => (stream.heldBy = 1),
      true,
    ],
    'matches beyond those to skip': [
      ({ rules }) => (rules[0]!.seen = 2),
      ({ rules }) => (rules[0]!.seen = 3),
      true,
    ],
    'matches to skip': [
      ({ rules }) => (rules[0]!.seen = 1),
      ({ rules }) => (rules[0]!.seen = 2),
      false,
    ],
    'bites of a rule without a limit': [
      ({ rules }) => (rules[0]!.bitten = 1),
      ({ rules }) => (rules[0]!.bitten = 2),
      true,
    ],
    'bites of a rule with a limit': [
      ({ rules }) => (rules[1]!.bitten = 1),
      ({ rules }) => (rules[1]!.bitten = 2),
      false,
    ],
  };

  it.each(Object.entries(changes))('%s', (_, [one, other, same]) => {
    const [first, second] = [one, other].map((change) => {
      const at = quiet();
      change(at);
      return encodeWorld(at.world);
    });
    expect(first === second).toBe(same);
  });
});

it('mail for a machine that has ended is none', () => {
  const child = tiny.createMachine({ on: { 'told.x': { actions: note('x') as never } } });
  const tell: Effect = { type: 'tell', params: { machine: 'child', message: { type: 'x' } } };
  const end: Effect = { type: 'stop', params: { machine: 'child' } };
  const hub = eitherOf([start('child'), tell, end], [start('child'), end]);
  const trigger = { on: 'effect', node: 'n', kind: 'stop', when: 'after' } as const;
  const faults = [fault(1, trigger, { kind: 'pause', node: 'n' })];
  const nodes = [{ name: 'n', machine: 'hub' }];
  const [one, other] = both({ machines: { hub, child }, nodes, faults }, false);
  expect(one).toContain('node 0 paused');
  expect(other).toBe(one);
});
