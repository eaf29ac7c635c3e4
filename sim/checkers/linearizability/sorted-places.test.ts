import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedPlaces } from './sorted-places.js';

const sorted = (times: readonly number[]) =>
  [...times.keys()].sort((one, other) => {
    if (times[one] === times[other]) return one - other;
    return times[one]! < times[other]! ? -1 : 1;
  });

describe('sortedPlaces', () => {
  it('should agree with a sort, ties, infinities and all', () => {
    const time = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Infinity, -Infinity));
    fc.assert(
      fc.property(fc.array(time), (times) => {
        expect([...sortedPlaces(Float64Array.from(times))]).toEqual(sorted(times));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('should agree with a sort of what is far from sorted, and be as quick', {
    timeout: 2_000,
  }, () => {
    const falling = Array.from({ length: 100_000 }, (_, at) => -at);
    expect([...sortedPlaces(Float64Array.from(falling))]).toEqual(sorted(falling));
  });
});
