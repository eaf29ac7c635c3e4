import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { Purpose } from './kernel.js';
import { label } from './keyed.js';
import type { Decision, Oracle } from './oracle.js';
import { recordingOracle } from './recording.js';
import { scriptedOracle } from './scripted.js';
import { seededOracle } from './seeded.js';
import { fault, lastFirst, note, notes, small, subjects, tiny } from './test-world.js';
import type { TraceEntry } from './trace.js';
import { effectActions, type MachineEvent, type MachineInput, type Message } from './vocabulary.js';

const twoTimers = tiny.createMachine({
  type: 'parallel',
  states: {
    one: { initial: 'on', states: { on: { after: { 2: 'off' } }, off: { entry: note('one') } } },
    two: { initial: 'on', states: { on: { after: { 1: 'off' } }, off: { entry: note('two') } } },
    three: {
      initial: 'on',
      states: { on: { after: { 2: 'off' } }, off: { entry: note('three') } },
    },
  },
});

/** Connects to `server` and says each word at once. */
const speaker = (words: string[]) =>
  tiny.createMachine({
    entry: { type: 'open', params: { to: 'server' } },
    on: {
      opened: {
        actions: words.map((type) => ({
          type: 'send' as const,
          params: ({ event }: { event: { connection: number } }) => ({
            connection: event.connection,
            message: { type },
          }),
        })),
      },
    },
  });

/** Notes every word it hears. */
const listener = tiny.createMachine({
  on: {
    'message.a': { actions: note('a') },
    'message.b': { actions: note('b') },
    'message.c': { actions: note('c') },
  },
});

describe('time', () => {
  it('passes in order of due times, and equal times in order of arming', () => {
    const world = small({ machines: { twoTimers } });
    expect(world.run()).toBe('idle');
    expect(notes(world)).toEqual(['1000 two', '2000 one', '2000 three']);
  });

  it('leaves the order within one instant to an oracle that asks for it', () => {
    const decisions: Decision[] = [];
    const world = small({ machines: { twoTimers }, oracle: recordingOracle(lastFirst, decisions) });
    world.run();
    expect(notes(world)).toEqual(['1000 two', '2000 three', '2000 one']);
    expect(decisions.map(({ n, answer }) => [n, answer])).toEqual([[2, 1]]);
  });

  it('asks nobody about the order when the oracle does not care', () => {
    const decisions: Decision[] = [];
    const oracle = recordingOracle(scriptedOracle([]), decisions);
    small({ machines: { twoTimers }, oracle }).run();
    expect(decisions).toEqual([]);
  });

  it('never swaps the packets of one stream, whatever the oracle says', () => {
    const machines = { speaker: speaker(['a', 'b', 'c']), server: listener };
    const world = small({ machines, oracle: lastFirst });
    world.run();
    expect(notes(world)).toEqual(['600 a', '600 b', '600 c']);
  });

  it('may swap what two senders sent at one instant', () => {
    const order = (oracle: Oracle) => {
      const machines = { one: speaker(['a', 'b']), two: speaker(['c']), server: listener };
      const world = small({ machines, oracle });
      world.run();
      return subjects(world).join('');
    };
    const seen = new Set([order(scriptedOracle([])), order(lastFirst)]);
    for (let seed = 0; seed < 40; seed++) seen.add(order(seededOracle(seed, true)));
    expect([...seen].sort()).toEqual(['abc', 'acb', 'cab']);
  });

  it('replays a random order from the decisions that made it', () => {
    const run = (oracle: Oracle) => {
      const machines = { one: speaker(['a', 'b']), two: speaker(['c']), server: listener };
      const world = small({ machines, oracle, network: { latencyUs: [100, 200, 300] } });
      world.run();
      return { notes: notes(world), digest: world.digest };
    };
    for (let seed = 0; seed < 20; seed++) {
      const decisions: Decision[] = [];
      const first = run(recordingOracle(seededOracle(seed, true), decisions));
      expect(run(scriptedOracle(decisions, true))).toEqual(first);
    }
  });

  it('does not pass by what was cancelled', () => {
    const quitter = tiny.createMachine({
      initial: 'waiting',
      states: {
        waiting: { after: { 5: 'bored', 60000: 'never' } },
        bored: {},
        never: {},
      },
    });
    const world = small({ machines: { quitter } });
    expect(world.run({ untilUs: 10_000 })).toBe('idle');
    expect(world.now).toBe(5000);
  });

  it('stops at a limit and goes on from there to the same end', () => {
    const machines = { speaker: speaker(['a', 'b', 'c']), server: listener };
    const whole = small({ machines });
    whole.run();
    const parts = small({ machines });
    expect(parts.run({ untilUs: 500 })).toBe('time');
    expect(parts.now).toBe(500);
    expect(parts.run({ untilUs: 100 })).toBe('time');
    expect(parts.now).toBe(500);
    expect(parts.run({ maxEvents: 8 })).toBe('events');
    expect(parts.state.events).toBeGreaterThanOrEqual(8);
    expect(parts.run()).toBe('idle');
    expect(parts.digest).toBe(whole.digest);
    expect(notes(parts)).toEqual(notes(whole));
  });
});

