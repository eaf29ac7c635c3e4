import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createDigest,
  type Digest,
  digestText,
  foldInteger,
  foldPlain,
  foldText,
} from './digest.js';
import type { Plain } from './vocabulary.js';

const max = Number.MAX_SAFE_INTEGER;
const word = fc.oneof(fc.integer(), fc.nat(4));
const integer = fc.oneof(word, fc.maxSafeInteger());
/** Field names such as a program has: an integer-like one would not keep its place. */
const name = fc.stringMatching(/^[a-z]{0,3}$/).map((text) => `f${text}`);
const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { depthSize: 'small' },
    integer,
    fc.string({ maxLength: 5 }),
    fc.constantFrom<Plain>(true, false, null, undefined),
    fc.array(tie('plain'), { maxLength: 4 }),
    fc.dictionary(name, tie('plain'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

function digestOf(...values: Plain[]): string {
  const digest = createDigest();
  for (const value of values) foldPlain(digest, value);
  return digestText(digest);
}

/** A text that tells two values apart, order of fields included, undefined fields aside. */
function spelled(value: Plain): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'number') return `${value + 0}`;
  if (Array.isArray(value)) return `[${value.map(spelled).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields.map(([field, inner]) => `${field}:${spelled(inner)}`).join()}}`;
}

describe('the digest', () => {
  test('gives the same values for ever', () => {
    expect(digestOf()).toBe('2f0b4c4771a6d38d');
    const golden: [Plain, string][] = [
      [0, '7c151f86dd5b48dc'],
      [-1, 'fdffb6145fed50e7'],
      [2 ** 31, '3d85b1507430f190'],
      [max, 'aa5181d5b5201436'],
      [-max, '4b0b7fa73e854a5f'],
      ['', '002f8ee95bcaa745'],
      ['a', '95c3ffd7f6059f90'],
      ['ab', 'd28adf2c2d20894c'],
      ['\u00e9\ud800', 'e3499af2685ecd55'],
      [null, 'bbd9e02dd581a40e'],
      [undefined, '41c4e18f275332a6'],
      [true, 'df5ee8a031f087be'],
      [false, '654bea1f83b815d6'],
      [[], 'bf4103bb45c51dc7'],
      [{}, '465f34e902c308e9'],
      [[1, 2], 'ddb701914e8a9ab0'],
      [{ type: 'opened', connection: 3, tag: 'x', peer: null }, 'abffecb5fab6e0e1'],
      [[{ a: 1 }, { b: [2, '2'] }], '39ba25770b7c3c88'],
    ];
    for (const [value, text] of golden) expect([value, digestOf(value)]).toEqual([value, text]);
  });

  test('changes in both lanes when any one bit of any one word does', () => {
    const property = fc.property(
      fc.array(word, { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.nat(31),
      (words, position, bit) => {
        const digests = [createDigest(), createDigest()] as const;
        for (const [i, one] of words.entries()) {
          foldInteger(digests[0], one);
          foldInteger(digests[1], i === position % words.length ? one ^ (1 << bit) : one);
        }
        expect(digests[0].a).not.toBe(digests[1].a);
        expect(digests[0].b).not.toBe(digests[1].b);
      },
    );
    fc.assert(property, { seed: 4, numRuns: 5000 });
  });

  test('changes when any one bit of a large integer or a text does', () => {
    for (const value of [
      max,
      -(2 ** 52) - 12345,
      2 ** 31,
      2 ** 32,
      -(2 ** 31) - 1,
      123456789012345,
    ]) {
      const seen = new Set([digestOf(value)]);
      for (let bit = 0n; bit < 53n; bit++) seen.add(digestOf(Number(BigInt(value) ^ (1n << bit))));
      expect([value, seen.size]).toEqual([value, 54]);
    }
    for (const text of ['a', 'append', '\u0000\u0000\u0000']) {
      const seen = new Set([digestOf(text)]);
      for (let i = 0; i < 16 * text.length; i++) {
        const unit = String.fromCharCode(text.charCodeAt(i >> 4) ^ (1 << (i & 15)));
        seen.add(digestOf(text.slice(0, i >> 4) + unit + text.slice((i >> 4) + 1)));
      }
      expect([text, seen.size]).toEqual([text, 1 + 16 * text.length]);
    }
  });

  test('tells any two sequences of values apart, however they are cut', () => {
    const sequence = fc.array(plain, { maxLength: 3 });
    const property = fc.property(sequence, sequence, (left, right) => {
      const same = left.map(spelled).join() === right.map(spelled).join();
      expect(digestOf(...left) === digestOf(...right)).toBe(same);
    });
    fc.assert(property, { seed: 5, numRuns: 5000 });
  });

  test('tells near misses apart', () => {
    const sequences: Plain[][] = [
      [],
      [{ a: 1, b: 2 }],
      [{ b: 2, a: 1 }],
      [{ a: 1 }, { b: 2 }],
      [{ a: 1, b: {} }, 2],
      [{ a: { b: 2 } }],
      [{ a: 1 }],
      [['a', 1]],
      ['a', 1],
      [''],
      [undefined],
      [null],
      [0],
      [false],
      [[]],
      [{}],
      [[undefined]],
      [[null]],
      [[], []],
      [[[]]],
      ['1'],
      [1],
      [12],
      [1, 2],
      [2, 1],
      ['12'],
      ['1', '2'],
      ['a\u0000'],
      ['a'],
      ['\u0000'],
      [2 ** 32 + 1],
      [1, 1],
      [1, 2 ** 32],
      [-1],
      [2 ** 32 - 1],
      [4294967296],
    ];
    expect(new Set(sequences.map((values) => digestOf(...values))).size).toBe(sequences.length);
  });

  test('is the same for a record that went through JSON', () => {
    const value = { type: 'send', subject: undefined, deep: [{ tag: undefined, n: -0 }] };
    expect(digestOf(JSON.parse(JSON.stringify(value)))).toBe(digestOf(value));
  });

  test('folds a text as foldPlain does, and an integer too', () => {
    const digest: Digest = createDigest();
    foldText(digest, 'psync');
    foldInteger(digest, -5);
    expect(digestText(digest)).toBe(digestOf('psync', -5));
  });

  test('goes on from a copy of its lanes', () => {
    const digest = createDigest();
    foldText(digest, 'before');
    const copy = structuredClone(digest);
    foldInteger(digest, 1);
    foldInteger(copy, 1);
    expect(copy).toEqual(digest);
  });

  test.each([0.5, Number.NaN, Infinity, 2 ** 53, -(2 ** 53), 1e300])('refuses %d', (value) => {
    expect(() => digestOf({ value })).toThrow(
      new RangeError(`digest: ${value}, expected an integer of at most 53 bits`),
    );
  });
});
