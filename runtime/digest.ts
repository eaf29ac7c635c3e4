/**
 * A running digest of everything that happened: two 32-bit lanes, folded word by word.
 *
 * One round of a lane is an xor, a multiplication by an odd constant and a shift, each of which can
 * be undone: with the rest equal, any difference in one word is still there at the end, in both
 * lanes. Differences in several words cancel with a chance of about 2^-64. Not a defence against
 * someone who looks for collisions. Every foldable value is told from the others without
 * separators: numbers are words, everything else starts with a mark that no word equals.
 *
 * The golden values in the test freeze it: a change here changes what every kept digest means.
 */
import type { Plain } from './vocabulary.js';

/** Plain data: both lanes are signed 32-bit integers. Copy the fields to copy the digest. */
export type Digest = {
  a: number;
  b: number;
};

/** What a value that is not a number starts with. Never renumber, only append. */
const Mark = {
  wide: 1,
  text: 2,
  list: 3,
  record: 4,
  end: 5,
  null: 6,
  undefined: 7,
  true: 8,
  false: 9,
};

const TWO_32 = 4_294_967_296;
const A = 0x85ebca6b;
const B = 0xc2b2ae35;

/** The digest of nothing. */
export function createDigest(): Digest {
  return { a: 0x2f0b4c47, b: 0x71a6d38d };
}

/**
 * Fold an integer from -(2^53 - 1) to 2^53 - 1. -0 counts as 0.
 * @throws on any other number.
 */
export function foldInteger(digest: Digest, value: number): void {
  const word = value | 0;
  if (word === value) {
    foldWord(digest, word);
    return;
  }
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`digest: ${value}, expected an integer of at most 53 bits`);
  }
  foldMark(digest, Mark.wide);
  foldWord(digest, Math.floor(value / TWO_32));
  foldWord(digest, word);
}

/** Fold a text by its UTF-16 code units, as they are. */
export function foldText(digest: Digest, text: string): void {
  foldMark(digest, Mark.text);
  const { length } = text;
  // The rounds of `foldWord` on local lanes: texts are most of what is folded.
  let { a, b } = digest;
  let word = length;
  for (let next = 0; ; ) {
    a = Math.imul(a ^ word, A);
    b = Math.imul(b ^ ((word << 16) | (word >>> 16)), B);
    a ^= a >>> 15;
    b ^= b >>> 13;
    if (next >= length) break;
    word = text.charCodeAt(next++);
    if (next < length) word |= text.charCodeAt(next++) << 16;
  }
  digest.a = a;
  digest.b = b;
}

/**
 * Fold a value with every field of it. Fields count in the order in which they were added, which
 * the language defines for all but integer-like names, and code that builds a value the same way
 * adds them in the same order. A field that holds undefined counts as absent, so that a record
 * read back from JSON gives the same digest; elsewhere undefined counts as itself.
 * @throws on a number that is not an integer of at most 53 bits.
 */
export function foldPlain(digest: Digest, value: Plain): void {
  if (typeof value === 'number') foldInteger(digest, value);
  else if (typeof value === 'string') foldText(digest, value);
  else if (value === undefined) foldMark(digest, Mark.undefined);
  else if (value === null) foldMark(digest, Mark.null);
  else if (typeof value === 'boolean') foldMark(digest, value ? Mark.true : Mark.false);
  else if (Array.isArray(value)) foldList(digest, value);
  else foldRecord(digest, value as { readonly [field: string]: Plain });
}

/** 16 hexadecimal digits. */
export function digestText(digest: Digest): string {
  return hex(digest.a) + hex(digest.b);
}

function foldList(digest: Digest, list: readonly Plain[]): void {
  foldMark(digest, Mark.list);
  foldWord(digest, list.length);
  for (let i = 0; i < list.length; i++) foldPlain(digest, list[i]);
}

function foldRecord(digest: Digest, record: { readonly [field: string]: Plain }): void {
  foldMark(digest, Mark.record);
  // Object.keys would allocate on every event.
  for (const field in record) {
    const value = record[field];
    if (value === undefined) continue;
    foldText(digest, field);
    foldPlain(digest, value);
  }
  foldMark(digest, Mark.end);
}

/** A round of both lanes; the second sees the word's halves swapped, so no bit is weak in both. */
function foldWord(digest: Digest, word: number): void {
  const a = Math.imul(digest.a ^ word, A);
  const b = Math.imul(digest.b ^ ((word << 16) | (word >>> 16)), B);
  digest.a = a ^ (a >>> 15);
  digest.b = b ^ (b >>> 13);
}

/** A round that no word gives: no word turns the lanes by these two constants at once. */
function foldMark(digest: Digest, mark: number): void {
  digest.a ^= 0x5bd1e995;
  digest.b ^= 0x1b873593;
  foldWord(digest, mark);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