describe('an answer that costs no time', () => {
  it('arrives before any other event of that node, due at the same instant or not', () => {
    const reader = tiny.createMachine({
      type: 'parallel',
      states: {
        one: {
          initial: 'on',
          states: {
            on: { after: { 1: 'off' } },
            off: { entry: { type: 'readKey', params: { key: 'k' } } },
          },
        },
        two: {
          initial: 'on',
          states: { on: { after: { 1: 'off' } }, off: { entry: note('other timer') } },
        },
      },
      on: { value: { actions: note('answer') } },
    });
    const order = (oracle: Oracle) => {
      const world = small({ machines: { reader }, oracle });
      world.run();
      return subjects(world);
    };
    expect(order(scriptedOracle([]))).toEqual(['answer', 'other timer']);
    expect(order(lastFirst)).toEqual(['other timer', 'answer']);
  });

  it('arrives before what else the node has been given at that instant', () => {
    const poller = tiny.createMachine({
      entry: [
        { type: 'poll', params: { tag: 'a', everyMs: 1, beyond: -1 } },
        { type: 'poll', params: { tag: 'b', everyMs: 1, beyond: -1 } },
      ],
      on: {
        polled: {
          actions: [
            { type: 'note', params: ({ event }) => ({ subject: 'polled', value: event.tag }) },
            { type: 'readKey', params: ({ event }) => ({ key: 'k', tag: event.tag }) },
          ],
        },
        value: {
          actions: {
            type: 'note',
            params: ({ event }) => ({ subject: 'value', value: event.tag }),
          },
        },
      },
    });
    // Both polls are answered by the one event that ends the pause.
    const pause = fault(1, 500, { kind: 'pause', node: 'poller' }, 5_000);
    const world = small({ machines: { poller }, faults: [pause] });
    world.run();
    expect(notes(world)).toEqual([
      '5500 polled "a"',
      '5500 value "a"',
      '5500 polled "b"',
      '5500 value "b"',
    ]);
  });

  it('comes in the order asked', () => {
    const asker = tiny.createMachine({
      entry: [
        { type: 'choose', params: { tag: 'x', n: 3 } },
        { type: 'readKey', params: { key: 'k' } },
        { type: 'tell', params: { machine: 'asker', message: { type: 'hello' } } },
        note('asked'),
      ],
      on: {
        chosen: { actions: note('chosen') },
        value: { actions: note('value') },
        'told.hello': { actions: note('told') },
      },
    });
    const world = small({ machines: { asker } });
    world.run();
    expect(notes(world)).toEqual(['0 asked', '0 chosen', '0 value', '0 told']);
  });
});

