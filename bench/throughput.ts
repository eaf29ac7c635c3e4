/**
 * Throughput: how fast the standard run is simulated, next to XState's own actors and to the same
 * simulation written by hand (the limit), in one process, in turn. A ratio is one of events a second,
 * where an event is one of the world's, for all rows (`rows.ts`). A limit that is no better than
 * half a bare heap is no limit, and its ratio is void.
 */
import { cpus } from 'node:os';
import { judge } from '../sim/checkers/index.js';
import { run } from '../sim/run.js';
import { bytesPerEvent } from './allocation.js';
import { bareHeap, turnsPerCall } from './bare-heap.js';
import { type Grown, measureGrowth } from './growth.js';
import { type Load, loadOf, rows } from './rows.js';
import { runToEnd, type Simulator } from './simulation.js';
import { median, quantile, type Rounds, ratios, type Timed, timeInTurn } from './timing.js';

const seeds = 8;

/** What the rest is compared with, and how often it fits into the time of the other. */
export interface Ratios {
  /** Time of XState's actors by Switchover's: how many times faster it is. */
  readonly actors: number;
  /** Time of the limit by Switchover's: what share of the limit it reaches. Null: void. */
  readonly limit: number | null;
}

/** One row of the table. Times are CPU time, of one run's simulation, without judging. */
export interface Row {
  readonly name: string;
  readonly what: string;
  readonly nsPerEvent: number;
  readonly nsPerEventJudged: number;
  readonly eventsPerSecond: number;
  readonly runsPerSecond: number;
  /** Simulated seconds per second. */
  readonly virtualPerReal: number;
  readonly bytesPerEvent: number;
}

export interface Throughput {
  readonly version: 1;
  readonly node: string;
  readonly cpu: string;
  readonly rounds: number;
  /** Of the world in one standard run: the mean over the seeds. */
  readonly eventsPerRun: number;
  readonly ratios: Ratios;
  readonly ratiosWithJudging: Ratios;
  /** The same of an engine that costs nothing: what no engine can exceed in this world. */
  readonly ratiosWithoutEngine: Ratios;
  /** Lower and upper quartile over the rounds, of the ratios without judging. */
  readonly spread: { readonly actors: readonly number[]; readonly limit: readonly number[] };
  readonly bareHeap: {
    readonly nsPerPushAndPop: number;
    /** Events a second of the limit by pushes and pops a second: at least a half. */
    readonly limitShare: number;
  };
  readonly rows: readonly Row[];
  /** From a scenario to its verdicts, with healing and probe: `run()`. */
  readonly completeRunsPerSecond: number;
  readonly growth: readonly Grown[];
}

/** How much is measured, who is told how far it is, and who may end it early. */
export interface Patience {
  readonly rounds: number;
  readonly progress: (what: string, done: number, of: number) => void;
  readonly signal: AbortSignal;
}

/** Measures everything; takes a minute or two. */
export async function measureThroughput(patience: Patience): Promise<Throughput> {
  const { progress, signal } = patience;
  const load = loadOf(seeds);
  const rounds = await timeInTurn(timedRows(load), {
    rounds: patience.rounds,
    warmups: 2,
    progress: (done, of) => progress('rounds', done, of),
    signal,
  });
  const bytes: number[] = [];
  for (const { simulator } of rows) {
    bytes.push(await bytesPerEvent(simulator.name));
    progress('allocation', bytes.length, rows.length);
  }
  const growth = await measureGrowth((done, of) => progress('growth', done, of), signal);
  return { ...summary(rounds, load, bytes), growth };
}

const heap = 'bare heap';
const complete = 'complete runs';
const judged = (name: string) => `${name}, judged`;

/** Everything that is timed in turn: each row bare and judged, complete runs, the bare heap. */
function timedRows({ runs }: Load): Timed[] {
  const next = () => {
    let turn = 0;
    return () => runs[turn++ % runs.length]!;
  };
  const timed = ({ name, start }: Simulator): Timed[] => {
    const samples = name === 'limit' ? 20 * seeds : 2 * seeds;
    const [prepared, preparedToo] = [next(), next()];
    const judgedRun = () => {
      const simulation = start(preparedToo());
      return judge(simulation.record(runToEnd(simulation)));
    };
    return [
      { name, call: () => runToEnd(start(prepared())), samples },
      { name: judged(name), call: judgedRun, samples: seeds },
    ];
  };
  const prepared = next();
  return [
    ...rows.flatMap(({ simulator }) => timed(simulator)),
    { name: complete, call: () => run(prepared().scenario), samples: seeds },
    { name: heap, call: bareHeap, samples: 5 },
  ];
}

function summary(
  rounds: Rounds,
  { events, lastsUs }: Load,
  bytes: readonly number[],
): Omit<Throughput, 'growth'> {
  const nsOf = (name: string) => median(rounds[name]!);
  const nsPerPushAndPop = nsOf(heap) / turnsPerCall;
  const limitShare = nsPerPushAndPop / (nsOf('limit') / events);
  const quartiles = (name: string) =>
    [0.25, 0.75].map((share) => quantile(ratios(rounds, name, 'switchover'), share));
  return {
    version: 1,
    node: process.version,
    cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    rounds: rounds[heap]!.length,
    eventsPerRun: events,
    ratios: ratiosOf(rounds, (name) => name, limitShare),
    ratiosWithJudging: ratiosOf(rounds, judged, limitShare),
    ratiosWithoutEngine: ratiosOf(rounds, (name) => name, limitShare, 'replayed'),
    spread: { actors: quartiles('actors'), limit: quartiles('limit') },
    bareHeap: { nsPerPushAndPop, limitShare },
    rows: rows.map(({ simulator: { name }, what }, at) => ({
      name,
      what,
      nsPerEvent: nsOf(name) / events,
      nsPerEventJudged: nsOf(judged(name)) / events,
      eventsPerSecond: (events / nsOf(name)) * 1e9,
      runsPerSecond: 1e9 / nsOf(name),
      virtualPerReal: (lastsUs * 1000) / nsOf(name),
      bytesPerEvent: bytes[at]!,
    })),
    completeRunsPerSecond: 1e9 / nsOf(complete),
  };
}

/** The least share of a bare heap's pace with which the limit is one. */
export const limitShareLeast = 0.5;

/** Medians of a row's ratios of rounds; `named` says which measurement of a row counts. */
export function ratiosOf(
  rounds: Rounds,
  named: (name: string) => string,
  limitShare: number,
  row = 'switchover',
): Ratios {
  const of = (name: string) => median(ratios(rounds, named(name), named(row)));
  const limit = limitShare < limitShareLeast ? null : of('limit');
  return { actors: of('actors'), limit };
}
