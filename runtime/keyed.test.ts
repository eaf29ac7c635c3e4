import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANSWERS_MAX, absorbSeed, keyed, keyedBy, label } from './keyed.js';

const max = Number.MAX_SAFE_INTEGER;
const safe = fc.maxSafeNat();
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Chi-square in standard deviations from its mean: within 4 unless the bins are uneven. */
function unevenness(draw: (i: number) => number, bins: number, draws = 40_000): number {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < draws; i++) counts[draw(i)]!++;
  const expected = draws / bins;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (chiSquare - (bins - 1)) / Math.sqrt(2 * (bins - 1));
}

/**
 * The largest distance from one half of how often an output bit turns when one input bit does, over
 * all pairs of bits, in standard deviations. Inputs are counters, as seeds and subjects are: the
 * hardest case.
 */
function avalancheBias(
  f: (input: number) => number,
  inputBits: number,
  outputBits: number,
): number {
  let worst = 0;
  for (let bit = 0; bit < inputBits; bit++) {
    const turned = new Array<number>(64).fill(0);
    let rounds = 0;
    for (let input = 0; input < 4000; input++) {
      if (bit < 12 && ((input >>> bit) & 1) === 1) continue; // Each pair once.
      const [one, other] = [f(input), f(input + 2 ** bit)];
      const low = one ^ other;
      const high = Math.floor(one / 2 ** 32) ^ Math.floor(other / 2 ** 32);
      for (let out = 0; out < 32; out++) {
        turned[out]! += (low >>> out) & 1;
        turned[32 + out]! += (high >>> out) & 1;
      }
      rounds++;
    }
    for (const count of turned.slice(0, outputBits)) {
      worst = Math.max(worst, Math.abs(2 * count - rounds) / Math.sqrt(rounds));
    }
  }
  return worst;
}

describe('the keyed generator', () => {
  test('answers by the parts of a label as by the label', () => {
    const n = fc.integer({ min: 1, max: ANSWERS_MAX });
    fc.assert(
      fc.property(safe, word, word, safe, word, n, (seed, purpose, identity, subject, nth, n) => {
        const byLabel = keyed(seed, label(purpose, identity, subject, nth), n);
        expect(keyedBy(absorbSeed(seed), purpose, identity, subject, nth, n)).toBe(byLabel);
      }),
      { numRuns: 2000 },
    );
    expect(() => keyedBy(1, 1, 1, 1, 0, 0)).toThrow(/decision \d+: 0 answers/);
  });

  test('gives the same first values for ever', () => {
    expect([
      keyed(0, 0, ANSWERS_MAX),
      keyed(1, 0, ANSWERS_MAX),
      keyed(0, 1, ANSWERS_MAX),
      keyed(1, label(1, 0, 0, 0), 1000),
      keyed(max, max, ANSWERS_MAX),
      keyed(2 ** 32, 2 ** 32, ANSWERS_MAX),
    ]).toEqual([891334, 179034, 44548, 693, 1712302, 970199]);
  });

  test('answers every n from 1 to 2^21 within 0 .. n - 1', () => {
    const property = fc.property(
      safe,
      safe,
      fc.integer({ min: 1, max: ANSWERS_MAX }),
      (seed, name, n) => {
        const answer = keyed(seed, name, n);
        expect(Number.isInteger(answer) && answer >= 0 && answer < n).toBe(true);
      },
    );
    fc.assert(property, { seed: 2, numRuns: 2000 });
  });

  test('refuses an n that it cannot draw evenly', () => {
    for (const n of [0, -1, 1.5, ANSWERS_MAX + 1, Number.NaN, 2 ** 32 + 1]) {
      expect(() => keyed(1, 7, n)).toThrow(`decision 7: ${n} answers, expected 1 to 2097152`);
    }
  });

  test.each([2, 3, 10, 256, 1000])('spreads evenly over %i answers', (n) => {
    expect(Math.abs(unevenness((i) => keyed(i, label(2, 258, 7, 0), n), n))).toBeLessThan(4);
    expect(Math.abs(unevenness((i) => keyed(1, label(2, 258, i, 0), n), n))).toBeLessThan(4);
    expect(Math.abs(unevenness((i) => keyed(1, label(2, 258, 7, i), n), n))).toBeLessThan(4);
    expect(Math.abs(unevenness((i) => keyed(1, i, n), n))).toBeLessThan(4);
  });

  test('gives neighbouring seeds and neighbouring labels unrelated answers', () => {
    const pair = (first: number, second: number) => first * 16 + second;
    const seeds = (i: number) => pair(keyed(2 * i, 99, 16), keyed(2 * i + 1, 99, 16));
    const labels = (i: number) => pair(keyed(99, 2 * i, 16), keyed(99, 2 * i + 1, 16));
    const uses = (i: number) =>
      pair(keyed(5, label(2, 1, i, 0), 16), keyed(5, label(2, 1, i, 1), 16));
    for (const draw of [seeds, labels, uses]) {
      expect(Math.abs(unevenness(draw, 256))).toBeLessThan(4);
    }
  });

  test('turns every bit of the answer half the time when a bit of the seed or label turns', () => {
    // Of 1113 fair coins the worst lies at about 3.5.
    expect(avalancheBias((seed) => keyed(seed, 77, ANSWERS_MAX), 53, 21)).toBeLessThan(5);
    expect(avalancheBias((name) => keyed(77, name, ANSWERS_MAX), 53, 21)).toBeLessThan(5);
  });
});

describe('a label', () => {
  test('is the same for ever', () => {
    expect([
      label(0, 0, 0, 0),
      label(1, 0, 0, 0),
      label(1, 0, 0, 1),
      label(2, 257, 12, 0),
      label(9, 3, max, 2 ** 32 - 1),
    ]).toEqual([
      1139456373028929, 8716055437422299, 6981227098771039, 2005793256513300, 5438532725012877,
    ]);
  });

  test('is a safe integer from 0', () => {
    const property = fc.property(word, word, safe, word, (purpose, identity, subject, nth) => {
      const name = label(purpose, identity, subject, nth);
      expect(Number.isSafeInteger(name) && name >= 0).toBe(true);
    });
    fc.assert(property, { seed: 3, numRuns: 2000 });
  });

  test('differs for every use of a run far larger than any', () => {
    const labels = new Set<number>();
    let uses = 0;
    for (let purpose = 1; purpose <= 8; purpose++) {
      for (let identity = 0; identity < 16; identity++) {
        for (let subject = 0; subject < 512; subject++) {
          for (let nth = 0; nth < 4; nth++, uses++) {
            labels.add(label(purpose, identity * 257, subject, nth));
          }
        }
      }
    }
    expect(labels.size).toBe(uses);
  });

  test('turns every bit half the time when one bit of its parts turns', () => {
    expect(avalancheBias((purpose) => label(purpose, 3, 5, 0), 32, 53)).toBeLessThan(5);
    expect(avalancheBias((identity) => label(2, identity, 5, 0), 32, 53)).toBeLessThan(5);
    expect(avalancheBias((subject) => label(2, 3, subject, 0), 53, 53)).toBeLessThan(5);
    expect(avalancheBias((nth) => label(2, 3, 5, nth), 32, 53)).toBeLessThan(5);
  });
});