describe('machines of one process', () => {
  const parent = tiny.createMachine({
    entry: [
      { type: 'start', params: { machine: 'child', key: 7, input: { word: 'hi' } } },
      { type: 'tell', params: { machine: 'child', key: 7, message: { type: 'hello' } } },
      { type: 'tell', params: { machine: 'child', key: 8, message: { type: 'hello' } } },
      { type: 'tell', params: { machine: 'nobody', message: { type: 'hello' } } },
    ],
    after: { 3: { actions: { type: 'stop', params: { machine: 'child', key: 7 } } } },
    on: { 'told.done': { actions: note('told that the child is done') } },
  });

  it('begin with their initial step, before anything they are told', () => {
    const child = setup({
      types: {
        events: {} as MachineEvent<never, Message>,
        input: {} as MachineInput,
        context: {} as { key: number },
      },
      actions: effectActions,
    }).createMachine({
      context: ({ input }) => ({ key: input.key }),
      entry: { type: 'note', params: ({ context }) => ({ subject: 'start', value: context.key }) },
      on: { 'told.hello': { actions: note('hello') } },
    });
    const nodes = [{ name: 'n', machine: 'parent' }];
    const world = small({ machines: { parent, child }, nodes });
    world.run();
    expect(notes(world)).toEqual(['0 start 7', '0 hello']);
  });

  it('own the connection that they are started with', () => {
    const root = tiny.createMachine({
      on: {
        accepted: {
          actions: {
            type: 'start',
            params: ({ event }) => ({
              machine: 'session',
              key: event.connection,
              connection: event.connection,
            }),
          },
        },
        'message.a': { actions: note('the root heard it') },
      },
    });
    const session = tiny.createMachine({
      on: { 'message.a': { actions: note('the session heard it') } },
    });
    const world = small({
      machines: { root, session, speaker: speaker(['a']) },
      nodes: [
        { name: 'server', machine: 'root' },
        { name: 'speaker', machine: 'speaker' },
      ],
    });
    world.run();
    expect(notes(world)).toEqual(['600 the session heard it']);
  });

  it('lose timers, polls, jobs and connections when they are stopped', () => {
    const child = tiny.createMachine({
      entry: [
        { type: 'open', params: { to: 'server' } },
        { type: 'occupy', params: { job: 1, command: { type: 'c' }, service: 'long' } },
        { type: 'poll', params: { tag: 'p', everyMs: 2 } },
      ],
      after: { 10: { actions: note('timer') } },
      on: {
        opened: { actions: note('opened') },
        polled: { actions: note('polled') },
        served: { actions: note('served') },
        admitted: { actions: note('admitted') },
      },
    });
    const rival = tiny.createMachine({
      entry: { type: 'occupy', params: { job: 2, command: { type: 'c' } } },
      on: { admitted: { actions: note('the rival is admitted') } },
    });
    const root = tiny.createMachine({
      entry: [
        { type: 'start', params: { machine: 'child' } },
        { type: 'start', params: { machine: 'rival' } },
      ],
      after: { 3: { actions: { type: 'stop', params: { machine: 'child' } } } },
      on: { wakeUp: {} },
    });
    const server = tiny.createMachine({ on: { closed: { actions: note('peer closed') } } });
    const nodes = [
      { name: 'n', machine: 'root', services: { long: [9000] } },
      { name: 'server', machine: 'server' },
    ];
    const world = small({ machines: { root, child, rival, server }, nodes });
    world.run();
    expect(notes(world)).toEqual([
      '0 admitted',
      '400 opened',
      '3000 the rival is admitted',
      '3200 peer closed',
    ]);
  });

  it('end by themselves in a final state, after the last effect; the root stays', () => {
    const child = tiny.createMachine({
      initial: 'on',
      states: { on: { after: { 1: 'off' } }, off: { type: 'final', entry: note('last words') } },
      on: { 'told.hello': { actions: note('hello') } },
    });
    const root = tiny.createMachine({
      entry: { type: 'start', params: { machine: 'child' } },
      initial: 'early',
      states: {
        early: { after: { 2: 'late' } },
        late: { type: 'final', entry: { type: 'start', params: { machine: 'child' } } },
      },
    });
    const world = small({ machines: { root, child }, nodes: [{ name: 'n', machine: 'root' }] });
    world.run();
    // The same key may start again, and does so although the root has reached its end.
    expect(notes(world)).toEqual(['1000 last words', '3000 last words']);
  });

  it('stop in the middle of a step when they stop themselves', () => {
    const child = tiny.createMachine({
      entry: [note('before'), { type: 'stop', params: { machine: 'child' } }, note('after')],
    });
    const root = tiny.createMachine({ entry: { type: 'start', params: { machine: 'child' } } });
    const world = small({ machines: { root, child }, nodes: [{ name: 'n', machine: 'root' }] });
    world.run();
    expect(subjects(world)).toEqual(['before']);
  });

  it('cannot run twice under one key', () => {
    const start = { type: 'start', params: { machine: 'child', key: 1 } } as const;
    const root = tiny.createMachine({ entry: [start, start] });
    const machines = { root, child: tiny.createMachine({}) };
    const world = small({ machines, nodes: [{ name: 'n', machine: 'root' }] });
    expect(() => world.run()).toThrow('child/1 runs already on n at event 2, 0 µs');
  });
});

