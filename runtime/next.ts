/** What is due next. Which of several entries due at one instant goes first is a decision. */
import { type Entry, Purpose } from './kernel.js';
import { label } from './keyed.js';
import { compact, dueNow, peekTime, pop, removeAt, sizeOf } from './queue.js';
import type { WorldState } from './state.js';
import { traceDecision } from './trace.js';
import type { World } from './world.js';

const due: number[] = [];

/** Cancelled entries that may stay in the queue. Most timers are cancelled, and make the heap deep. */
const deadMax = 64;

/** When the next entry is due, Infinity without one. What was cancelled takes no time. */
export function nextAt(state: WorldState): number {
  const { queue } = state;
  while (sizeOf(queue) > 0 && !(queue.items[0] as Entry).live) {
    pop(queue);
    if (state.dead > 0) state.dead--;
  }
  return peekTime(queue);
}

/** An entry of the queue has been cancelled. */
export function countDead(state: WorldState): void {
  state.dead++;
  if (state.dead <= deadMax || state.dead * 2 <= sizeOf(state.queue)) return;
  compact(state.queue, (one) => one.live);
  state.dead = 0;
}

/** Takes one of the entries due next; those of one lane keep their order. */
export function pickNext(world: World): Entry {
  const { state } = world;
  const places: number[] = [];
  const lanes = new Set<number>();
  for (const place of dueNow(state.queue, due)) {
    const entry = state.queue.items[place] as Entry;
    if (!entry.live || lanes.has(entry.lane)) continue;
    if (entry.lane !== 0) lanes.add(entry.lane);
    places.push(place);
  }
  const { now } = state;
  const pick = state.picks++;
  const name = label(Purpose.next, 0, now, pick);
  const n = places.length;
  const answer = n === 1 ? 0 : world.answer(name, n);
  if (n > 1 && world.config.tracer !== undefined) {
    traceDecision(world, { label: name, n, answer }, Purpose.next, 0, now, pick);
  }
  return removeAt(state.queue, places[answer] as number);
}
