/**
 * How large values are on the wire. A value stands for its bytes: the text `v1.7*4096` is a value of
 * 4,096 bytes that its name tells apart, so that a run carries sizes without carrying filler. A text
 * without a size adds nothing to what its command or reply takes anyway.
 */
import type { Batch, Checkpoint } from '../../runtime/vocabulary.js';

/** What a command or a reply takes beside its value, about: as much as the network takes it for. */
export const messageBytes = 64;
/** What an update takes on the wire beside its value, about. */
const updateBytes = 96;

/** The bytes that a value takes by the sizes in it: one for a string, several for a list. */
export function extraBytes(value: string | null): number {
  if (value === null) return 0;
  let bytes = 0;
  for (let at = value.indexOf('*'); at >= 0; at = value.indexOf('*', at + 1)) {
    // A star that no number follows is a star.
    bytes += Number.parseInt(value.slice(at + 1, at + 12), 10) || 0;
  }
  return bytes;
}

/** The name of a value of that size. */
export function sized(name: string, bytes: number): string {
  return `${name}*${bytes}`;
}

/** What batches take on the wire. */
export function batchBytes(batches: readonly Batch[]): number {
  let bytes = updateBytes * batches.length;
  for (const { writes } of batches) {
    for (const write of writes) if (write.kind === 'put') bytes += extraBytes(write.value);
  }
  return bytes;
}

/** What the files of a checkpoint take on the wire, about. */
export function checkpointBytes({ contents }: Checkpoint): number {
  return contents.reduce((bytes, [, value]) => bytes + 64 + extraBytes(value), 1024);
}