describe('commands in service', () => {
  /** Occupies two jobs, drains, parks the first when served, releases it when told to go. */
  const server = tiny.createMachine({
    entry: [
      { type: 'occupy', params: { job: 1, command: { type: 'one' }, service: 's' } },
      { type: 'occupy', params: { job: 2, command: { type: 'two' }, service: 's' } },
      { type: 'drain', params: { tag: 'barrier' } },
      note('asked'),
    ],
    on: {
      admitted: {
        actions: {
          type: 'note',
          params: ({ event }) => ({ subject: 'admitted', value: event.job }),
        },
      },
      served: {
        actions: [
          { type: 'note', params: ({ event }) => ({ subject: 'served', value: event.job }) },
          { type: 'park', params: ({ event }) => ({ job: event.job }) },
        ],
      },
      drained: { actions: note('drained') },
    },
    after: { 5: { actions: { type: 'release', params: {} } } },
  });

  it('are admitted in order, hold off a drain until parked, and queue again on release', () => {
    const nodes = [{ name: 'n', machine: 'server', workers: 1, services: { s: [700] } }];
    const world = small({ machines: { server }, nodes });
    world.run({ untilUs: 6_000 });
    expect(notes(world)).toEqual([
      '0 asked',
      '0 admitted 1',
      '700 served 1',
      '700 drained',
      '700 admitted 2',
      '1400 served 2',
      '5000 admitted 1',
      '5700 served 1',
      '5700 admitted 2',
    ]);
  });

  it('are served at once by as many workers as there are', () => {
    const nodes = [{ name: 'n', machine: 'server', workers: 2, services: { s: [700] } }];
    const world = small({ machines: { server }, nodes });
    world.run({ untilUs: 2_000 });
    expect(notes(world)).toEqual([
      '0 asked',
      '0 admitted 1',
      '0 admitted 2',
      '700 served 1',
      '700 served 2',
      '700 drained',
    ]);
  });

  it('name an unknown profile of service times', () => {
    const world = small({ machines: { server } });
    expect(() => world.run()).toThrow("service 's', expected one of: none");
  });
});

describe('a poll', () => {
  const batch = { count: 1, operation: 0, writes: [] };
  const poller = tiny.createMachine({
    entry: [
      { type: 'poll', params: { tag: 'grown', everyMs: 2, beyond: 0 } },
      { type: 'poll', params: { tag: 'woken', everyMs: 3 } },
      { type: 'poll', params: { tag: 'ended', everyMs: 1, beyond: 0 } },
      { type: 'endPoll', params: { tag: 'ended' } },
    ],
    after: {
      5: {
        actions: [
          { type: 'append', params: { batch } },
          { type: 'wake', params: { tag: 'woken' } },
        ],
      },
    },
    on: {
      polled: {
        actions: {
          type: 'note',
          params: ({ event }) => ({ subject: `${event.tag}`, value: true }),
        },
      },
    },
  });

  it('is answered at the next point of its grid after its condition became true', () => {
    const world = small({
      machines: { poller },
      nodes: [{ name: 'n', machine: 'poller', disk: { append: [300] } }],
    });
    world.run();
    expect(notes(world)).toEqual(['6000 woken', '6000 grown']);
  });

  it('sees what was written at no cost of time', () => {
    const writer = tiny.createMachine({
      entry: [
        { type: 'poll', params: { tag: 'grown', everyMs: 2, beyond: 0 } },
        { type: 'append', params: { batch } },
      ],
      on: { polled: { actions: note('polled') } },
    });
    const world = small({
      machines: { writer },
      nodes: [{ name: 'n', machine: 'writer', disk: { append: [0] } }],
    });
    world.run();
    expect(notes(world)).toEqual(['2000 polled']);
  });

  it('that waits is no event', () => {
    const patient = tiny.createMachine({
      entry: { type: 'poll', params: { tag: 'never', everyMs: 1, beyond: 100 } },
    });
    const world = small({ machines: { patient } });
    world.run();
    expect(world.state.events).toBe(2);
  });
});

