/**
 * The random oracle: a pure hash of (seed, label), so that answers depend on neither the order nor
 * the number of the questions before. What is removed from a run moves nothing else.
 */
import { absorbSeed, keyedFrom } from './keyed.js';
import type { Oracle } from './oracle.js';

/**
 * An oracle that answers every decision at random, the same way for the same seed.
 * @param seed an integer from 0 to 2^53 - 1.
 * @param asksNext whether events due at one instant are also taken in random order.
 * @throws when the seed is not such an integer.
 */
export function seededOracle(seed: number, asksNext = false): Oracle {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: ${seed}, expected an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
  const absorbed = absorbSeed(seed);
  return { asksNext, choose: (label, n) => keyedFrom(absorbed, label, n) };
}
