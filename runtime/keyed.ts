/**
 * Randomness without state: the answer to a decision is a hash of the seed and the decision's own
 * label, so that removing a fault or an operation leaves every other answer where it was.
 *
 * Integers up to 2^53 enter as two 32-bit words. A word is absorbed by xor, a multiplication by an
 * odd constant and a shift (each undoes itself, so no word is lost); the finalizer is
 * MurmurHash3's. The first values of both functions are frozen by a test: changing them changes
 * what every saved seed means.
 */

/** The most answers a decision may have; up to here the choice below is exact. */
export const ANSWERS_MAX = 2_097_152;

const TWO_32 = 4_294_967_296;

/**
 * One of 0 .. n - 1, each equally likely (to within n / 2^32), by `seed` and `label`, both integers
 * from 0 to 2^53 - 1.
 * @throws when `n` is not an integer from 1 to `ANSWERS_MAX`.
 */
export function keyed(seed: number, label: number, n: number): number {
  return keyedFrom(absorbSeed(seed), label, n);
}

/** What `keyed` makes of a seed before it looks at a label: once for whoever asks often. */
export function absorbSeed(seed: number): number {
  return absorb(absorb(0x9e3779b9, seed | 0), (seed / TWO_32) | 0);
}

/** `keyed` with a seed that has been absorbed. @throws as it does */
export function keyedFrom(absorbed: number, label: number, n: number): number {
  if ((n | 0) !== n || n < 1 || n > ANSWERS_MAX) {
    throw new RangeError(`decision ${label}: ${n} answers, expected 1 to ${ANSWERS_MAX}`);
  }
  const hash = finish(absorb(absorbed, label | 0) ^ ((label / TWO_32) | 0));
  return Math.floor(((hash >>> 0) * n) / TWO_32);
}

/**
 * The label of a decision: what it is about (`purpose`, `identity`, `subject`) and how often that
 * was asked before, as one integer of 53 bits. The subject is an integer from 0 to 2^53 - 1, the
 * others from 0 to 2^32 - 1. Two of a million labels coincide with a chance of 1 in 18000.
 */
export function label(purpose: number, identity: number, subject: number, nth: number): number {
  const low = subject | 0;
  const high = (subject / TWO_32) | 0;
  const lower = lowWord(purpose, identity, low, high, nth) >>> 0;
  return highWord(purpose, identity, low, high, nth) * TWO_32 + lower;
}

/**
 * The same as `keyedFrom` with the label of these, which is not made: a third faster where nobody
 * needs it.
 */
export function keyedBy(
  absorbed: number,
  purpose: number,
  identity: number,
  subject: number,
  nth: number,
  n: number,
): number {
  if ((n | 0) !== n || n < 1 || n > ANSWERS_MAX) {
    return keyedFrom(absorbed, label(purpose, identity, subject, nth), n);
  }
  const low = subject | 0;
  const high = (subject / TWO_32) | 0;
  let hash = absorb(absorbed, lowWord(purpose, identity, low, high, nth));
  hash = finish(hash ^ highWord(purpose, identity, low, high, nth));
  return Math.floor(((hash >>> 0) * n) / TWO_32);
}

/** The low 32 bits of a label, signed. */
function lowWord(
  purpose: number,
  identity: number,
  low: number,
  high: number,
  nth: number,
): number {
  let hash = absorb(0x2545f491, purpose);
  hash = absorb(hash, identity);
  hash = absorb(hash, low);
  hash = absorb(hash, high);
  return finish(hash ^ nth);
}

/** The high 21 bits of a label. */
function highWord(
  purpose: number,
  identity: number,
  low: number,
  high: number,
  nth: number,
): number {
  let hash = absorb(0x6a09e667, nth);
  hash = absorb(hash, low);
  hash = absorb(hash, high);
  hash = absorb(hash, identity);
  return finish(hash ^ purpose) >>> 11;
}

function absorb(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0xcc9e2d51);
  return mixed ^ (mixed >>> 15);
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