describe('a connection', () => {
  it('stays unread while its machine does not receive, and is closed when it says so', () => {
    const server = tiny.createMachine({
      on: {
        accepted: {
          actions: {
            type: 'receive',
            params: ({ event }) => ({ connection: event.connection, on: false }),
          },
        },
        'message.a': {
          actions: [
            note('a'),
            { type: 'close', params: ({ event }) => ({ connection: event.connection }) },
          ],
        },
      },
      after: { 5: { actions: { type: 'receive', params: { connection: 65_537, on: true } } } },
    });
    const client = tiny.createMachine({
      entry: { type: 'open', params: { to: 'server' } },
      on: {
        opened: {
          actions: {
            type: 'send',
            params: ({ event }) => ({ connection: event.connection, message: { type: 'a' } }),
          },
        },
        closed: { actions: note('closed') },
      },
    });
    const world = small({ machines: { client, server } });
    world.run();
    expect(notes(world)).toEqual(['5000 a', '5200 closed']);
  });
});

describe('a script', () => {
  /** Answers every call after 10 ms. */
  const client = setup({
    types: { events: {} as MachineEvent, context: {} as { operation: number } },
    actions: effectActions,
  }).createMachine({
    context: { operation: 0 },
    initial: 'idle',
    states: {
      idle: {
        on: {
          invoke: {
            target: 'busy',
            actions: assign({ operation: ({ event }) => event.operation.id }),
          },
        },
      },
      busy: {
        after: { 10: 'idle' },
        exit: {
          type: 'complete',
          params: ({ context }) => ({ operation: context.operation, outcome: 'ok', value: 1 }),
        },
      },
    },
  });
  const items = (...times: number[]) =>
    times.map((atUs, index) => ({ id: index + 1, call: { type: 'get' }, atUs }));
  const calls = (world: ReturnType<typeof small>) =>
    world.record.operations.map(({ id, invokedAt, completedAt }) => [id, invokedAt, completedAt]);

  it('that is closed waits for the end of each call, its think time and its time', () => {
    const scripts = [
      { node: 'client', mode: 'closed', thinkUs: [500], items: items(0, 0, 30_000) } as const,
    ];
    const world = small({ machines: { client }, scripts });
    world.run();
    expect(calls(world)).toEqual([
      [1, 0, 10_000],
      [2, 10_500, 20_500],
      [3, 30_000, 40_000],
    ]);
    expect(world.record.operations[0]).toEqual({
      id: 1,
      node: 'client',
      call: { type: 'get' },
      invokedAt: 0,
      completedAt: 10_000,
      outcome: 'ok',
      value: 1,
    });
  });

  it('that is open calls at its times, whether or not the last call has ended', () => {
    const scripts = [{ node: 'client', mode: 'open', items: items(0, 4_000, 30_000) } as const];
    const world = small({ machines: { client }, scripts });
    world.run();
    expect(calls(world)).toEqual([
      [1, 0, 10_000],
      [2, 4_000, undefined],
      [3, 30_000, 40_000],
    ]);
  });

  it('draws each think time by itself: leaving a call out moves no other', () => {
    const drawn = (ids: number[]) => {
      const scripts = [
        {
          node: 'client',
          mode: 'closed',
          thinkUs: Array.from({ length: 100 }, (_, index) => index),
          items: ids.map((id) => ({ id, call: { type: 'get' }, atUs: 0 })),
        } as const,
      ];
      const world = small({ machines: { client }, scripts, oracle: seededOracle(3) });
      world.run();
      const thinks = new Map<number, number>();
      const { operations } = world.record;
      for (const [index, one] of operations.entries()) {
        const next = operations[index + 1];
        if (next !== undefined) thinks.set(one.id, next.invokedAt - one.completedAt!);
      }
      return thinks;
    };
    const all = drawn([1, 2, 3, 4, 5, 6, 7]);
    const few = drawn([1, 3, 4, 7]);
    expect([1, 3, 4].map((id) => few.get(id))).toEqual([1, 3, 4].map((id) => all.get(id)));
    expect(new Set(all.values()).size).toBeGreaterThan(3);
  });

  it('keeps what the client said of the end of its call', () => {
    const complete = {
      type: 'complete',
      params: { operation: 1, outcome: 'fail', error: 'refused' },
    } as const;
    const failing = tiny.createMachine({ on: { invoke: { actions: complete } } });
    const scripts = [{ node: 'failing', mode: 'closed', items: items(50) } as const];
    const world = small({ machines: { failing }, scripts });
    world.run();
    expect(world.record.operations).toEqual([
      {
        id: 1,
        node: 'failing',
        call: { type: 'get' },
        invokedAt: 50,
        completedAt: 50,
        outcome: 'fail',
        error: 'refused',
      },
    ]);
  });

  it('can be joined by a call from outside, at once or not at all', () => {
    const world = small({ machines: { client } });
    expect(() => world.invoke('client', { id: 5, call: { type: 'get' } })).toThrow(
      'client is down: nobody to call at event 0, 0 µs',
    );
    world.run();
    world.invoke('client', { id: 5, call: { type: 'get' } });
    world.run();
    expect(calls(world)).toEqual([[5, 0, 10_000]]);
    expect(() => world.invoke('m', { id: 6, call: { type: 'get' } })).toThrow(
      "operation 6: unknown node 'm', expected one of client",
    );
  });

  it('cannot have an operation completed twice', () => {
    const complete = { type: 'complete', params: { operation: 1, outcome: 'ok' } } as const;
    const twice = tiny.createMachine({ on: { invoke: { actions: [complete, complete] } } });
    const scripts = [{ node: 'twice', mode: 'closed', items: items(50) } as const];
    const world = small({ machines: { twice }, scripts });
    expect(() => world.run()).toThrow(
      'twice completes operation 1, which is not open, at event 4, 50 µs',
    );
  });

  it('cannot have an operation completed by another node', () => {
    const thief = tiny.createMachine({
      after: { 1: { actions: { type: 'complete', params: { operation: 1, outcome: 'ok' } } } },
    });
    const scripts = [{ node: 'client', mode: 'closed', items: items(0) } as const];
    const world = small({ machines: { client, thief }, scripts });
    expect(() => world.run()).toThrow("thief completes operation 1, which is client's");
  });
});

