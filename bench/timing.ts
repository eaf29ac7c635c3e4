/**
 * Timings on a machine that others use too. Time is CPU time of the process, of all its threads: a
 * run that takes milliseconds would be interrupted where one of a tenth is not, and ratios would be
 * of luck. Rows are measured in turn, round after round, so that what slows one round slows all rows
 * of it; a row's time in a round is the median of its samples, and what is reported is the median
 * over the rounds.
 */
import { measure } from 'mitata';

/** Something to be timed, under a name. */
export interface Timed {
  readonly name: string;
  /** One sample. */
  readonly call: () => unknown;
  /** How many samples make one round's median. */
  readonly samples: number;
}

/** Nanoseconds of CPU time of one sample, by name, round after round. */
export type Rounds = Readonly<Record<string, readonly number[]>>;

/** How often, who is told how far it is, and who may end it early. */
export interface Turns {
  readonly rounds: number;
  /** Rounds that are not counted: code is compiled in them. */
  readonly warmups: number;
  readonly progress: (done: number, of: number) => void;
  /** Ends it after a round, the first that counts at the earliest. */
  readonly signal: AbortSignal;
}

/** Times everything in turn, round after round. */
export async function timeInTurn(
  all: readonly Timed[],
  { rounds, warmups, progress, signal }: Turns,
): Promise<Rounds> {
  const found: Record<string, number[]> = Object.fromEntries(all.map(({ name }) => [name, []]));
  for (let round = -warmups; round < rounds; round++) {
    if (signal.aborted && round > 0) break;
    for (const { name, call, samples } of all) {
      const ns = await timeOf(call, samples);
      if (round >= 0) found[name]!.push(ns);
    }
    progress(round + warmups + 1, rounds + warmups);
  }
  return found;
}

/** Median nanoseconds of so many samples, after one that does not count. */
export async function timeOf(call: () => unknown, samples: number): Promise<number> {
  const counts = { min_samples: samples, max_samples: samples, min_cpu_time: 0 };
  const { p50 } = await measure(call, { ...counts, batch_threshold: 0, gc: false, now: cpuNs });
  return p50;
}

function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** The middle of some numbers; of an even count, the lower one of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The number below which about that share of the others lies. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('quantile: of no numbers');
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)]!;
}

/** One row's times divided by another's, round by round. */
export function ratios(rounds: Rounds, over: string, under: string): number[] {
  const below = rounds[under] ?? [];
  return (rounds[over] ?? []).map((ns, round) => ns / below[round]!);
}
