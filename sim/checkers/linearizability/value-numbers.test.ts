import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameValue, type Value } from './value.js';
import { ValueNumbers } from './value-numbers.js';

const values: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, '0', '1', 'null', '', '\0', '\0"x', [], ['1'], [1]),
  fc.string({ maxLength: 3 }),
  fc.integer({ min: -3, max: 3 }),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
);

describe('numbers of values', () => {
  it('should be the same for the same value and no other, in order of first sight', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 60 }), (all) => {
        const numbers = new ValueNumbers(all.length);
        const met: Value[] = [];
        for (const value of all) {
          const known = met.findIndex((other) => sameValue(other, value));
          expect(numbers.of(value)).toBe(known < 0 ? met.length : known);
          if (known < 0) met.push(value);
        }
        expect(numbers.size).toBe(met.length);
      }),
      { seed: 81, numRuns: 500 },
    );
  });

  it('should hold as many as was said, and no more', () => {
    const numbers = new ValueNumbers(5000);
    for (let at = 0; at < 5000; at++) expect(numbers.of(`v${at}`)).toBe(at);
    for (let at = 0; at < 5000; at++) expect(numbers.of(`v${at}`)).toBe(at);
    expect(() => numbers.of('another')).toThrow('more than 5000 values');
  });
});
