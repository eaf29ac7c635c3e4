import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Script, WorldConfig } from './config.js';
import type { Fault } from './fault.js';
import { faultPlans } from './fixtures/plans.js';
import {
  type Changes,
  calls,
  commitWorld,
  counterWorld,
  leaseWorld,
  pairsWorld,
  pingWorld,
} from './fixtures/worlds.js';
import { linkIdentity, Purpose } from './kernel.js';
import { label } from './keyed.js';
import type { Decision, Oracle } from './oracle.js';
import { recordingOracle } from './recording.js';
import { scriptedOracle } from './scripted.js';
import { seededOracle } from './seeded.js';
import { World } from './world.js';

type Make = (oracle: Oracle, changes?: Changes) => WorldConfig;

const untilUs = 1_000_000;
const seeds = fc.integer({ min: 0, max: 1_000_000 });

const samples: readonly [string, Make, string[]][] = [
  ['a counter', counterWorld, ['server', 'follower', 'c0', 'c1']],
  ['two-phase commit', commitWorld, ['coordinator', 'p1', 'p2', 'p3']],
  ['ping-pong', pingWorld, ['a0', 'b0']],
  ['a lease', leaseWorld, ['grantor', 'h1', 'h2']],
];

/** A run of a seed to its end, with every decision in order. */
function decide(make: Make, seed: number, changes: Changes = {}, asksNext = false) {
  const decisions: Decision[] = [];
  const oracle = recordingOracle(seededOracle(seed, asksNext), decisions);
  const world = new World(make(oracle, changes));
  world.run({ untilUs });
  return { world, decisions };
}

const text = ({ label: name, n, answer }: Decision): string => `${name} ${n} ${answer}`;

/** A run to its end, and how many decisions came before the step in which a fault first bit. */
function untilFault(make: Make, seed: number, faults: readonly Fault[], id: number) {
  const decisions: Decision[] = [];
  let bit = false;
  const world = new World(
    make(recordingOracle(seededOracle(seed), decisions), {
      faults,
      tracer: (entry) => {
        bit ||= entry.what === 'fault' && entry.fault === id;
      },
    }),
  );
  let before: number | undefined;
  for (;;) {
    const sofar = decisions.length;
    const end = world.run({ untilUs, maxEvents: world.state.events + 1 });
    if (bit) before ??= sofar;
    if (end !== 'events') return { decisions, before };
  }
}

/** Decisions as a multiset. */
const sorted = (...lists: Decision[][]): string[] => lists.flat().map(text).sort();

/** A list without one of its items. */
function without<T>(items: readonly T[], index: number): T[] {
  return items.filter((_, at) => at !== index);
}

