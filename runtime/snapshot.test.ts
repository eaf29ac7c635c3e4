import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { WorldConfig } from './config.js';
import { encodeWorld } from './encode.js';
import type { SavedState } from './engine.js';
import { faultPlans } from './fixtures/plans.js';
import {
  type Changes,
  calls,
  commitWorld,
  counterWorld,
  leaseWorld,
  pingWorld,
} from './fixtures/worlds.js';
import { EntryKind } from './kernel.js';
import { isEmpty } from './line.js';
import type { Packet } from './net/state.js';
import type { Oracle } from './oracle.js';
import { seededOracle } from './seeded.js';
import { takeSnapshot, type WorldSnapshot } from './snapshot.js';
import { fault } from './test-world.js';
import { World } from './world.js';

type Make = (oracle: Oracle, changes?: Changes) => WorldConfig;

const untilUs = 1_500_000;

/** All that a run leaves behind. */
function outcome(world: World) {
  return {
    digest: world.digest,
    events: world.state.events,
    record: JSON.stringify(world.record),
    nodes: JSON.stringify(world.nodes()),
    encoding: encodeWorld(world),
  };
}

/** What processes wait with in the middle of something. */
function interruptions({ state }: World): string[] {
  return state.nodes.flatMap(({ work, answers, mailbox, deferred }) => [
    ...(work === undefined ? [] : ['work']),
    ...(isEmpty(answers) ? [] : ['answers']),
    ...(isEmpty(mailbox) ? [] : ['mailbox']),
    ...(deferred.length === 0 ? [] : ['deferred']),
  ]);
}

/**
 * Runs a world to the end, taking a snapshot once it has seen so many events, and one whenever a
 * pause has for the first time left something of a kind undone.
 */
function runTaking(config: WorldConfig, places: readonly number[]) {
  const world = new World(config);
  const snapshots: WorldSnapshot[] = [];
  const left = [...places].sort((one, other) => one - other);
  const seen = new Set<string>();
  while (world.run({ untilUs, maxEvents: world.state.events + 1 }) === 'events') {
    const isDue = left.length > 0 && world.state.events >= left[0]!;
    if (isDue) left.shift();
    const known = seen.size;
    for (const kind of interruptions(world)) seen.add(kind);
    if (isDue || seen.size > known) snapshots.push(takeSnapshot(world));
  }
  return { world, snapshots };
}

/** What of a world in motion the snapshots of all runs have held. */
const held: Record<string, number> = {
  'an interrupted step': 0,
  'a machine to be started': 0,
  'a paused process with mail': 0,
  'an entry that waits for the resume': 0,
  'a process that is down': 0,
  'a packet in flight': 0,
  'a packet held': 0,
  'a packet lost': 0,
  'an unread packet': 0,
  'a connection half open': 0,
  'a disk operation': 0,
  'a job admitted': 0,
  'a job at the guard': 0,
  'a poll with a wake-up': 0,
  'a poll without one': 0,
  'an open operation': 0,
  'an active fault': 0,
  'a rule that has bitten': 0,
};

function count(what: keyof typeof held, isHeld: boolean): void {
  if (isHeld) held[what] = (held[what] ?? 0) + 1;
}

