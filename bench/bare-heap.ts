/**
 * A bare heap: take what is due first, put it back later, and nothing else. No simulation that has
 * a heap can do more events a second than this does; the limit must do at least half as many.
 */
import { keyed } from '../runtime/keyed.js';
import { Heap } from './limit/heap.js';

/** As many as wait on the average in a standard run. */
const size = 33;
const delays = Array.from({ length: 2 ** 12 }, (_, at) => 1 + keyed(1, at, 1000));
/** Pushes and pops of one call of `bareHeap`. */
export const turnsPerCall = 20_000;

/** Takes and puts back so many times. @returns the time reached */
export function bareHeap(): number {
  const heap = new Heap<object>();
  for (let at = 0; at < size; at++) heap.push(delays[at]!, { at });
  for (let turn = 0; turn < turnsPerCall; turn++) {
    const now = heap.peekTime();
    heap.push(now + delays[turn % delays.length]!, heap.pop());
  }
  return heap.peekTime();
}
