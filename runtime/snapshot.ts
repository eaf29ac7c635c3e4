/**
 * A snapshot holds a whole world as plain data and shares nothing with it: the world goes on, and
 * any number of worlds may go on from the snapshot, to the same digest.
 *
 * All that is shared within a world (an entry of the queue that a machine's timer, a job or a
 * connection knows too) is shared within the snapshot: the state is cloned in one piece.
 */
import type { SavedState } from './engine.js';
import { eachMachine } from './node.js';
import type { WorldState } from './state.js';
import type { World } from './world.js';

export interface WorldSnapshot {
  readonly state: WorldState;
  /** Machine states by slot. */
  readonly machines: readonly (readonly [slot: number, state: SavedState])[];
}

/**
 * The world as it is now, between two steps.
 * @throws within a step: what is being performed is not in the state.
 */
export function takeSnapshot(world: World): WorldSnapshot {
  const { state } = world;
  if (world.performing >= 0 || world.hasMail()) {
    throw new Error(`a snapshot within a step, at ${world.where()}`);
  }
  const machines: [number, SavedState][] = [];
  for (const node of state.nodes) {
    eachMachine(node, ({ slot, machine }) => {
      const running = world.running[slot];
      // A machine that was started within an interrupted step has no state yet.
      if (running !== undefined) machines.push([slot, world.chart(machine).save(running)]);
    });
  }
  return { state: structuredClone(state), machines };
}

/**
 * Puts a world into the snapshot's state. Its configuration is that of the world it was taken of;
 * engine, oracle, tracer and coverage may be others.
 * @throws RangeError when the configuration has other nodes, scripts or faults
 */
export function restoreSnapshot(world: World, { state, machines }: WorldSnapshot): void {
  const { nodes, scripts = [], faults = [] } = world.config;
  const expected = sizeText(nodes, scripts, faults);
  const found = sizeText(state.nodes, state.scripts, state.faults);
  if (expected !== found) throw new RangeError(`snapshot of ${found}, expected ${expected}`);
  world.state = structuredClone(state);
  world.performing = -1;
  world.running.length = 0;
  world.charts.forgetSlots();
  for (let slot = 0; slot < state.slots; slot++) world.running.push(undefined);
  const saved = new Map(machines);
  for (const node of world.state.nodes) {
    eachMachine(node, ({ slot, machine }) => {
      const one = saved.get(slot);
      if (one !== undefined) world.running[slot] = world.chart(machine).load(one);
    });
  }
  world.nemesis.arm();
}

function sizeText(
  nodes: readonly { readonly name: string }[],
  scripts: readonly unknown[],
  faults: readonly unknown[],
): string {
  const names = nodes.map(({ name }) => name).join(', ');
  return `nodes ${names}, ${scripts.length} scripts, ${faults.length} faults`;
}