function countHeld({ state }: WorldSnapshot): void {
  const connections = [...state.network.connections.values()];
  const streams = connections.flatMap(({ streams: both }) => both);
  const ends = connections.flatMap(({ ends: both }) => both);
  for (const node of state.nodes) {
    const { work, mailbox, answers, deferred, status, storage, workers, polls } = node;
    count('an interrupted step', work !== undefined);
    count(
      'a machine to be started',
      answers.items.some(({ start }) => start !== undefined),
    );
    count('a paused process with mail', status === 'paused' && !isEmpty(mailbox));
    count('an entry that waits for the resume', deferred.length > 0);
    count('a process that is down', status === 'crashed' || status === 'off');
    count('a disk operation', storage.disk.serving !== null);
    count('a job admitted', workers.admitted.length > 0);
    count('a job at the guard', workers.atGuard.length > 0);
    count(
      'a poll with a wake-up',
      polls.polls.some(({ entry }) => entry !== null),
    );
    count(
      'a poll without one',
      polls.polls.some(({ entry }) => entry === null),
    );
  }
  count(
    'a packet in flight',
    state.queue.items.some(({ kind }) => kind === EntryKind.packet),
  );
  count(
    'a packet held',
    streams.some(({ held: packets }) => packets.length > 0),
  );
  count(
    'a packet lost',
    streams.some(({ lost }) => lost.length > 0),
  );
  count(
    'an unread packet',
    ends.some(({ unread }) => unread.length > 0),
  );
  count(
    'a connection half open',
    connections.some(({ state: at }) => at === 'opening'),
  );
  count('an open operation', state.open.size > 0);
  count(
    'an active fault',
    state.faults.some(({ phase }) => phase === 'active'),
  );
  count(
    'a rule that has bitten',
    state.network.rules.some(({ bitten }) => bitten > 0),
  );
}

const samples: readonly [string, Make, string[], number][] = [
  ['a counter', counterWorld, ['server', 'follower', 'c0', 'c1'], 70],
  ['two-phase commit', commitWorld, ['coordinator', 'p1', 'p2', 'p3'], 70],
  ['ping-pong', pingWorld, ['a0', 'b0'], 60],
  ['a lease', leaseWorld, ['grantor', 'h1', 'h2'], 60],
];

describe('a world restored from a snapshot', () => {
  it.each(samples)('goes on to the same end as the one it was taken of: %s', (...sample) => {
    const [, make, names, numRuns] = sample;
    const seed = fc.integer({ min: 0, max: 1_000_000 });
    const place = fc.integer({ min: 0, max: 400 });
    const places = fc.array(place, { minLength: 1, maxLength: 3 });
    const plan = faultPlans(names, 300_000);
    fc.assert(
      fc.property(seed, fc.boolean(), plan, places, (number, asksNext, faults, at) => {
        const config = make(seededOracle(number, asksNext), { faults });
        const undisturbed = new World(config);
        undisturbed.run({ untilUs });
        const expected = outcome(undisturbed);
        const { world, snapshots } = runTaking(config, at);
        expect(outcome(world)).toEqual(expected);
        for (const snapshot of snapshots) {
          countHeld(snapshot);
          const restored = new World(config, snapshot);
          restored.run({ untilUs });
          expect(outcome(restored)).toEqual(expected);
        }
      }),
      { numRuns, seed: 20_250_117 },
    );
  });

  afterAll(() => {
    const missed = Object.keys(held).filter((what) => held[what] === 0);
    expect(missed, 'no snapshot has held').toEqual([]);
  });

  it('encodes as the one it was taken of does', () => {
    const config = counterWorld(seededOracle(1));
    const world = new World(config);
    for (let steps = 0; steps < 60; steps++) {
      world.takeOne();
      expect(encodeWorld(new World(config, takeSnapshot(world)))).toBe(encodeWorld(world));
    }
  });

  it.each([
    ['finishes a step that a pause interrupted between two effects', 'send'],
    ['starts a machine that was to be started when a pause came', 'start'],
  ])('%s', (_, kind) => {
    const trigger = { on: 'effect', node: 'server', kind, when: 'after' } as const;
    const faults = [fault(1, trigger, { kind: 'pause', node: 'server' }, 9000)];
    const config = counterWorld(seededOracle(5), { faults });
    const { world, snapshots } = runTaking(config, []);
    const snapshot = snapshots[0] as WorldSnapshot;
    countHeld(snapshot);
    const { work, answers } = snapshot.state.nodes[0]!;
    // Answered, and the worker not given back; or accepted, and nobody there to read.
    if (kind === 'send') expect(work?.actions).toMatchObject([{ type: 'vacate' }]);
    else expect(answers.items).toMatchObject([{ to: { machine: 'session' } }]);
    const restored = new World(config, snapshot);
    restored.run({ untilUs });
    expect(outcome(restored)).toEqual(outcome(world));
    expect(restored.record.operations).toHaveLength(15);
    expect(restored.record.operations.every(({ outcome: end }) => end === 'ok')).toBe(true);
  });
});

