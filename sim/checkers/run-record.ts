/**
 * What every checker reads, and all that it reads: the record of one run. It says nothing of how
 * the protocol works, only what clients saw, what replies were sent, what nodes noted of
 * themselves, and where the run ended.
 */
import type { NodeRecord, WorldRecord } from '../../runtime/record.js';

/** The subjects of notes that checkers know; a protocol may note more. */
export interface NoteValues {
  /** Role by topology. `master` means: holds the shard's slots. */
  role: { role: 'master' | 'slave' | 'none'; epoch: number; master: string | null };
  /** Which commands the node's gate refuses. */
  gate: 'open' | 'writes' | 'all';
  /** Replication link of a slave. */
  link: 'up' | 'down';
  /** State of the failover coordinator. */
  failover: string;
}

/** A record, and the frame of the run it came from. Times in microseconds of simulated time. */
export interface RunRecord extends WorldRecord {
  /** Nodes of the store (not clients or operators), as they stood at the end. */
  readonly nodes: readonly NodeRecord[];
  /** When every fault had ended: the liveness phase begins. */
  readonly healedAt: number;
  /** How long after `healedAt` the cluster may take to be whole again. */
  readonly livenessBoundUs: number;
  readonly endedAt: number;
  /**
   * How long a gate may stay closed where nothing fails; null where the scenario asks for more than
   * that bound knows of: slow links, slow slaves, logs that keep little.
   */
  readonly gateBoundUs: number | null;
  /** Whether every log keeps all that was written: then who has once been attached needs no full sync. */
  readonly logsKeepAll: boolean;
  /** Whether the protocol claims that every new writer has an epoch of its own. */
  readonly fencedEpochs: boolean;
}
