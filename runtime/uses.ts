/**
 * How often each decision base (purpose, identity, subject) has been used, so that the nth use gets
 * a label of its own. Open addressing over typed arrays: a few nanoseconds, no garbage, and it can
 * be cloned with the world. It is history only: two worlds in the same state may differ in it.
 */
export interface Uses {
  keys: Float64Array;
  counts: Uint32Array;
  size: number;
}

/** How much larger a table becomes: in large steps, for most of what is counted is new. */
const growth = 4;

/** @returns an empty table */
export function createUses(): Uses {
  return { keys: new Float64Array(1024), counts: new Uint32Array(1024), size: 0 };
}

/**
 * @param base a label, a safe integer
 * @returns how often `base` was counted before
 */
export function countUse(uses: Uses, base: number): number {
  const mask = uses.keys.length - 1;
  const key = base + 1;
  let at = slotOf(key, mask);
  while (uses.keys[at] !== 0) {
    if (uses.keys[at] === key) {
      const count = uses.counts[at] as number;
      uses.counts[at] = count + 1;
      return count;
    }
    at = (at + 1) & mask;
  }
  uses.keys[at] = key;
  uses.counts[at] = 1;
  uses.size++;
  if (uses.size * 2 > mask) grow(uses);
  return 0;
}

/** Labels are mixed already: their low bits will do. */
function slotOf(key: number, mask: number): number {
  return key & mask;
}

function grow(uses: Uses): void {
  const { keys, counts } = uses;
  uses.keys = new Float64Array(keys.length * growth);
  uses.counts = new Uint32Array(keys.length * growth);
  const mask = uses.keys.length - 1;
  for (let from = 0; from < keys.length; from++) {
    const key = keys[from] as number;
    if (key === 0) continue;
    let at = slotOf(key, mask);
    while (uses.keys[at] !== 0) at = (at + 1) & mask;
    uses.keys[at] = key;
    uses.counts[at] = counts[from] as number;
  }
}