describe('a snapshot', () => {
  it('shares nothing with the world it was taken of, nor with those made from it', () => {
    const config = counterWorld(seededOracle(2));
    const world = new World(config);
    world.run({ maxEvents: 80 });
    const snapshot = takeSnapshot(world);
    const before = structuredClone(snapshot);
    world.run({ untilUs });
    const one = new World(config, snapshot);
    one.run({ untilUs });
    const other = new World(config, snapshot);
    expect(snapshot).toEqual(before);
    other.run({ untilUs });
    expect(outcome(one)).toEqual(outcome(world));
    expect(outcome(other)).toEqual(outcome(world));
  });

  it('keeps one object where the world has one', () => {
    const world = new World(counterWorld(seededOracle(2)));
    let timers = 0;
    let packets = 0;
    for (let steps = 0; steps < 80; steps++) {
      world.takeOne();
      const { state } = takeSnapshot(world);
      const { connections } = state.network;
      const queued = new Set(state.queue.items);
      for (const node of state.nodes) {
        for (const machine of [...node.machines.values()].flatMap((all) => [...all.values()])) {
          for (const timer of machine.timers) {
            timers++;
            expect(queued.has(timer)).toBe(true);
            expect(timer.of.instance).toBe(machine);
          }
        }
        const { serving } = node.storage.disk;
        if (serving !== null) expect(queued.has(serving)).toBe(true);
        for (const job of node.workers.admitted) {
          if (job.entry !== null) expect(job.entry.of).toBe(job);
        }
      }
      for (const entry of state.queue.items) {
        if (entry.kind !== EntryKind.packet) continue;
        const { connection, direction, what } = entry.of as Packet;
        if (connection.state === 'over') continue;
        packets++;
        expect(connections.get(connection.id)).toBe(connection);
        if (what !== 'rst') expect(connection.streams[direction].flight).toContain(entry);
      }
    }
    expect(timers).toBeGreaterThan(100);
    expect(packets).toBeGreaterThan(20);
  });

  it('holds plain data only, and its machine states survive JSON', () => {
    const config = commitWorld(seededOracle(4));
    const world = new World(config);
    world.run({ maxEvents: 90 });
    const snapshot = takeSnapshot(world);
    expect(strangers(snapshot)).toEqual([]);
    const machines = JSON.parse(JSON.stringify(snapshot.machines)) as [number, SavedState][];
    expect(machines).toEqual(snapshot.machines);
    const restored = new World(config, { ...snapshot, machines });
    restored.run({ untilUs });
    world.run({ untilUs });
    expect(outcome(restored)).toEqual(outcome(world));
  });

  it('is refused within a step', () => {
    const refused: unknown[] = [];
    const config = pingWorld(seededOracle(1), {
      tracer: ({ what }) => {
        if (what !== 'effect' || refused.length > 0) return;
        try {
          takeSnapshot(world);
        } catch (error) {
          refused.push((error as Error).message);
        }
      },
    });
    const world = new World(config);
    world.run({ untilUs });
    expect(refused).toEqual(['a snapshot within a step, at event 2, 0 µs']);
  });

  it('is refused by a world of another configuration', () => {
    const snapshot = takeSnapshot(new World(pingWorld(seededOracle(1))));
    const other = pingWorld(seededOracle(1), { scripts: [calls('a0', 1, 1)] });
    expect(() => new World(other, snapshot)).toThrow(
      'snapshot of nodes a0, b0, 0 scripts, 0 faults, expected nodes a0, b0, 1 scripts, 0 faults',
    );
  });
});

/** The path of everything in a value that is neither JSON's, nor a collection of such. */
function strangers(value: unknown, path = '', seen = new Set<unknown>()): string[] {
  if (typeof value === 'function' || typeof value === 'symbol') return [path];
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof Float64Array || value instanceof Uint32Array) return [];
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
    return [...value].flatMap((item, at) => strangers(item, `${path}[${at}]`, seen));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return [path];
  return Object.entries(value).flatMap(([name, item]) => strangers(item, `${path}.${name}`, seen));
}
