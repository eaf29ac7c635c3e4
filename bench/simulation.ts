/**
 * What the throughput benchmark runs, whoever simulates it, and how far: until every script has
 * been called to its end, looked at every 50 ms, and 50 ms more, so that slaves hold everything.
 */
import { keyOfStored } from '../machines/kvrocks/topology.js';
import type { NodeRecord } from '../runtime/record.js';
import type { RunRecord } from '../sim/checkers/run-record.js';
import type { Prepared } from './standard-run.js';

/** A simulation of a standard run, somewhere between its beginning and its end. */
export interface Simulation {
  /** Goes on until nothing is due at or before a time, in microseconds. */
  run(untilUs: number): void;
  /** Whether a call is open or still to be made. */
  isBusy(): boolean;
  /** What the checkers read, as it stands at a time. */
  record(endedAt: number): RunRecord;
}

/** Whoever simulates standard runs. */
export interface Simulator {
  readonly name: string;
  start(prepared: Prepared): Simulation;
}

const lookUs = 50_000;

/** Runs to the end. @returns the simulated time at which it ended */
export function runToEnd(simulation: Simulation): number {
  let untilUs = 0;
  do {
    untilUs += lookUs;
    simulation.run(untilUs);
  } while (simulation.isBusy());
  untilUs += lookUs;
  simulation.run(untilUs);
  return untilUs;
}

/** The record of a run without faults: to be whole from the beginning on. */
export function unfaulted(
  kept: Pick<RunRecord, 'operations' | 'replies' | 'notes' | 'nodes'>,
  endedAt: number,
): RunRecord {
  const { operations, replies, notes, nodes } = kept;
  const limits = {
    healedAt: 0,
    livenessBoundUs: 300_000_000,
    endedAt,
    gateBoundUs: null,
    logsKeepAll: false,
    fencedEpochs: true,
  };
  return { operations, replies, notes, nodes, faults: [], ...limits };
}

/** Contents as a client knows them, in order of their keys. */
export function plainContents(stored: Iterable<readonly [string, string]>): NodeRecord['contents'] {
  return [...stored]
    .map(([key, value]) => [keyOfStored(key), value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
