/** Timers of machines: due when the node's monotonic clock reads so much, whatever its rate. */
import { readClock, whenReads } from './clock.js';
import { micros } from './duration.js';
import type { Fired } from './engine.js';
import { EntryKind } from './kernel.js';
import { eachMachine, type NodeState, type Running, type TimerEntry } from './node.js';
import type { World } from './world.js';

/** Arms a timer; one of the same id that is armed already is replaced. */
export function arm(
  world: World,
  node: NodeState,
  by: Running,
  id: string,
  delayMs: number,
  event: Fired,
): void {
  disarm(world, by, id);
  put(world, node, by, id, event, readClock(node.monotonic, world.now) + micros(delayMs));
}

/** Cancels a timer if it is armed. */
export function disarm(world: World, by: Running, id: string): void {
  const timer = by.timers.get(id);
  if (timer === undefined) return;
  by.timers.delete(id);
  world.cancel(timer);
}

/** Queues every timer of a node anew after its clock has changed its rate. */
export function retime(world: World, node: NodeState): void {
  eachMachine(node, (machine) => {
    for (const timer of [...machine.timers.values()] as TimerEntry[]) {
      // One that came due during a pause waits for the resume; it has no place in the queue.
      if (node.deferred.includes(timer)) continue;
      world.cancel(timer);
      put(world, node, machine, timer.id, timer.event, timer.reading);
    }
  });
}

function put(
  world: World,
  node: NodeState,
  instance: Running,
  id: string,
  event: Fired,
  reading: number,
): void {
  const entry: TimerEntry = {
    kind: EntryKind.timer,
    node: node.index,
    lane: 0,
    identity: instance.identity,
    live: true,
    instance,
    id,
    event,
    reading,
  };
  instance.timers.set(id, entry);
  world.schedule(entry, Math.max(world.now, whenReads(node.monotonic, reading)));
}
