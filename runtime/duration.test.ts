import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTime, micros } from './duration.js';

describe('micros', () => {
  test('takes every whole number of microseconds, as a person would write it', () => {
    const property = fc.property(fc.oneof(fc.nat(10_000), fc.nat(2 ** 45)), (us) => {
      const digits = `${us}`.padStart(4, '0');
      expect(micros(Number(`${digits.slice(0, -3)}.${digits.slice(-3)}`))).toBe(us);
    });
    fc.assert(property, { seed: 10, numRuns: 5000 });
  });

  test('is not misled by products that are off in the last bit', () => {
    expect(1.005 * 1000).not.toBe(1005);
    expect([micros(1.005), micros(4.35), micros(0.001), micros(0)]).toEqual([1005, 4350, 1, 0]);
  });

  test.each([-1, -0.001, 0.0001, 1.0005, 0.1 + 0.2, Number.NaN, Infinity])('refuses %d', (ms) => {
    expect(() => micros(ms)).toThrow(`delay of ${ms} ms: expected 0 or more, in steps of 0.001`);
  });
});

describe('formatTime', () => {
  test('keeps its width for hours, and below zero', () => {
    expect([0, 1, 1_234_567, 9_999_999_999, -1, -61_000_000].map(formatTime)).toEqual([
      '   0.000000 s',
      '   0.000001 s',
      '   1.234567 s',
      '9999.999999 s',
      '  -0.000001 s',
      ' -61.000000 s',
    ]);
  });

  test('loses no digit of a longer time', () => {
    expect(formatTime(86_400_000_001)).toBe('86400.000001 s');
  });
});
