/**
 * Times at the edges: XState's delays in milliseconds become integer microseconds on the way in,
 * and microseconds become text for people on the way out. In between there are only integers.
 */

/**
 * A delay in milliseconds, a multiple of 0.001, in microseconds.
 * @throws when it is negative or finer than a microsecond: rounding would hide a mistake.
 */
export function micros(ms: number): number {
  const rounded = Math.round(ms * 1000);
  // The product may be off in the last bit. A literal of three decimals is what the quotient gives.
  if (Number.isSafeInteger(rounded) && rounded >= 0 && rounded / 1000 === ms) return rounded;
  throw new RangeError(`delay of ${ms} ms: expected 0 or more, in steps of 0.001`);
}

/**
 * A time in microseconds as seconds, "   1.234567 s": 13 characters up to 9999 s, so that a
 * timeline's points stand below one another.
 */
export function formatTime(microseconds: number): string {
  const digits = `${Math.abs(microseconds)}`.padStart(7, '0');
  const seconds = `${microseconds < 0 ? '-' : ''}${digits.slice(0, -6)}`;
  return `${seconds.padStart(4)}.${digits.slice(-6)} s`;
}
