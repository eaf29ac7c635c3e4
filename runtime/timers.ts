/** Timers of machines: due when the node's monotonic clock reads so much, whatever its rate. */
import { readClock, whenReads } from './clock.js';
import { micros } from './duration.js';
import type { Fired } from './engine.js';
import { createEntry, type Entry, EntryKind, type Timer } from './kernel.js';
import { removeAt } from './line.js';
import { eachMachine, type NodeState, type Running } from './node.js';
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
  const reading = readClock(node.monotonic, world.now) + micros(delayMs);
  by.timers.push(queue(world, node, by, { instance: by, id, event, reading }));
}

/** Cancels a timer if it is armed. */
export function disarm(world: World, by: Running, id: string): void {
  const { timers } = by;
  for (let at = 0; at < timers.length; at++) {
    const timer = timers[at]!;
    if (timer.of.id !== id) continue;
    removeAt(timers, at);
    world.cancel(timer);
    return;
  }
}

/** Queues every timer of a node anew after its clock has changed its rate. */
export function retime(world: World, node: NodeState): void {
  eachMachine(node, (machine) => {
    for (const [at, timer] of machine.timers.entries()) {
      // One that came due during a pause waits for the resume; it has no place in the queue.
      if (node.deferred.includes(timer)) continue;
      world.cancel(timer);
      machine.timers[at] = queue(world, node, machine, timer.of);
    }
  });
}

function queue(world: World, node: NodeState, by: Running, timer: Timer): Entry<Timer> {
  const entry = createEntry(EntryKind.timer, node.index, by.identity, timer);
  world.schedule(entry, Math.max(world.now, whenReads(node.monotonic, timer.reading)));
  return entry;
}
