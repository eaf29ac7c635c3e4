import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Write } from '../vocabulary.js';
import { apply, contentsFrom, contentsHash, contentsOf, noContents } from './contents.js';

const put = (key: string, value: string): Write => ({ kind: 'put', key, value });
const of = (...writes: Write[]) => contentsOf([{ count: 1, operation: 1, writes }]);

describe('contents', () => {
  it('follow puts and deletes, and a delete of what is not there changes nothing', () => {
    const contents = of(put('a', '1'), put('b', '2'), put('a', '3'), { kind: 'delete', key: 'x' });
    expect([...contents.values]).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
    apply(contents, { kind: 'delete', key: 'a' });
    expect(contentsHash(contents)).toEqual(contentsHash(of(put('b', '2'))));
  });

  it('delete a range from its first key on, without its last, in code-unit order', () => {
    const keys = ['B', 'Z', 'a', 'b', 'ba', 'c', 'é', '\u{10000}', '\uffff'];
    const range = (from: string, to: string) => {
      const contents = of(...keys.map((key) => put(key, key)));
      apply(contents, { kind: 'deleteRange', from, to });
      return keys.filter((key) => !contents.values.has(key));
    };
    expect(range('a', 'c')).toEqual(['a', 'b', 'ba']);
    // By code units capitals come first and an astral character before U+FFFF.
    expect(range('A', 'a')).toEqual(['B', 'Z']);
    expect(range('\ud7ff', '\uffff')).toEqual(['\u{10000}']);
    expect(range('c', 'a')).toEqual([]);
    expect(range('a', 'a')).toEqual([]);
  });

  it('hash to the same whatever order led there, and to nothing when empty', () => {
    const one = contentsHash(of(put('a', '1'), put('b', '2')));
    expect(contentsHash(of(put('b', '2'), put('a', '0'), put('a', '1')))).toEqual(one);
    const emptied = of(put('a', '1'), { kind: 'deleteRange', from: '', to: 'z' });
    expect(contentsHash(emptied)).toEqual(contentsHash(noContents()));
  });

  it('hash apart when two keys swap values, or text moves from a key to its value', () => {
    const hash = (...writes: Write[]) => JSON.stringify(contentsHash(of(...writes)));
    expect(hash(put('a', '1'), put('b', '2'))).not.toBe(hash(put('a', '2'), put('b', '1')));
    expect(hash(put('ab', 'c'))).not.toBe(hash(put('a', 'bc')));
    expect(hash(put('a', ''))).not.toBe(hash());
    const swaps = new Set<string>();
    for (let i = 0; i < 40; i++) {
      for (let j = 0; j < 40; j++) swaps.add(hash(put('x', `${i}`), put('y', `${j}`)));
    }
    expect(swaps.size).toBe(1600);
  });

  it('keep a hash that equals the one of contents built from their entries alone', () => {
    const key = fc.constantFrom('a', 'b', 'ba', 'c', 'd');
    const value = fc.string({ maxLength: 3 });
    const write: fc.Arbitrary<Write> = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), key, value }),
      fc.record({ kind: fc.constant('delete' as const), key }),
      fc.record({ kind: fc.constant('deleteRange' as const), from: key, to: key }),
    );
    fc.assert(
      fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
        const contents = of(...writes);
        const again = contentsFrom([...contents.values].reverse());
        expect(contentsHash(again)).toEqual(contentsHash(contents));
      }),
      { seed: 20252, numRuns: 300 },
    );
  });
});