describe('the digest', () => {
  it.each([
    ['a note', (n: number) => note('x', n)],
    ['metadata', (n: number) => ({ type: 'persist', params: { fields: { n } } }) as const],
    [
      'a batch',
      (n: number) =>
        ({ type: 'append', params: { batch: { count: 1, operation: n, writes: [] } } }) as const,
    ],
    [
      'an outcome',
      (n: number) =>
        ({ type: 'complete', params: { operation: 1, outcome: 'ok', value: n } }) as const,
    ],
  ])('tells apart two runs that differ in nothing but %s', (_, effect) => {
    const digestOf = (n: number) => {
      const one = tiny.createMachine({ on: { invoke: { actions: effect(n) } } });
      const items = [{ id: 1, call: { type: 'x' }, atUs: 5 }];
      const world = small({ machines: { one }, scripts: [{ node: 'one', mode: 'open', items }] });
      world.run();
      return world.digest;
    };
    expect(digestOf(1)).toBe(digestOf(1));
    expect(digestOf(1)).not.toBe(digestOf(2));
  });

  it('tells apart two runs that differ in nothing but a time', () => {
    const digestOf = (delay: number) => {
      const timer = tiny.createMachine({ after: { soon: { actions: note('x') } } }).provide({
        delays: { soon: delay },
      } as never);
      const world = small({ machines: { timer } });
      world.run();
      return world.digest;
    };
    expect(digestOf(1)).toBe(digestOf(1));
    expect(digestOf(1)).not.toBe(digestOf(2));
  });

  it('tells apart two runs that differ in nothing but a decision of no consequence', () => {
    const digestOf = (answer: number) => {
      const machines = { speaker: speaker(['a']), server: listener };
      const oracle = { asksNext: false, choose: () => answer };
      const world = small({ machines, oracle, network: { latencyUs: [200, 200] } });
      world.run();
      expect(notes(world)).toEqual(['600 a']);
      return world.digest;
    };
    expect(digestOf(0)).not.toBe(digestOf(1));
  });
});

