/** Arguments of the command line: what is wrong with one is said in one line. */
import { InvalidArgumentError } from 'commander';

/** Exit codes of every command. */
export const Exit = { valid: 0, invalid: 1, undecided: 2, misuse: 3, defect: 4 } as const;

/**
 * A parser of whole numbers for commander.
 * @throws InvalidArgumentError, for which commander names flag and value
 */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected an integer from ${least} to ${most}`);
  };
}

/** The simulator broke one of its own rules: nothing that a user gave can be the reason. */
export class Defect extends Error {
  override name = 'Defect';

  /** @param seed of the run in which it happened */
  constructor(cause: unknown, seed: number) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`${message} (seed ${seed})`, { cause });
  }
}
