/** Drives many paths in several processes, a few neighbours in each turn. */
import type { Workers } from '../fuzz/workers.js';
import type { PathResult, PathSubject } from './run-path.js';

/** Neighbours begin alike: a process that drives several of them does their beginning once. */
const turn = 12;

/**
 * @returns results in the order of the paths; of an interrupted search those of whole turns
 * @throws WorkerDied when a process that was at it is gone
 */
export async function runPaths(
  subject: PathSubject,
  paths: readonly (readonly number[])[],
  {
    workers,
    count,
    signal,
    progress,
  }: {
    workers: Workers;
    /** How many processes there are. */
    count: number;
    signal?: AbortSignal;
    progress?: (done: number, of: number) => void;
  },
): Promise<PathResult[]> {
  const turns: (readonly (readonly number[])[])[] = [];
  for (let at = 0; at < paths.length; at += turn) turns.push(paths.slice(at, at + turn));
  const results: (PathResult[] | undefined)[] = turns.map(() => undefined);
  let next = 0;
  let done = 0;
  const takeTurns = async (): Promise<void> => {
    for (let at = next++; at < turns.length && signal?.aborted !== true; at = next++) {
      results[at] = await workers.drive(subject, turns[at]!);
      done += turns[at]!.length;
      progress?.(done, paths.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, turns.length) }, takeTurns));
  return results.flatMap((one) => one ?? []);
}
