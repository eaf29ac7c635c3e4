/**
 * Whether the machines of a user's own protocol give the same run twice. What reads a clock, a die or
 * anything else beside its context and event does not, and then nothing that is found can be repeated.
 */
import { fileOfProtocol } from '../protocols.js';
import { runResolved } from '../run.js';
import { InputError } from '../scenario.js';
import { drawScenario, type Subject } from './draw-scenario.js';

/** Runs that are made twice: in one alone there may be no handover. */
const runs = 4;

/**
 * Makes the first runs of a campaign twice, where the protocol is from a file.
 * @throws InputError when the second is another one, or the machines throw
 */
export function checkRepeats(subject: Subject, seed: number): void {
  const file = fileOfProtocol(subject.protocol.name);
  if (file === undefined) return;
  for (let at = seed; at < seed + runs; at++) {
    const [first, second] = [made(subject, at, file), made(subject, at, file)];
    if (first.digest === second.digest && first.record === second.record) continue;
    const how =
      first.digest === second.digest
        ? 'one record, and made again another one'
        : `digest ${first.digest}, and made again ${second.digest}`;
    throw new InputError(
      `${file}: the run of seed ${at} has ${how}: a machine reads a clock, a die or something ` +
        'else beside its context and event',
    );
  }
}

function made(subject: Subject, seed: number, file: string) {
  try {
    const { digest, record } = runResolved(drawScenario(seed, subject));
    // What nodes note is in the record alone.
    return { digest, record: JSON.stringify(record) };
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message} (seed ${seed})`);
  }
}
