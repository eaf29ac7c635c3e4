/**
 * The history of a run, key by key: the operations `set`, `append` and `get` of clients (and of
 * operators, who are clients when they ask for these). Whatever else was called (failover, setnodes,
 * await ...) is no part of it, nor are reads at slaves (READONLY): they are judged by themselves.
 */
import type { OperationRecord } from '../../runtime/record.js';
import type { Message } from '../../runtime/vocabulary.js';
import type { KeyedOperation } from './linearizability/operation.js';

export { byKey, precedes } from './linearizability/operation.js';

export interface RegisterOperation extends KeyedOperation {
  readonly f: 'read' | 'write' | 'append';
  /** What was written or appended, or returned; null is the initial value. */
  readonly value: string | null;
}

const kinds: ReadonlyMap<string, RegisterOperation['f']> = new Map([
  ['set', 'write'],
  ['append', 'append'],
  ['get', 'read'],
]);

/** The register operations of a record, in its order. An open one is `info`. */
export function registerOperations(operations: readonly OperationRecord[]): RegisterOperation[] {
  const overlapping = overlappingClients(operations);
  const found: RegisterOperation[] = [];
  for (let index = 0; index < operations.length; index++) {
    const operation = operations[index]!;
    const { call, completedAt: endedAt, node: client } = operation;
    const f = kinds.get(call.type);
    if (f === undefined || call['readonly'] === true) continue;
    const outcome = endedAt === undefined ? 'info' : (operation.outcome ?? 'info');
    const isRead = f === 'read';
    const given = isRead ? operation.value : call['value'];
    const value = given === undefined || given === null ? null : String(given);
    found.push({
      id: operation.id,
      index,
      client,
      sequential: !overlapping.has(client),
      f,
      key: String(call['key']),
      value,
      input: isRead ? null : value,
      output: isRead && outcome === 'ok' ? value : undefined,
      invokedAt: operation.invokedAt,
      completedAt: endedAt === undefined || outcome === 'info' ? Number.POSITIVE_INFINITY : endedAt,
      endedAt,
      outcome,
    });
  }
  return found;
}

/** Clients that had two operations open at once. */
function overlappingClients(operations: readonly OperationRecord[]): Set<string> {
  const freeAt = new Map<string, number>();
  const overlapping = new Set<string>();
  for (const { node, invokedAt, completedAt } of operations) {
    if ((freeAt.get(node) ?? 0) > invokedAt) overlapping.add(node);
    freeAt.set(node, completedAt ?? Number.POSITIVE_INFINITY);
  }
  return overlapping;
}

/** Whether a reply to a write acknowledges it: OK, but not the answer to the WAIT behind it. */
export function isAcknowledgement({ type, status }: Message): boolean {
  return status === 'ok' && type !== 'wait-reply';
}
