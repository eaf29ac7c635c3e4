/**
 * A snapshot holds a whole world as plain data and shares nothing with it: the world goes on, and
 * any number of worlds may go on from the snapshot, to the same digest.
 */
import type { EngineState, SavedState } from './engine.js';
import { eachMachine } from './node.js';
import type { WorldState } from './state.js';
import type { World } from './world.js';

export interface WorldSnapshot {
  readonly state: WorldState;
  /** Machine states by slot. */
  readonly machines: readonly (readonly [slot: number, state: SavedState])[];
}

/** @returns the world as it is now; only between two steps */
export function takeSnapshot(world: World): WorldSnapshot {
  const machines: [number, SavedState][] = [];
  for (const node of world.state.nodes) {
    eachMachine(node, ({ slot, machine }) => {
      const state = world.running[slot];
      // A machine that was started within an interrupted step has no state yet.
      if (state !== undefined) machines.push([slot, world.chart(machine).save(state)]);
    });
  }
  return { state: structuredClone(world.state), machines };
}

/** Puts a world of the same configuration into the snapshot's state. */
export function restoreSnapshot(world: World, snapshot: WorldSnapshot): void {
  world.state = structuredClone(snapshot.state);
  world.running.length = 0;
  const saved = new Map(snapshot.machines);
  for (const node of world.state.nodes) {
    eachMachine(node, ({ slot, machine }) => {
      const state = saved.get(slot);
      const chart = world.chart(machine);
      world.running[slot] = state === undefined ? undefined : (chart.load(state) as EngineState);
    });
  }
  world.nemesis.arm();
}
