/** A node as it stands: its final lineage, contents and durable metadata, for the checkers. */
import type { NodeState } from './node.js';
import type { NodeRecord } from './record.js';
import { lineageOf, prefixHash } from './storage/log.js';

/** @returns plain data of its own, sorted by key where order is none */
export function nodeRecord(node: NodeState): NodeRecord {
  const { storage } = node;
  return {
    node: node.name,
    status: node.status,
    incarnation: node.incarnation,
    persisted: structuredClone(storage.metadata),
    latest: storage.latest,
    applied: storage.applied,
    durable: storage.durable,
    hash: prefixHash(storage.log, storage.applied),
    lineage: lineageOf(storage.log),
    losses: storage.losses.slice(),
    contents: [...storage.contents.values].sort(([one], [other]) =>
      one < other ? -1 : Number(one > other),
    ),
  };
}