describe('a decision', () => {
  it.each(samples)('is asked for once in a run: %s', (_, make, names) => {
    fc.assert(
      fc.property(seeds, fc.boolean(), faultPlans(names, 300_000), (seed, asksNext, faults) => {
        const { decisions } = decide(make, seed, { faults }, asksNext);
        expect(new Set(decisions.map(({ label: name }) => name)).size).toBe(decisions.length);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('of one pair of nodes is the same whatever another pair does and meets', () => {
    const sides = ['0', '1'].map((side) => {
      const names = [`s${side}`, `c${side}`];
      const firstId = side === '0' ? 1 : 101;
      const counts = fc.tuple(fc.nat(6), fc.nat(2000));
      return fc.record({
        script: counts.map(([count, atUs]) => calls(`c${side}`, firstId, count, atUs)),
        faults: faultPlans(names, 100_000, 4, firstId),
      });
    });
    let most = 0;
    fc.assert(
      fc.property(seeds, sides[0]!, sides[1]!, (seed, one, other) => {
        const run = (scripts: Script[], faults: Fault[]) =>
          decide(pairsWorld, seed, { scripts, faults }).decisions;
        const both = run([one.script, other.script], [...one.faults, ...other.faults]);
        const alone = [run([one.script], one.faults), run([other.script], other.faults)];
        expect(sorted(both, run([], []))).toEqual(sorted(...alone));
        most = Math.max(most, Math.min(...alone.map(({ length }) => length)));
      }),
      { numRuns: 60, seed: 2 },
    );
    expect(most).toBeGreaterThan(30);
  });

  it('of an operation is the same when another operation is taken out', () => {
    const { scripts = [] } = counterWorld(seededOracle(0));
    const cut = fc.tuple(fc.nat(scripts.length - 1), fc.nat(4));
    fc.assert(
      fc.property(seeds, cut, (seed, [index, at]) => {
        const script = scripts[index] as Script;
        const less = { ...script, items: without(script.items, at) };
        const left = scripts.map((one) => (one === script ? less : one));
        const [before, after] = [scripts, left].map((changed) => {
          const { decisions } = decide(counterWorld, seed, { scripts: changed });
          return new Map(decisions.map((decision) => [decision.label, decision]));
        });
        for (const { node, items } of left) {
          for (const { id } of items) {
            for (const name of labelsOf(node, id)) {
              expect(after!.get(name)).toBeDefined();
              expect(after!.get(name)).toEqual(before!.get(name));
            }
          }
        }
        for (const name of labelsOf(script.node, script.items[at]!.id)) {
          expect(before!.has(name)).toBe(true);
          expect(after!.has(name)).toBe(false);
        }
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  /** What is drawn for an add of a client: the way there and back, service, disk and thinking. */
  function labelsOf(client: string, operation: number): number[] {
    const node = Number(client.slice(1)) + 2;
    return [
      label(Purpose.latency, linkIdentity(node, 0), operation, 0),
      label(Purpose.service, 0, operation, 0),
      label(Purpose.disk, 0, operation, 0),
      label(Purpose.latency, linkIdentity(0, node), operation, 0),
      label(Purpose.think, node, operation, 0),
    ];
  }

  it.each(samples)('is the same, before it bites, without a fault of the plan: %s', (...sample) => {
    const [, make, names] = sample;
    let prefixes = 0;
    fc.assert(
      fc.property(seeds, faultPlans(names, 200_000), fc.nat(100), (seed, faults, some) => {
        fc.pre(faults.length > 0);
        const index = some % faults.length;
        const { id } = faults[index] as Fault;
        const { decisions, before } = untilFault(make, seed, faults, id);
        const other = decide(make, seed, { faults: without(faults, index) });
        if (before === undefined) {
          expect(other.decisions).toEqual(decisions);
          return;
        }
        prefixes++;
        expect(other.decisions.slice(0, before)).toEqual(decisions.slice(0, before));
        const answers = new Map(decisions.map((one) => [`${one.label} ${one.n}`, one.answer]));
        for (const { label: name, n, answer } of other.decisions) {
          expect(answers.get(`${name} ${n}`) ?? answer).toBe(answer);
        }
      }),
      { numRuns: 50, seed: 4 },
    );
    expect(prefixes).toBeGreaterThan(10);
  });
});

describe('a run', () => {
  it.each(samples)('has the same digest traced, covered or neither: %s', (_, make, names) => {
    fc.assert(
      fc.property(seeds, fc.boolean(), faultPlans(names, 300_000), (seed, asksNext, faults) => {
        let told = 0;
        const count = () => {
          told++;
        };
        const run = (changes: Changes) => {
          const world = new World(make(seededOracle(seed, asksNext), { faults, ...changes }));
          world.run({ untilUs });
          return `${world.digest} ${JSON.stringify(world.record)}`;
        };
        const plain = run({});
        expect(run({ tracer: count })).toBe(plain);
        expect(run({ coverage: count })).toBe(plain);
        expect(run({ tracer: count, coverage: count })).toBe(plain);
        expect(told).toBeGreaterThan(4);
      }),
      { numRuns: 15, seed: 5 },
    );
  });

  it.each(samples)('has one digest a seed, and another with another seed: %s', (_, make) => {
    const digests = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const { world } = decide(make, seed);
      expect(decide(make, seed).world.digest).toBe(world.digest);
      digests.add(world.digest);
    }
    expect(digests.size).toBe(40);
  });

  it.each(samples)('is repeated by a script of its decisions: %s', (_, make, names) => {
    fc.assert(
      fc.property(seeds, fc.boolean(), faultPlans(names, 300_000), (seed, asksNext, faults) => {
        const { world, decisions } = decide(make, seed, { faults }, asksNext);
        const replay = new World(make(scriptedOracle(decisions, asksNext), { faults }));
        replay.run({ untilUs });
        expect(replay.digest).toBe(world.digest);
        expect(replay.record).toEqual(world.record);
      }),
      { numRuns: 10, seed: 6 },
    );
  });
});
