/** Timers of machines: due when the node's monotonic clock reads so much, whatever its rate. */
import { readClock, whenReads } from './clock.js';
import { micros } from './duration.js';
import type { Fired } from './engine.js';
import { EntryKind } from './kernel.js';
import { removeAt } from './line.js';
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
  const reading = readClock(node.monotonic, world.now) + micros(delayMs);
  by.timers.push(queued(world, node, by, id, event, reading));
}

/** Cancels a timer if it is armed. */
export function disarm(world: World, by: Running, id: string): void {
  const { timers } = by;
  for (let at = 0; at < timers.length; at++) {
    const timer = timers[at]!;
    if (timer.id !== id) continue;
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
      machine.timers[at] = queued(world, node, machine, timer.id, timer.event, timer.reading);
    }
  });
}

function queued(
  world: World,
  node: NodeState,
  instance: Running,
  id: string,
  event: Fired,
  reading: number,
): TimerEntry {
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
  world.schedule(entry, Math.max(world.now, whenReads(node.monotonic, reading)));
  return entry;
}
