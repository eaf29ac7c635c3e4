/** What the checkers read of a run by hand, in the shape of the world's record. */
import { storedKey } from '../../machines/kvrocks/topology.js';
import type { NodeRecord } from '../../runtime/record.js';
import { endOf, logOf, prefixHash } from '../../runtime/storage/log.js';
import type { Batch } from '../../runtime/vocabulary.js';
import type { RunRecord } from '../../sim/checkers/run-record.js';
import { plainContents, unfaulted } from '../simulation.js';
import type { Update } from './entries.js';
import type { Limit } from './limit.js';
import type { Store } from './store.js';

/** The record as it stands, as of a run without faults. */
export function recordOf(sim: Limit, endedAt: number): RunRecord {
  const { operations, replies, notes } = sim;
  return unfaulted(
    { operations, replies, notes, nodes: sim.stores.map((store) => nodeRecord(sim, store)) },
    endedAt,
  );
}

function nodeRecord({ keys }: Limit, store: Store): NodeRecord {
  const batches = store.log.map((update) => batchOf(keys[update.key]!, update));
  const log = logOf(batches, Number.MAX_SAFE_INTEGER);
  const contents = keys.flatMap((key, at): [string, string][] => {
    const value = store.contents[at];
    return value === undefined ? [] : [[key, value]];
  });
  return {
    node: store.name,
    status: 'running',
    incarnation: 1,
    persisted: store.metadata as NodeRecord['persisted'],
    latest: store.latest,
    applied: store.applied,
    durable: store.durable,
    hash: prefixHash(log, endOf(log)),
    lineage: store.log.map(({ operation }, at) => ({ last: store.ends[at]!, operation })),
    losses: [],
    contents: plainContents(contents),
  };
}

function batchOf(key: string, { count, operation, value }: Update): Batch {
  return { count, operation, writes: [{ kind: 'put', key: storedKey(key), value }] };
}
