/**
 * A run's decisions as text: a third of what they are as JSON. Labels are hashes and don't shrink.
 *
 * Base64 of, for each decision in order: its label as 7 bytes, lowest first; how many answers there
 * were and which was given, each as an integer of 7 bits a byte, lowest first, the eighth bit set
 * in all but the last (LEB128).
 */
import type { Decision } from '../../runtime/oracle.js';

const labelBytes = 7;

/** @returns base64 */
export function packDecisions(decisions: readonly Decision[]): string {
  const bytes: number[] = [];
  for (const { label, n, answer } of decisions) {
    let rest = label;
    for (let at = 0; at < labelBytes; at++) {
      bytes.push(rest % 256);
      rest = Math.floor(rest / 256);
    }
    pushInteger(bytes, n);
    pushInteger(bytes, answer);
  }
  return Buffer.from(bytes).toString('base64');
}

/**
 * @param packed base64
 * @returns undefined when it isn't so many decisions, each with one of its own answers
 */
export function unpackDecisions(packed: string, count: number): Decision[] | undefined {
  const reader = new Reader(Buffer.from(packed, 'base64'));
  const decisions: Decision[] = [];
  while (!reader.isOver) {
    const label = reader.label();
    const n = reader.integer();
    const answer = reader.integer();
    if (reader.isBroken || !Number.isSafeInteger(label) || answer >= n) return undefined;
    decisions.push({ label, n, answer });
  }
  return decisions.length === count ? decisions : undefined;
}

function pushInteger(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

class Reader {
  isBroken = false;
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isOver(): boolean {
    return this.at >= this.bytes.length;
  }

  label(): number {
    let label = 0;
    for (let place = 1, at = 0; at < labelBytes; at++, place *= 256) label += this.byte() * place;
    return label;
  }

  /** At most 28 bits: far more answers than a decision may have. */
  integer(): number {
    let value = 0;
    for (let place = 1; place < 2 ** 28; place *= 128) {
      const byte = this.byte();
      value += (byte % 128) * place;
      if (byte < 128) return value;
    }
    this.isBroken = true;
    return value;
  }

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) this.isBroken = true;
    return byte ?? 0;
  }
}
