/**
 * A node's clock: it reads `reading` at the world time `anchor` and runs `ppm` parts per million
 * too fast (or, negative, too slow) from there on. Plain data, exact in integers.
 *
 * Assumes world times that don't decrease and results below 2^53; under that, dividing two integers
 * and rounding down is exact, because a quotient that isn't whole is further from the next whole
 * number than the rounding error. `whenReads` inverts `readClock` exactly, so that a timer fires
 * neither before its clock says so nor a microsecond late.
 */

const MILLION = 1_000_000;

/** All integers. */
export type Clock = {
  /** World time of the last adjustment, microseconds. */
  anchor: number;
  /** What the clock read then, microseconds. */
  reading: number;
  /** Error of its rate in parts per million, between -1 000 000 and 1 000 000 exclusive. */
  ppm: number;
};

/**
 * A clock that reads `reading` at the world time `now`.
 * @throws when the rate is out of range.
 */
export function createClock(now: number, reading: number, ppm: number): Clock {
  return { anchor: now, reading, ppm: checkRate(ppm) };
}

/**
 * What the clock reads, microseconds, rounded down. It never goes back, except by `stepClock`.
 * @throws when `now` is before the last adjustment.
 */
export function readClock(clock: Clock, now: number): number {
  const elapsed = now - clock.anchor;
  if (!(elapsed >= 0)) throw new RangeError(`clock: read at ${now}, anchored at ${clock.anchor}`);
  if (clock.ppm === 0) return clock.reading + elapsed;
  // elapsed * ppm may exceed 2^53: whole seconds and the rest, apart.
  const seconds = Math.floor(elapsed / MILLION);
  const rest = elapsed - seconds * MILLION;
  return clock.reading + elapsed + seconds * clock.ppm + Math.floor((rest * clock.ppm) / MILLION);
}

/**
 * The least world time, from the last adjustment on, at which the clock reads `reading` or more.
 * Adjusting the clock makes it void.
 */
export function whenReads(clock: Clock, reading: number): number {
  const missing = reading - clock.reading;
  if (missing <= 0) return clock.anchor;
  if (clock.ppm === 0) return clock.anchor + missing;
  // The least e with floor(e * rate / million) >= missing, divided apart as above.
  const rate = MILLION + clock.ppm;
  const turns = Math.floor(missing / rate);
  const rest = missing - turns * rate;
  return clock.anchor + turns * MILLION + Math.ceil((rest * MILLION) / rate);
}

/**
 * Change the rate from `now` on. The reading stays; the fraction of a microsecond is dropped.
 * @throws when the rate is out of range.
 */
export function setRate(clock: Clock, now: number, ppm: number): void {
  const rate = checkRate(ppm);
  clock.reading = readClock(clock, now);
  clock.anchor = now;
  clock.ppm = rate;
}

/** Set the clock forward (or, negative, back) by `by` microseconds at `now`. */
export function stepClock(clock: Clock, now: number, by: number): void {
  clock.reading = readClock(clock, now) + by;
  clock.anchor = now;
}

function checkRate(ppm: number): number {
  if (Number.isSafeInteger(ppm) && Math.abs(ppm) < MILLION) return ppm;
  throw new RangeError(
    `clock: rate error of ${ppm} ppm, expected between -${MILLION} and ${MILLION}`,
  );
}
