import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, raise } from 'xstate';
import type { WorldConfig } from './config.js';
import { comesToNothing, encodeHash, encodeWorld } from './encode.js';
import type { Fault } from './fault.js';
import { faultPlans } from './fixtures/plans.js';
import { commitWorld, counterWorld, leaseWorld, pingWorld } from './fixtures/worlds.js';
import type { Oracle } from './oracle.js';
import { compact } from './queue.js';
import { scriptedOracle } from './scripted.js';
import { seededOracle } from './seeded.js';
import { restoreSnapshot, takeSnapshot, type WorldSnapshot } from './snapshot.js';
import { fault, lastFirst, small, tiny } from './test-world.js';
import { World } from './world.js';

const firstFirst: Oracle = { asksNext: true, choose: () => 0 };

/** A world run to a time. */
function at(config: WorldConfig, untilUs: number): World {
  const world = new World(config);
  world.run({ untilUs });
  return world;
}

/** The encodings that a world goes through from a time on, one a step. */
function passed(config: WorldConfig, fromUs: number, untilUs: number): string[] {
  const world = at(config, fromUs);
  const found = [encodeWorld(world)];
  while (world.run({ untilUs, maxEvents: world.state.events + 1 }) === 'events') {
    found.push(encodeWorld(world));
  }
  return found;
}

describe('two schedules that lead to the same state', () => {
  const network = { latencyUs: [200] };

  it('have one encoding when they took independent events of one instant in either order', () => {
    const first = pingWorld(firstFirst, { pairs: 2, network });
    const last = pingWorld(lastFirst, { pairs: 2, network });
    for (const timeUs of [0, 200, 400, 600, 800, 100_400, 200_800, 400_000]) {
      expect(encodeWorld(at(last, timeUs))).toBe(encodeWorld(at(first, timeUs)));
    }
    expect(at(last, 400_000).digest).not.toBe(at(first, 400_000).digest);
    // In the middle of that instant they differ: each has taken another of its events.
    const [one, other] = [at(first, 199), at(last, 199)];
    expect(encodeWorld(one)).toBe(encodeWorld(other));
    one.takeOne();
    other.takeOne();
    expect(encodeWorld(one)).not.toBe(encodeWorld(other));
  });

  it('have two when the order is what the next tie is decided by', () => {
    const taken = [firstFirst, lastFirst].map((oracle) =>
      takeSnapshot(at(pingWorld(oracle, { pairs: 2, network }), 200)),
    );
    const unasked = pingWorld(scriptedOracle([]), { pairs: 2, network });
    const [first, last] = taken.map((snapshot) => encodeWorld(new World(unasked, snapshot)));
    expect(last).not.toBe(first);
    expect(last!.split('\n').sort()).toEqual(first!.split('\n').sort());
  });

  it('have two when the order of the events has come to matter', () => {
    const counters = [firstFirst, lastFirst].map((oracle) =>
      at(counterWorld(oracle, { network }), 900_000),
    );
    const [first, last] = counters;
    const totals = counters.map(({ record }) => record.operations.map(({ value }) => value));
    expect(totals[0]).not.toEqual(totals[1]);
    expect(encodeWorld(last!)).not.toBe(encodeWorld(first!));
  });

  it('have one encoding when one of them had to open its connection twice', () => {
    const faults = [
      fault(
        1,
        0,
        { kind: 'link', on: 'connect', ratio: [1, 2], times: 1, verdict: { kind: 'reset' } },
        50_000,
      ),
    ];
    const passes = pingWorld({ asksNext: false, choose: () => 0 }, { faults, network });
    const refuses = pingWorld({ asksNext: false, choose: () => 1 }, { faults, network });
    const once = passed(passes, 60_000, 300_000);
    const twice = passed(refuses, 1_060_000, 1_400_000);
    expect(once.length).toBeGreaterThan(5);
    for (const encoding of once.slice(1)) expect(twice).toContain(encoding);
    const ids = [at(passes, 60_000), at(refuses, 1_060_000)].map(({ state }) => [
      ...state.network.connections.keys(),
    ]);
    expect(ids).toEqual([[65_537], [131_073]]);
  });

  it('have one encoding, step by step, when one of them began later', () => {
    const shifted = (config: WorldConfig, byUs: number): WorldConfig => ({
      ...config,
      nodes: config.nodes.map((node) => ({ ...node, startAtUs: byUs })),
      scripts: (config.scripts ?? []).map((script) => ({
        ...script,
        items: script.items.map((item) => ({ ...item, atUs: item.atUs + byUs })),
      })),
      faults: [
        fault(1, 30_000 + byUs, { kind: 'crash', node: config.nodes[0]!.name }, 20_000),
        fault(2, 90_000 + byUs, { kind: 'pause', node: config.nodes[1]!.name }, 70_000),
      ],
    });
    for (const make of [counterWorld, commitWorld, pingWorld, leaseWorld]) {
      const config = make({ asksNext: false, choose: (_, n) => n - 1 });
      const early = passed(shifted(config, 0), 0, 800_000);
      const late = passed(shifted(config, 123_457), 123_457, 923_457);
      expect(late).toEqual(early);
      expect(new Set(early).size).toBeGreaterThan(20);
    }
  });

  it('have one encoding when they persisted the same fields in another order', () => {
    const persisting = tiny.createMachine({
      entry: { type: 'choose', params: { tag: 'order', n: 2 } },
      on: {
        chosen: [
          {
            guard: ({ event }) => event.value === 0,
            actions: [
              { type: 'persist', params: { fields: { a: 1 } } },
              { type: 'persist', params: { fields: { b: 2 } } },
            ],
          },
          {
            actions: [
              { type: 'persist', params: { fields: { b: 2 } } },
              { type: 'persist', params: { fields: { a: 1 } } },
            ],
          },
        ],
      },
    });
    const [one, other] = [0, 1].map((answer) => {
      const world = small({
        machines: { persisting },
        oracle: { asksNext: false, choose: (_, n) => (n === 2 ? answer : 0) },
      });
      world.run();
      return world;
    });
    expect(one!.state.nodes[0]!.storage.metadata).toEqual({ a: 1, b: 2 });
    expect(encodeWorld(other!)).toBe(encodeWorld(one!));
    expect(encodeHash(other!)).toBe(encodeHash(one!));
  });
});

