/** Timers as both engines ask for them. */
import type { Action, Fired } from './engine.js';

/**
 * Asks for a timer. Without an id it gets one made of the event type: XState would draw one by lot.
 * The event is a copy because XState gives the same object each time.
 * @throws when the delay is not a duration in milliseconds
 */
export function arming(event: Fired, id: string | undefined, delayMs: number): Action {
  if (!(delayMs >= 0 && delayMs < Number.POSITIVE_INFINITY)) {
    throw new Error(`'${event.type}' is delayed by ${delayMs} ms, expected a duration`);
  }
  return { type: 'arm', id: id ?? `raise:${event.type}`, delayMs, event: { ...event } };
}