describe('the record', () => {
  const batch = (operation: number, key: string) => ({
    count: 2,
    operation,
    writes: [{ kind: 'put', key, value: `${operation}` } as const],
  });

  it('ends with each node as it stands: lineage, contents by key, metadata, offsets', () => {
    const writer = tiny.createMachine({
      entry: [
        { type: 'append', params: { batch: batch(11, 'z') } },
        { type: 'sync', params: {} },
        { type: 'append', params: { batch: batch(12, 'a') } },
        { type: 'persist', params: { fields: { epoch: 3 } } },
        { type: 'append', params: { batch: batch(13, 'm') } },
      ],
    });
    const disk = { append: [10], sync: [100], persist: [100] };
    const world = small({ machines: { writer }, nodes: [{ name: 'n', machine: 'writer', disk }] });
    world.run({ untilUs: 225 });
    expect(world.nodes()).toEqual([
      {
        node: 'n',
        status: 'running',
        incarnation: 1,
        persisted: { epoch: 3 },
        latest: 6,
        applied: 4,
        durable: 2,
        hash: world.nodes()[0]!.hash,
        lineage: [
          { last: 2, operation: 11 },
          { last: 4, operation: 12 },
        ],
        contents: [
          ['a', '12'],
          ['z', '11'],
        ],
        losses: [],
      },
    ]);
    const early = world.nodes()[0]!;
    world.run();
    expect(world.nodes()[0]).toMatchObject({ latest: 6, applied: 6, durable: 2 });
    expect(world.nodes()[0]!.hash).not.toEqual(early.hash);
    expect(early.applied).toBe(4);
  });

  it('tells equal histories by equal hashes', () => {
    const writer = (operations: number[]) =>
      tiny.createMachine({
        entry: operations.map((operation) => ({
          type: 'append' as const,
          params: { batch: batch(operation, 'k') },
        })),
      });
    const machines = { one: writer([1, 2]), two: writer([1, 2]), other: writer([2, 1]) };
    const world = small({ machines });
    world.run();
    const [one, two, other] = world.nodes();
    expect(one!.hash).toEqual(two!.hash);
    expect(other!.hash).not.toEqual(one!.hash);
  });

  it('keeps a reply that was handed to a live connection, and none that was not', () => {
    const server = tiny.createMachine({
      on: {
        'message.a': {
          actions: [0, 1].map((nth) => ({
            type: 'send' as const,
            params: ({ event }: { event: { connection: number } }) => ({
              connection: event.connection + nth * 65_536,
              message: { type: 'ok' },
              answers: { operation: 9, epoch: 4 },
            }),
          })),
        },
      },
    });
    const world = small({ machines: { speaker: speaker(['a']), server } });
    world.run();
    expect(world.record.replies).toEqual([
      {
        at: 600,
        node: 'server',
        incarnation: 1,
        operation: 9,
        epoch: 4,
        applied: 0,
        durable: 0,
        message: { type: 'ok' },
      },
    ]);
  });
});

describe('the trace', () => {
  it('tells of decisions, events, effects and faults in the order in which they happen', () => {
    const trace: TraceEntry[] = [];
    const chooser = tiny.createMachine({
      id: 'x',
      initial: 'a',
      states: {
        a: {
          entry: { type: 'choose', params: { tag: 't', n: 2 } },
          on: { chosen: { target: 'b', actions: note('chosen') } },
        },
        b: {},
      },
    });
    const faults = [fault(1, 5, { kind: 'step', node: 'chooser', byUs: 3 })];
    const coverage: string[] = [];
    const world = small({
      machines: { chooser },
      faults,
      tracer: (entry) => trace.push(entry),
      coverage: (machine, transition) => coverage.push(`${machine} ${transition}`),
    });
    world.run();
    const by = { at: 0, node: 'chooser', machine: 'chooser', key: 0 };
    expect(trace).toEqual([
      {
        what: 'event',
        ...by,
        event: { type: 'start' },
        value: 'a',
        context: {},
        transitions: ['init'],
      },
      { what: 'effect', ...by, effect: { type: 'choose', params: { tag: 't', n: 2 } } },
      {
        what: 'decision',
        at: 0,
        label: label(Purpose.machine, 0, 0, 0),
        purpose: 'machine',
        nodes: ['chooser'],
        subject: 0,
        nth: 0,
        n: 2,
        answer: 0,
      },
      {
        what: 'event',
        ...by,
        event: { type: 'chosen', tag: 't', value: 0 },
        value: 'b',
        context: {},
        transitions: ['x.a|chosen|0'],
      },
      { what: 'effect', ...by, effect: note('chosen') },
      {
        what: 'fault',
        at: 5,
        fault: 1,
        move: 'began',
        detail: { node: 'chooser', byUs: 3, wall: 8 },
      },
      { what: 'fault', at: 5, fault: 1, move: 'ended', detail: {} },
    ]);
    expect(coverage).toEqual(['chooser init', 'chooser x.a|chosen|0']);
  });
});