describe('a schedule that differs', () => {
  const chosen = (event: unknown) => (event as { value: number }).value;

  /** A machine that makes one choice and does one thing with it. */
  const differing = {
    'in one durable byte of the log': {
      type: 'append',
      params: ({ event }: { event: unknown }) => ({
        batch: {
          count: 1,
          operation: 1,
          writes: [{ kind: 'put', key: 'k', value: `v${chosen(event)}` }],
        },
      }),
    },
    'in one field of the durable metadata': {
      type: 'persist',
      params: ({ event }: { event: unknown }) => ({ fields: { n: chosen(event) } }),
    },
    'in one volatile field of a context': assign({
      n: ({ event }: { event: unknown }) => chosen(event),
    }),
    'in one timer, by one microsecond': raise(
      { type: 'late' },
      { delay: ({ event }: { event: unknown }) => 5 + chosen(event) / 1000 },
    ),
    'in the grid of a poll': {
      type: 'poll',
      params: ({ event }: { event: unknown }) => ({ tag: 't', everyMs: 5 + chosen(event) / 1000 }),
    },
    'in whether a job is exclusive': {
      type: 'occupy',
      params: ({ event }: { event: unknown }) => ({
        job: 1,
        command: { type: 'c' },
        exclusive: chosen(event) === 1,
      }),
    },
  };

  it.each(Object.keys(differing) as (keyof typeof differing)[])(
    '%s has another encoding',
    (name) => {
      const machine = tiny.createMachine({
        context: { n: 0 },
        entry: { type: 'choose', params: { tag: 'what', n: 2 } },
        on: { chosen: { actions: differing[name] as never } },
      } as never) as unknown as AnyStateMachine;
      const [zero, again, one] = [0, 0, 1].map((answer) => {
        const world = small({
          machines: { machine },
          nodes: [{ name: 'n', machine: 'machine', disk: { append: [10], persist: [10] } }],
          oracle: { asksNext: false, choose: () => answer },
        });
        world.run({ untilUs: 1000 });
        return encodeWorld(world).split('\n');
      });
      expect(again).toEqual(zero);
      expect(one).not.toEqual(zero);
      expect(one).toHaveLength(zero!.length);
    },
  );

  it('in the history of a state has another encoding', () => {
    const machine = tiny.createMachine({
      entry: { type: 'choose', params: { tag: 'which', n: 2 } },
      on: {
        chosen: [{ guard: ({ event }) => event.value === 0, target: '.in.a' }, { target: '.in.b' }],
      },
      initial: 'out',
      states: {
        in: {
          initial: 'a',
          states: { a: {}, b: {}, last: { type: 'history' } },
          after: { 1: 'out' },
        },
        out: { on: { opened: 'in.last' } },
      },
    });
    const [zero, one] = [0, 1].map((answer) => {
      const oracle: Oracle = { asksNext: false, choose: () => answer };
      const world = small({ machines: { machine }, oracle });
      world.run();
      return encodeWorld(world);
    });
    expect(zero).toContain('"out"');
    expect(one).not.toBe(zero);
  });
});

