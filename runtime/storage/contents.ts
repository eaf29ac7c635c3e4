/**
 * The key-value contents that a log has led to, with a hash that follows every write: the sum of
 * the hashes of its entries, so it tells which entries there are and not in which order they came.
 * The order of insertion itself is a function of the lineage, hence equal on equal lineages.
 */
import { createDigest, type Digest, foldText } from '../digest.js';
import type { Batch, PrefixHash, Write } from '../vocabulary.js';

export interface Contents {
  values: Map<string, string>;
  hashA: number;
  hashB: number;
}

/** Contents without an entry. */
export function noContents(): Contents {
  return { values: new Map(), hashA: 0, hashB: 0 };
}

/** The contents that a lineage leads to, from nothing. */
export function contentsOf(batches: readonly Batch[]): Contents {
  const contents = noContents();
  for (const batch of batches) applyBatch(contents, batch);
  return contents;
}

/** The contents that a checkpoint holds, in its order. */
export function contentsFrom(entries: Iterable<readonly [string, string]>): Contents {
  const contents = noContents();
  for (const [key, value] of entries) put(contents, key, value);
  return contents;
}

export function applyBatch(contents: Contents, batch: Batch): void {
  for (const write of batch.writes) apply(contents, write);
}

/** Carry a batch out and return it as the log keeps it: appends as what their keys came to hold. */
export function carryOut(contents: Contents, batch: Batch): Batch {
  let writes: Write[] | undefined;
  for (let at = 0; at < batch.writes.length; at++) {
    const write = batch.writes[at] as Write;
    apply(contents, write);
    if (write.kind !== 'append') continue;
    writes ??= batch.writes.slice();
    writes[at] = { kind: 'put', key: write.key, value: contents.values.get(write.key) as string };
  }
  return writes === undefined ? batch : { ...batch, writes };
}

/** Carry out one write. What is deleted need not be there. */
export function apply(contents: Contents, write: Write): void {
  if (write.kind === 'put') put(contents, write.key, write.value);
  else if (write.kind === 'append') {
    put(contents, write.key, (contents.values.get(write.key) ?? '') + write.value);
  } else if (write.kind === 'delete') remove(contents, write.key);
  else {
    // Strings compare by code units with < and >=: no locale, the same everywhere.
    for (const key of contents.values.keys()) {
      if (key >= write.from && key < write.to) remove(contents, key);
    }
  }
}

/** Hash of the entries, whatever their order. */
export function contentsHash(contents: Contents): PrefixHash {
  return { a: contents.hashA, b: contents.hashB };
}

function put(contents: Contents, key: string, value: string): void {
  const old = contents.values.get(key);
  if (old === value) return;
  const keyHash = createDigest();
  foldText(keyHash, key);
  if (old !== undefined) count(contents, keyHash, old, -1);
  contents.values.set(key, value);
  count(contents, keyHash, value, 1);
}

function remove(contents: Contents, key: string): void {
  const old = contents.values.get(key);
  if (old === undefined) return;
  contents.values.delete(key);
  const keyHash = createDigest();
  foldText(keyHash, key);
  count(contents, keyHash, old, -1);
}

/** Add (1) or take away (-1) the hash of an entry, which begins with its key's. */
function count(contents: Contents, keyHash: Digest, value: string, times: 1 | -1): void {
  const hash = { a: keyHash.a, b: keyHash.b };
  foldText(hash, value);
  contents.hashA = (contents.hashA + Math.imul(times, spread(hash.a))) | 0;
  contents.hashB = (contents.hashB + Math.imul(times, spread(hash.b))) | 0;
}

/**
 * Let every bit of a lane reach all others (MurmurHash3's finalizer). A digest's last round is
 * nearly linear: without this, two entries that swap values could add up to the same sum.
 */
function spread(lane: number): number {
  let h = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
