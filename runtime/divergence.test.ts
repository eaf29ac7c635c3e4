import { describe, expect, it } from 'vitest';
import { describeDivergence, findDivergence } from './divergence.js';
import { counterClient, counterServer, feeder, follower, session } from './fixtures/counter.js';
import * as leaky from './fixtures/leaky.js';
import * as lease from './fixtures/lease.js';
import * as pingPong from './fixtures/ping-pong.js';
import * as twoPhase from './fixtures/two-phase.js';
import { seededOracle } from './seeded.js';
import { type Small, small, tiny } from './test-world.js';

const peers = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const peer = tiny.createMachine({});

const twice = (config: Small) =>
  findDivergence(
    (tracer) => small({ oracle: seededOracle(7, true), ...config, tracer }),
    // Enough for every leak to show; two of the machines would go on forever.
    2_000,
  );

describe('two runs in lockstep', () => {
  it('catch a real die, at the step that rolled it', () => {
    const found = twice({ machines: { dice: leaky.dice } })!;
    expect(found).toMatchObject({ steps: 1, timeUs: 1_000, entry: 0 });
    const text = describeDivergence(found).replace(/"rolled":\d+/g, '"rolled":N');
    expect(text.split('\n')).toEqual([
      'the runs differ in step 2, at 0.001000 s',
      expect.stringMatching(/^ {2}first run: event on dice .*"rolled":N/),
      expect.stringMatching(/^ {2}second run: event on dice .*"rolled":N/),
    ]);
  });

  it('catch a real time, though only a note tells it', () => {
    const found = twice({ machines: { clockReader: leaky.clockReader } })!;
    expect(found).toMatchObject({ steps: 1, timeUs: 1_000, entry: 1 });
    expect(describeDivergence(found)).toContain('first run: effect on clockReader');
  });

  it('catch an order of iteration that hangs on a hash', () => {
    const nodes = ['hashOrdered', ...peers].map((name) => ({
      name,
      machine: name === 'hashOrdered' ? name : 'peer',
      input: { peers },
    }));
    const machines = { hashOrdered: leaky.hashOrdered, peer };
    const found = twice({ machines, nodes })!;
    expect(found).toMatchObject({ steps: 9, timeUs: 2_000 });
    expect(found.first[found.entry]).toMatchObject({ what: 'effect', effect: { type: 'open' } });
    expect(found.first[found.entry]).not.toEqual(found.second[found.entry]);
  });

  it('catch state outside of the context', () => {
    expect(twice({ machines: { outsider: leaky.outsider } })).toMatchObject({ steps: 1 });
  });

  it('catch a world that one of them has not got', () => {
    let built = 0;
    const found = findDivergence((tracer) => {
      const machines = { dice: peer, ...(built++ === 0 ? {} : { more: peer }) };
      return small({ machines, tracer });
    });
    expect(found).toMatchObject({ steps: 1 });
    expect(describeDivergence(found!)).toMatch(
      /first run: nothing more\n.*second run: event on more/,
    );
  });

  it.each<[string, Small]>([
    [
      'ping-pong',
      {
        machines: { pinger: pingPong.pinger, ponger: pingPong.ponger },
        nodes: [
          { name: 'p', machine: 'pinger', input: { peer: 'q', rounds: 50, everyMs: 3 } },
          { name: 'q', machine: 'ponger' },
        ],
      },
    ],
    [
      'a lease',
      {
        machines: { grantor: lease.grantor, holder: lease.holder },
        nodes: [
          { name: 'g', machine: 'grantor', input: { leaseMs: 500 } },
          { name: 'h', machine: 'holder', input: { grantor: 'g' } },
          { name: 'i', machine: 'holder', input: { grantor: 'g' } },
        ],
      },
    ],
    [
      'two-phase commit',
      {
        machines: { coordinator: twoPhase.coordinator, participant: twoPhase.participant },
        nodes: [
          { name: 'c', machine: 'coordinator', input: { participants: ['x', 'y', 'z'] } },
          ...['x', 'y', 'z'].map((name) => ({ name, machine: 'participant' })),
        ],
        scripts: [
          {
            node: 'c',
            mode: 'closed',
            items: [1, 2, 3, 4].map((id) => ({ id, call: { type: 'commit' }, atUs: 20_000 * id })),
          },
        ],
      },
    ],
    [
      'a counter',
      {
        machines: {
          server: counterServer,
          session,
          feeder,
          follower,
          client: counterClient,
        },
        nodes: [
          { name: 's', machine: 'server', services: { add: [50, 90], get: [20] } },
          { name: 'f', machine: 'follower', input: { server: 's' } },
          { name: 'c', machine: 'client', input: { server: 's' } },
        ],
        scripts: [
          {
            node: 'c',
            mode: 'closed',
            items: [1, 2, 3, 4].map((id) => ({ id, call: { type: 'add' }, atUs: 20_000 * id })),
          },
        ],
      },
    ],
  ])('agree on %s, with random latencies and a random order', (_, config) => {
    expect(twice({ network: { latencyUs: [100, 200, 700] }, ...config })).toBeUndefined();
  });
});