/**
 * Answers as a seed has it until `begin`, from then on by a path through the tree of decisions,
 * which it extends with the mildest answers.
 */
function pathOracle(asksNext: boolean, seed: number) {
  const path: number[] = [];
  const sizes: number[] = [];
  const seeded = seededOracle(seed);
  let depth = -1;
  const oracle: Oracle = {
    asksNext,
    choose(label, n) {
      if (depth < 0) return seeded.choose(label, n);
      if (depth === path.length) path.push(0);
      sizes[depth] = n;
      return path[depth++] as number;
    },
  };
  const begin = () => {
    depth = 0;
  };
  /** Goes to the next path of the tree. @returns false when all have been taken */
  const next = (): boolean => {
    path.length = depth;
    depth = 0;
    while (path.length > 0 && path.at(-1)! + 1 === sizes[path.length - 1]) path.pop();
    if (path.length === 0) return false;
    path[path.length - 1]! += 1;
    return true;
  };
  return { oracle, begin, next };
}

/** Takes away what the encoding leaves out of the queue. */
function dropIdle(world: World): void {
  compact(world.state.queue, (entry) => entry.live && !comesToNothing(world, entry));
}

type Make = (oracle: Oracle) => WorldConfig;

interface Start {
  readonly asksNext: boolean;
  /** Events that are taken, as a seed has it, before the exploration begins. */
  readonly after?: number;
  readonly seed?: number;
}

/**
 * Every state within reach, up to a number of them. Whenever a state is reached a second time, by
 * another schedule, what follows is compared with what followed the first time.
 */
function explore(config: Make, { asksNext, after = 0, seed = 0 }: Start, statesMax: number) {
  const { oracle, begin, next } = pathOracle(asksNext, seed);
  const world = new World(config(oracle));
  world.run({ maxEvents: after });
  begin();
  const successors = (from: WorldSnapshot) => {
    const found = new Map<string, WorldSnapshot>();
    do {
      restoreSnapshot(world, from);
      dropIdle(world);
      if (!world.takeOne()) continue;
      const came = `${world.now - from.state.now} ${encodeWorld(world)}`;
      if (!found.has(came)) found.set(came, takeSnapshot(world));
    } while (next());
    return found;
  };
  const known = new Map<string, readonly string[]>();
  const frontier: [string, WorldSnapshot][] = [[encodeWorld(world), takeSnapshot(world)]];
  let compared = 0;
  for (let at = 0; at < frontier.length && at < statesMax; at++) {
    const [encoding, snapshot] = frontier[at]!;
    const found = successors(snapshot);
    const texts = [...found.keys()].sort();
    const before = known.get(encoding);
    if (before === undefined) {
      known.set(encoding, texts);
      for (const [text, then] of found) frontier.push([text.slice(text.indexOf(' ') + 1), then]);
    } else {
      compared++;
      expect(texts).toEqual(before);
    }
  }
  return { states: known.size, compared };
}

