/** What the checkers read of a run by hand, in the shape of the world's record. */
import { storedKey } from '../../machines/kvrocks/topology.js';
import type { NodeRecord } from '../../runtime/record.js';
import { endOf, logOf, prefixHash } from '../../runtime/storage/log.js';
import type { Batch } from '../../runtime/vocabulary.js';
import type { RunRecord } from '../../sim/checkers/run-record.js';
import type { Update } from './entries.js';
import type { Limit } from './limit.js';
import type { Store } from './store.js';

/** The record as it stands, as of a run without faults. */
export function recordOf(sim: Limit, endedAt: number): RunRecord {
  const { operations, replies, notes } = sim;
  return {
    operations,
    replies,
    notes,
    faults: [],
    nodes: sim.stores.map(nodeRecord),
    healedAt: 0,
    livenessBoundUs: 300_000_000,
    endedAt,
    fencedEpochs: true,
  };
}

function nodeRecord(store: Store): NodeRecord {
  const log = logOf(store.log.map(batchOf), Number.MAX_SAFE_INTEGER);
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
    contents: [...store.contents].sort(([one], [other]) => (one < other ? -1 : 1)),
  };
}

function batchOf({ count, operation, key, value }: Update): Batch {
  return { count, operation, writes: [{ kind: 'put', key: storedKey(key), value }] };
}
