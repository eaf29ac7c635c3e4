/** Hand-written records for the tests of checkers: builders, and one run in which all went well. */
import type { NodeRecord, NoteRecord, OperationRecord, ReplyRecord } from '../../runtime/record.js';
import type { KeyedOperation } from './linearizability/operation.js';
import type { NoteValues, RunRecord } from './run-record.js';

/** From when to when; without an end the operation stays open. */
type Interval = readonly [number, number?];

type Outcome = 'ok' | 'fail' | 'info';

function operation(
  id: number,
  node: string,
  call: OperationRecord['call'],
  [invokedAt, completedAt]: Interval,
  outcome: Outcome,
): OperationRecord {
  const begun = { id, node, call, invokedAt };
  return completedAt === undefined ? begun : { ...begun, completedAt, outcome };
}

export function set(
  id: number,
  client: string,
  key: string,
  value: string,
  interval: Interval,
  outcome: Outcome = 'ok',
): OperationRecord {
  return operation(id, client, { type: 'set', key, value }, interval, outcome);
}

export function get(
  id: number,
  client: string,
  key: string,
  value: string | null,
  interval: Interval,
  outcome: Outcome = 'ok',
): OperationRecord {
  const read = operation(id, client, { type: 'get', key }, interval, outcome);
  return outcome === 'ok' && interval[1] !== undefined ? { ...read, value } : read;
}

/** A read over a READONLY connection. */
export function slaveGet(...given: Parameters<typeof get>): OperationRecord {
  const read = get(...given);
  return { ...read, call: { ...read.call, readonly: true } };
}

/** An append of one element, as clients call it. */
export function append(
  id: number,
  client: string,
  key: string,
  element: string,
  interval: Interval,
  outcome: Outcome = 'ok',
): OperationRecord {
  return operation(id, client, { type: 'append', key, value: `${element},` }, interval, outcome);
}

/** A read of a key that is appended to. */
export function list(
  id: number,
  client: string,
  key: string,
  elements: readonly string[],
  interval: Interval,
): OperationRecord {
  const value = elements.length === 0 ? null : elements.map((one) => `${one},`).join('');
  return get(id, client, key, value, interval);
}

/** A register's history as clients of a run would have called it. */
export function callsOf(history: readonly KeyedOperation[]): OperationRecord[] {
  return history.map(({ id, client, key, f, input, output, invokedAt, endedAt, outcome }) => {
    const at: Interval = endedAt === undefined ? [invokedAt] : [invokedAt, endedAt];
    return f === 'read'
      ? get(id, client, key, output === undefined ? null : (output as string | null), at, outcome)
      : set(id, client, key, String(input), at, outcome);
  });
}

/** A reply `ok`, as it was sent. */
export function ack(of: number, node: string, at: number, epoch: number): ReplyRecord {
  const message = { type: 'reply', operation: of, attempt: 1, status: 'ok' };
  return { at, node, incarnation: 1, operation: of, epoch, applied: 0, durable: 0, message };
}

/** A reply `error`. */
export function refusal(of: number, node: string, at: number, epoch: number): ReplyRecord {
  const message = { type: 'reply', operation: of, attempt: 1, status: 'error', error: 'TRYAGAIN' };
  return { ...ack(of, node, at, epoch), message };
}

export function note<Subject extends keyof NoteValues>(
  node: string,
  at: number,
  subject: Subject,
  value: NoteValues[Subject],
  incarnation = 1,
): NoteRecord {
  return { at, node, incarnation, machine: 'node', key: 0, subject, value, applied: 0 };
}

export function role(
  node: string,
  at: number,
  is: NoteValues['role']['role'],
  epoch: number,
  incarnation = 1,
): NoteRecord {
  return note(node, at, 'role', { role: is, epoch, master: null }, incarnation);
}

/** A running node with one offset for each operation of its log. */
export function node(
  name: string,
  log: readonly number[],
  contents: Readonly<Record<string, string>>,
  more: Partial<NodeRecord> = {},
): NodeRecord {
  const lineage = log.map((of, index) => ({ last: index + 1, operation: of }));
  const end = log.length;
  return {
    node: name,
    status: 'running',
    incarnation: 1,
    persisted: {},
    latest: end,
    applied: end,
    durable: end,
    hash: hashOf(log),
    lineage,
    losses: [],
    contents: Object.entries(contents),
    ...more,
  };
}

function hashOf(log: readonly number[]): NodeRecord['hash'] {
  const a = log.reduce((hash, of) => (Math.imul(hash, 31) + of) | 0, 7);
  return { a, b: ~a };
}

/** A run that healed at 5 ms and went on to its bound, with nothing in it but what is given. */
export function run(parts: Partial<RunRecord>): RunRecord {
  return {
    operations: [],
    replies: [],
    notes: [],
    faults: [],
    nodes: [],
    healedAt: 5_000,
    livenessBoundUs: 5_000,
    endedAt: 10_000,
    gateBoundUs: 2_000,
    logsKeepAll: true,
    fencedEpochs: true,
    ...parts,
  };
}

/** A run with these operations only. */
export function runOf(...operations: readonly OperationRecord[]): RunRecord {
  return run({ operations: [...operations] });
}

/**
 * All went well: n1 hands over to n2 between 2 ms and 3 ms, then n2 serves. Three writes under n1,
 * the last refused; two under n2, the second after healing; reads in between, one at a slave.
 */
export function handover(): RunRecord {
  return run({
    operations: [
      set(1, 'client1', 'k1', 'v1', [100, 500]),
      set(2, 'client2', 'k2', 'v2', [200, 600]),
      get(3, 'client1', 'k1', 'v1', [700, 900]),
      slaveGet(9, 'reader1', 'k2', null, [650, 750]),
      set(4, 'client2', 'k1', 'v4', [2_100, 2_300], 'fail'),
      { id: 5, node: 'operator', call: { type: 'failover' }, invokedAt: 1_900, completedAt: 3_100 },
      set(6, 'client1', 'k1', 'v6', [3_200, 3_600]),
      get(7, 'client2', 'k1', 'v6', [3_700, 3_900]),
      set(8, 'client1', 'k2', 'v8', [6_000, 6_400]),
    ],
    replies: [
      ack(1, 'n1', 300, 1),
      ack(2, 'n1', 400, 1),
      refusal(4, 'n1', 2_200, 1),
      ack(6, 'n2', 3_400, 2),
      ack(8, 'n2', 6_200, 2),
    ],
    notes: [
      role('n1', 0, 'master', 1),
      role('n2', 0, 'slave', 1),
      note('n1', 2_000, 'gate', 'writes'),
      role('n2', 2_900, 'master', 2),
      role('n1', 3_000, 'slave', 2),
      note('n1', 3_000, 'gate', 'open'),
    ],
    nodes: [
      node('n1', [1, 2, 6, 8], { k1: 'v6', k2: 'v8' }),
      node('n2', [1, 2, 6, 8], { k1: 'v6', k2: 'v8' }),
    ],
  });
}
