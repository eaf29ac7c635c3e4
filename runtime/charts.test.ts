import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from './charts.js';
import type { Engine } from './engine.js';
import { counterWorld } from './fixtures/worlds.js';
import { seededOracle } from './seeded.js';
import { World } from './world.js';
import { xstateEngine } from './xstate-engine.js';

/** The reference engine, counting what it makes. */
function countingEngine(): Engine & { made: number } {
  return {
    name: 'xstate',
    made: 0,
    load(machine) {
      this.made++;
      return xstateEngine.load(machine);
    },
  };
}

describe('charts', () => {
  it('are made once for an engine and a machine', () => {
    const [one, other] = [countingEngine(), countingEngine()];
    const [door, gate] = [createMachine({ id: 'door' }), createMachine({ id: 'gate' })];
    expect(chartOf(one, door)).toBe(chartOf(one, door));
    expect(chartOf(one, gate)).not.toBe(chartOf(one, door));
    expect(chartOf(other, door)).not.toBe(chartOf(one, door));
    expect([one.made, other.made]).toEqual([2, 1]);
  });

  it('serve worlds that take turns, and each goes as it goes alone', () => {
    const start = (seed: number) => new World(counterWorld(seededOracle(seed)));
    const both = [start(1), start(2)];
    for (let turn = 0; turn < 300; turn++) for (const world of both) world.takeOne();
    const alone = [start(1), start(2)];
    for (const world of alone) for (let turn = 0; turn < 300; turn++) world.takeOne();
    const digests = alone.map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(2);
    expect(both.map(({ digest }) => digest)).toEqual(digests);
  });
});
