/**
 * The history of a run, key by key: the operations `set`, `append` and `get` of clients (and of
 * operators, who are clients when they ask for these). Whatever else was called (failover, setnodes,
 * await ...) is no part of it, nor are reads at slaves (READONLY): they are judged by themselves.
 *
 * Assumptions. An operation's interval is closed: one that ends at the instant another begins
 * overlaps it, for the order within an instant is the simulator's choice and no client could tell.
 * One thing a client can tell: what it called itself after an answer came after it. A client that
 * never has two operations open is one process, and keeps its own order even within an instant.
 */
import type { OperationRecord } from '../../runtime/record.js';
import type { Message } from '../../runtime/vocabulary.js';

export interface RegisterOperation {
  readonly id: number;
  /** Place in the record. */
  readonly index: number;
  readonly client: string;
  /** Whether the client never has two operations open. */
  readonly sequential: boolean;
  readonly f: 'read' | 'write' | 'append';
  readonly key: string;
  /** What was written or appended, or returned; null is the initial value. */
  readonly value: string | null;
  readonly invokedAt: number;
  /** By when it has taken effect. Infinity for `info`: perhaps later, perhaps never. */
  readonly completedAt: number;
  /** When the client saw it end; absent while open. */
  readonly endedAt: number | undefined;
  readonly outcome: 'ok' | 'fail' | 'info';
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
  for (const [index, operation] of operations.entries()) {
    const { call, completedAt: endedAt, node: client } = operation;
    const f = kinds.get(call.type);
    if (f === undefined || call['readonly'] === true) continue;
    const outcome = endedAt === undefined ? 'info' : (operation.outcome ?? 'info');
    const value = f === 'read' ? operation.value : call['value'];
    found.push({
      id: operation.id,
      index,
      client,
      sequential: !overlapping.has(client),
      f,
      key: String(call['key']),
      value: value === undefined || value === null ? null : String(value),
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

/** Whether one operation had taken effect before the other began, as its clients could tell. */
export function precedes(one: RegisterOperation, other: RegisterOperation): boolean {
  if (one.completedAt !== other.invokedAt) return one.completedAt < other.invokedAt;
  return one.sequential && one.client === other.client && one.index < other.index;
}

/** Whether a reply to a write acknowledges it: OK, but not the answer to the WAIT behind it. */
export function isAcknowledgement({ type, status }: Message): boolean {
  return status === 'ok' && type !== 'wait-reply';
}

/** Operations by key, in order of first appearance. */
export function byKey(operations: readonly RegisterOperation[]): Map<string, RegisterOperation[]> {
  const keys = new Map<string, RegisterOperation[]>();
  for (const operation of operations) {
    const those = keys.get(operation.key);
    if (those === undefined) keys.set(operation.key, [operation]);
    else those.push(operation);
  }
  return keys;
}