describe('a mistake', () => {
  const idle = tiny.createMachine({});

  it('of a machine that never rests is one clear error', () => {
    const circle = tiny.createMachine({
      id: 'circle',
      initial: 'a',
      states: { a: { always: 'b' }, b: { always: 'a' } },
    });
    expect(() => small({ machines: { circle } }).run()).toThrow(
      /^machine 'circle', at its start: no rest after 10000 microsteps: .*in a circle \(on circle at event 2, 0 µs\)$/,
    );
  });

  it('of machines that talk forever within one instant is one clear error', () => {
    const tellSelf = {
      type: 'tell',
      params: { machine: 'gossip', message: { type: 'x' } },
    } as const;
    const gossip = tiny.createMachine({ entry: tellSelf, on: { 'told.x': { actions: tellSelf } } });
    expect(() => small({ machines: { gossip } }).run()).toThrow(
      /^gossip never rests at event \d+, 0 µs$/,
    );
  });

  it.each([
    [
      'machine',
      { nodes: [{ name: 'n', machine: 'idel' }] },
      "node n: unknown machine 'idel', expected one of idle",
    ],
    [
      'script node',
      { scripts: [{ node: 'm', mode: 'open', items: [] }] },
      "script 0: unknown node 'm', expected one of idle",
    ],
    [
      'link',
      { network: { links: [{ from: 'idle', to: 'm' }] } },
      "link: unknown node 'm', expected one of idle",
    ],
    [
      'name, given twice',
      { nodes: [0, 1].map(() => ({ name: 'n', machine: 'idle' })) },
      'two nodes are named n',
    ],
    [
      'operation, invoked twice',
      {
        scripts: [0, 1].map(() => ({
          node: 'idle',
          mode: 'open' as const,
          items: [{ id: 5, call: { type: 'x' }, atUs: 0 }],
        })),
      },
      'script 1: operation 5 is invoked twice',
    ],
    [
      'operation id',
      {
        scripts: [{ node: 'idle', mode: 'open', items: [{ id: 0, call: { type: 'x' }, atUs: 0 }] }],
      },
      'script 0: id is 0, expected a positive integer',
    ],
  ] as const)('in the configuration is one line: an unknown %s', (_, config, line) => {
    expect(() => small({ machines: { idle }, ...config })).toThrow(new RangeError(line));
  });

  it('in an effect names node and machine or peer', () => {
    const starts = tiny.createMachine({ entry: { type: 'start', params: { machine: 'ghost' } } });
    const opens = tiny.createMachine({ entry: { type: 'open', params: { to: 'ghost' } } });
    expect(() => small({ machines: { starts } }).run()).toThrow(
      "start on starts: unknown machine 'ghost', expected one of starts",
    );
    expect(() => small({ machines: { opens } }).run()).toThrow(
      "open: unknown node 'ghost', expected one of opens",
    );
  });

  it('of an oracle that answers out of range is one clear error', () => {
    const machines = { reader: speaker(['a']), server: listener };
    const oracle = { asksNext: false, choose: (_: number, n: number) => n };
    const world = small({ machines, oracle, network: { latencyUs: [1, 2] } });
    expect(() => world.run()).toThrow(/^the oracle answered 2 of 2 for \d+ at event 2, 0 µs$/);
  });
});
