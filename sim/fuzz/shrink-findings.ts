/** Shrinks what a campaign found, several findings at a time. */
import type { ShrinkProgress, Shrunk } from './shrink.js';
import { stopped } from './stopped.js';
import type { Finding } from './tally.js';
import type { PlainSubject } from './worker.js';
import { WorkerDied, type Workers } from './workers.js';

/** A finding, and what shrinking made of it. */
export interface Told extends Finding {
  readonly shrunk?: Shrunk;
  /** Why it was not shrunk. */
  readonly whole?: string;
}

export interface ShrinkTask {
  readonly subject: PlainSubject;
  readonly workers: Workers;
  /** Runs for each, at most. */
  readonly budget: number;
  /** What is not small by then stays as it is. */
  readonly signal: AbortSignal;
  readonly progress: (done: number, of: number, at?: ShrinkProgress) => void;
}

/** @returns every finding, in order; those that could not be shrunk as they were drawn */
export async function shrinkFindings(
  findings: readonly Finding[],
  { subject, workers, budget, signal, progress }: ShrinkTask,
): Promise<Told[]> {
  const over = stopped(signal);
  let done = 0;
  return Promise.all(
    findings.map(async (finding): Promise<Told> => {
      const at = (one: ShrinkProgress) => progress(done, findings.length, one);
      try {
        const shrunk = await Promise.race([workers.shrink(subject, finding, budget, at), over]);
        return shrunk === 'stopped'
          ? { ...finding, whole: 'not shrunk: stopped' }
          : { ...finding, shrunk };
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        return { ...finding, whole: `not shrunk: ${error.message}` };
      } finally {
        done++;
        progress(done, findings.length);
      }
    }),
  );
}
