import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Clock, createClock, readClock, setRate, stepClock, whenReads } from './clock.js';

const million = 1_000_000;
// A thousand years, and rates for which the results still fit.
const time = fc.oneof(fc.nat(10), fc.nat(), fc.nat(2 ** 45));
const ppm = fc.oneof(
  fc.constantFrom(0, 1, -1),
  fc.integer({ min: -500, max: 500 }),
  fc.integer({ min: -990_000, max: million - 1 }),
);
const clocks = fc
  .record({ anchor: time, reading: time, ppm })
  .map(({ anchor, reading, ppm }) => createClock(anchor, reading, ppm));

/** What the clock reads, by the definition. */
function exactly({ anchor, reading, ppm }: Clock, now: number): number {
  const product = BigInt(now - anchor) * BigInt(million + ppm);
  return Number(BigInt(reading) + product / BigInt(million));
}

describe('a clock', () => {
  test('reads what exact arithmetic says', () => {
    const property = fc.property(clocks, time, (clock, elapsed) => {
      const now = clock.anchor + elapsed;
      expect(readClock(clock, now)).toBe(exactly(clock, now));
    });
    fc.assert(property, { seed: 6, numRuns: 3000 });
  });

  test('never goes back, whatever its rate', () => {
    const property = fc.property(clocks, time, fc.nat(million), (clock, elapsed, more) => {
      const now = clock.anchor + elapsed;
      expect(readClock(clock, now + more)).toBeGreaterThanOrEqual(readClock(clock, now));
    });
    fc.assert(property, { seed: 7, numRuns: 3000 });
  });

  test('reads a time first at the time that whenReads gives', () => {
    const property = fc.property(clocks, fc.integer({ min: -5, max: 2 ** 45 }), (clock, ahead) => {
      const reading = clock.reading + ahead;
      const at = whenReads(clock, reading);
      expect(readClock(clock, at)).toBeGreaterThanOrEqual(reading);
      if (ahead <= 0) expect(at).toBe(clock.anchor);
      else expect(readClock(clock, at - 1)).toBeLessThan(reading);
    });
    fc.assert(property, { seed: 8, numRuns: 3000 });
  });

  test('keeps its reading when its rate changes', () => {
    const property = fc.property(clocks, time, ppm, (clock, elapsed, rate) => {
      const now = clock.anchor + elapsed;
      const before = readClock(clock, now);
      setRate(clock, now, rate);
      expect(readClock(clock, now)).toBe(before);
      expect(readClock(clock, now + million)).toBe(before + million + rate);
    });
    fc.assert(property, { seed: 9, numRuns: 1000 });
  });

  test('is set forward and back by steps, at the same rate', () => {
    const clock = createClock(0, 500, 100);
    stepClock(clock, 2 * million, 7);
    expect(clock).toEqual({ anchor: 2 * million, reading: 2 * million + 500 + 200 + 7, ppm: 100 });
    stepClock(clock, 2 * million, -1000);
    expect(readClock(clock, 3 * million)).toBe(3 * million + 500 + 300 + 7 - 1000);
  });

  test('gains 20 milliseconds in 200 seconds at 100 parts per million', () => {
    const clock = createClock(0, 0, 100);
    expect(readClock(clock, 200 * million)).toBe(200_020_000);
    expect(whenReads(clock, 200_020_000)).toBe(200 * million);
  });

  test.each([-million, million, 0.5, Number.NaN])('refuses a rate error of %d ppm', (rate) => {
    const message = `clock: rate error of ${rate} ppm, expected between -1000000 and 1000000`;
    const clock = createClock(0, 0, 5);
    expect(() => createClock(0, 0, rate)).toThrow(message);
    expect(() => setRate(clock, 10, rate)).toThrow(message);
    expect(clock).toEqual(createClock(0, 0, 5));
  });

  test('refuses to be read before its last adjustment', () => {
    expect(() => readClock(createClock(10, 0, 0), 9)).toThrow('clock: read at 9, anchored at 10');
  });
});
