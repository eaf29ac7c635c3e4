/** Scenarios by priorities: every link and node has one, and the scenario says it all. */
import { describe, expect, it } from 'vitest';
import { runResolved } from '../run.js';
import { nodeNames } from '../scenario.js';
import { subjectOf } from './draw-scenario.js';
import { scenarioOf } from './recipe.js';

const subject = subjectOf('graceful');
const seeds = Array.from({ length: 200 }, (_, at) => at + 1);
const drawn = (seed: number) => scenarioOf({ seed, draw: 'pct', mutations: [] }, subject);

describe('a scenario by priorities', () => {
  it('should be the same each time, and another than the one by chance', () => {
    for (const seed of seeds.slice(0, 20)) {
      expect(drawn(seed)).toEqual(drawn(seed));
      const swarm = scenarioOf({ seed, draw: 'swarm', mutations: [] }, subject);
      expect(drawn(seed)).not.toEqual(swarm);
      // The same people do the same things.
      expect(drawn(seed).operator).toEqual(swarm.operator);
      expect(drawn(seed).workload).toEqual(swarm.workload);
    }
  });

  it('should give each direction between two nodes a wait of its own, none of them drawn', () => {
    for (const seed of seeds) {
      const { cluster, network } = drawn(seed);
      const nodes = nodeNames(cluster.slaves);
      const between = network.links.filter(({ from, to }) =>
        [from, to].every((one) => nodes.includes(one)),
      );
      expect(between).toHaveLength(nodes.length * (nodes.length - 1));
      expect(network.links.every(({ latencyUs }) => latencyUs?.length === 1)).toBe(true);
      expect(Object.keys(cluster.each)).toEqual(nodes);
    }
  });

  it('should have every order of two directions, and waits below and beyond the timers', () => {
    const waits = seeds.map((seed) => {
      const of = (from: string, to: string) =>
        drawn(seed).network.links.find((one) => one.from === from && one.to === to)!.latencyUs![0]!;
      return [of('n1', 'n2'), of('n2', 'n1')] as const;
    });
    expect(waits.filter(([one, other]) => one < other).length).toBeGreaterThan(40);
    expect(waits.filter(([one, other]) => one > other).length).toBeGreaterThan(40);
    const all = waits.flat();
    expect(Math.min(...all)).toBe(50);
    expect(Math.max(...all)).toBeGreaterThan(50_000);
  });

  it('should lower a few priorities on the way, and keep few faults beside', () => {
    const faults = seeds.map((seed) => drawn(seed).faults);
    const lowered = faults.filter((plan) =>
      plan.some(
        (one) => one.kind === 'link' && one.type === undefined && one.verdict.kind === 'delay',
      ),
    );
    expect(lowered.length).toBeGreaterThan(40);
    expect(Math.max(...faults.map(({ length }) => length))).toBeLessThanOrEqual(5);
    expect(faults.some(({ length }) => length === 0)).toBe(true);
  });

  it('should run to its end', () => {
    for (const seed of seeds.slice(0, 10)) {
      const { record, verdicts } = runResolved(drawn(seed));
      expect(record.endedAt).toBeGreaterThan(1_000_000);
      expect(verdicts.length).toBeGreaterThan(5);
    }
  });
});