describe('equal encodings', () => {
  const tick = { readKey: [0], readLog: [0], append: [10], sync: [90], persist: [40] };
  const once = (config: WorldConfig): WorldConfig => ({
    ...config,
    nodes: config.nodes.map((node) => ({ ...node, disk: tick, services: { add: [50] } })),
    scripts: (config.scripts ?? []).map((script) => ({
      ...script,
      thinkUs: [0],
      items: script.items.slice(0, 1),
    })),
  });
  const crash = fault(1, 900, { kind: 'crash', node: 'server' }, 600);
  const cases: [string, Make][] = [
    [
      'ping-pong in two pairs, one ponger paused',
      (oracle) =>
        pingWorld(oracle, {
          pairs: 2,
          rounds: 2,
          network: { latencyUs: [200, 300] },
          faults: [fault(1, 500, { kind: 'pause', node: 'b0' }, 400)],
        }),
    ],
    [
      'two-phase commit',
      (oracle) => once(commitWorld(oracle, { network: { latencyUs: [100, 200] } })),
    ],
    [
      'a counter that crashes under two clients',
      (oracle) =>
        once(counterWorld(oracle, { network: { latencyUs: [100, 200] }, faults: [crash] }, 2)),
    ],
  ];
  const orders: [string, boolean][] = [
    ['in every order of ties', true],
    ['in the order of coming', false],
  ];

  it.each(cases.flatMap((one) => orders.map((two) => [...one, ...two] as const)))(
    'have equal futures: %s',
    (_, config, __, asksNext) => {
      const { states, compared } = explore(config, { asksNext }, 450);
      expect(states).toBeGreaterThan(100);
      expect(compared).toBeGreaterThan(20);
    },
  );

  it('have equal futures under faults of every kind', () => {
    const latencies = { latencyUs: [100, 200], bytesPerSecond: 10_000_000 };
    const network = { ...latencies, keepalive: { idleMs: 1, intervalMs: 1, count: 2 } };
    const worlds = fc.constantFrom(
      [
        ['server', 'follower', 'c0'],
        (oracle: Oracle, faults: Fault[]) => once(counterWorld(oracle, { network, faults }, 1)),
      ] as const,
      [
        ['grantor', 'h1', 'h2'],
        (oracle: Oracle, faults: Fault[]) => leaseWorld(oracle, { network, faults }),
      ] as const,
      [
        ['coordinator', 'p1', 'p2', 'p3'],
        (oracle: Oracle, faults: Fault[]) => once(commitWorld(oracle, { network, faults })),
      ] as const,
    );
    const cases = worlds.chain(([names, make]) =>
      faultPlans(names, 9000).map((faults) => (oracle: Oracle) => make(oracle, faults)),
    );
    const start = fc.record({ asksNext: fc.boolean(), after: fc.nat(90), seed: fc.nat(1000) });
    let sum = 0;
    fc.assert(
      fc.property(cases, start, (config, from) => {
        sum += explore(config, from, 80).compared;
      }),
      { numRuns: 25, seed: 11 },
    );
    expect(sum).toBeGreaterThan(100);
  });

  it('leave out of the queue only what does nothing', () => {
    const seeds = fc.integer({ min: 0, max: 1_000_000 });
    const plan = faultPlans(['server', 'follower', 'c0', 'c1'], 300_000);
    let dropped = 0;
    fc.assert(
      fc.property(seeds, plan, (seed, faults) => {
        const config = counterWorld(seededOracle(seed), { faults });
        const [whole, bare] = [new World(config), new World(config)];
        whole.run({ untilUs: 1_000_000 });
        for (;;) {
          const before = bare.state.queue.items.filter(({ live }) => live).length;
          dropIdle(bare);
          dropped += before - bare.state.queue.items.length;
          if (bare.run({ untilUs: 1_000_000, maxEvents: bare.state.events + 1 }) !== 'events')
            break;
        }
        expect(JSON.stringify(bare.record)).toBe(JSON.stringify(whole.record));
        expect(encodeWorld(bare)).toBe(encodeWorld(whole));
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(dropped).toBeGreaterThan(200);
  });
});
