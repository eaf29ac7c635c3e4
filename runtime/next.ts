/** Which of several entries due at one instant goes first: a decision. */
import { type Entry, Purpose } from './kernel.js';
import { label } from './keyed.js';
import { dueNow, removeAt } from './queue.js';
import { traceDecision } from './trace.js';
import type { World } from './world.js';

const due: number[] = [];

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
