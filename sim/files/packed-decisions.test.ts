import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANSWERS_MAX } from '../../runtime/keyed.js';
import type { Decision } from '../../runtime/oracle.js';
import { packDecisions, unpackDecisions } from './packed-decisions.js';

const decision: fc.Arbitrary<Decision> = fc
  .record({
    label: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 255, 256, Number.MAX_SAFE_INTEGER)),
    n: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(127, 128, ANSWERS_MAX)),
    answer: fc.nat(),
  })
  .map(({ label, n, answer }) => ({ label, n, answer: answer % n }));

describe('packed decisions', () => {
  it('give back what was packed, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(decision), (decisions) => {
        expect(unpackDecisions(packDecisions(decisions), decisions.length)).toEqual(decisions);
      }),
      { seed: 5 },
    );
  });

  it('take at most 12 characters each where answers are few', () => {
    const decisions = Array.from({ length: 300 }, (_, at) => ({
      label: 2 ** 53 - 1 - at,
      n: 8,
      answer: at % 8,
    }));
    expect(packDecisions(decisions)).toHaveLength(300 * 12);
  });

  const one = { label: 77, n: 3, answer: 2 };
  const packed = (bytes: number[]) => Buffer.from(bytes).toString('base64');
  it.each([
    ['are fewer than said', packDecisions([one]), 2],
    ['are more than said', packDecisions([one, one]), 1],
    ['end within a label', packed([1, 2, 3]), 1],
    ['end before an answer', packed([1, 0, 0, 0, 0, 0, 0, 3]), 1],
    ['have an answer beyond their number', packed([1, 0, 0, 0, 0, 0, 0, 3, 3]), 1],
    ['have a label of more than 53 bits', packed([1, 0, 0, 0, 0, 0, 32, 3, 1]), 1],
    ['have an integer without end', packed([1, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 1, 0]), 1],
  ])('are refused when they %s', (_, text, count) => {
    expect(unpackDecisions(text, count)).toBeUndefined();
  });
});
