/** One step of a machine, by its chart. */
import type { EngineState } from './engine.js';
import type { Mail } from './kernel.js';
import type { NodeState, Running } from './node.js';
import type { MachineInput, View } from './vocabulary.js';
import type { World } from './world.js';

/**
 * The machine's state after its start, or after mail that has its node's view.
 * @throws Error of the engine, with node, step and time
 */
export function transition(
  world: World,
  node: NodeState,
  to: Running,
  mail: Mail | undefined,
  start: MachineInput | undefined,
): EngineState {
  const chart = world.charts.of(to);
  try {
    if (mail === undefined) return chart.start({ ...start!, view: { ...node.view } }, world.step);
    const event = mail as Mail & { view: View };
    return chart.take(world.running[to.slot] as EngineState, event, world.step);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${what} (on ${node.name} at ${world.where()})`, { cause: error });
  }
}
