/** A checksum over a file, kept in it: what was changed or cut is noticed before it is judged. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '../scenario.js';

/** SHA-256 as 64 hexadecimal digits. */
export const checksumSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');

/** Gathers texts, and says what they come to. */
export class Checksum {
  private readonly hash = createHash('sha256');

  /** A value as JSON: fields in their order, whatever spaces it was written with. */
  addJson(value: unknown): void {
    this.addLine(JSON.stringify(value));
  }

  addLine(line: string): void {
    this.hash.update(line).update('\n');
  }

  /** To be called once, at the end. */
  text(): string {
    return this.hash.digest('hex');
  }
}

/** A value with its checksum, over every other field, as the last field. */
export function sealed<T extends object>(value: T): T & { readonly checksum: string } {
  const sum = new Checksum();
  sum.addJson(value);
  return { ...value, checksum: sum.text() };
}

/** @throws InputError unless a value read from JSON has the checksum of its other fields */
export function checkSeal(value: object, source: string): void {
  const { checksum, ...rest } = value as { checksum?: unknown };
  checkSum(checksum, sealed(rest).checksum, source);
}

/** @throws InputError unless the checksum that is written is the one that was counted */
export function checkSum(written: unknown, counted: string, source: string): void {
  if (written === counted) return;
  const got = written === undefined ? 'it has no checksum' : `its checksum says ${short(written)}`;
  throw new InputError(
    `${source}: the file was changed or cut: ${got}, what it holds comes to ${short(counted)}`,
  );
}

function short(sum: unknown): string {
  return `${JSON.stringify(sum).replaceAll('"', '').slice(0, 12)}...`;
}
