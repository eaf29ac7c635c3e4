/** What clients saw of a run: outcomes, refusals, and how long nobody could write. */
import type { OperationRecord } from '../../runtime/record.js';
import type { RunRecord } from '../checkers/run-record.js';
import { errorWord } from './words.js';

export interface Outcomes {
  readonly ok: number;
  readonly fail: number;
  /** May or may not have taken effect; still open at the end of the run, too. */
  readonly info: number;
}

/** The longest time without an acknowledged write, while the clients were at it. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly us: number;
}

export interface ClientsSeen {
  readonly clients: number;
  readonly writes: Outcomes;
  readonly reads: Outcomes;
  /** Of clients that read at slaves; null when there are none. */
  readonly slaveReads: Outcomes | null;
  /** Refusals that nodes sent, by the word they begin with, the most frequent first. */
  readonly refusals: readonly { readonly word: string; readonly count: number }[];
  /** Of acknowledged writes, from call to answer, tries and waits in between included. */
  readonly writeUs: { readonly median: number; readonly p99: number; readonly most: number } | null;
  /** Null when no write was called. */
  readonly gap: Gap | null;
}

/**
 * @param clients names of the workload's clients; operators and the probe are not among them
 * @param readers names of its clients that read at slaves
 */
export function clientsSeen(
  record: RunRecord,
  clients: readonly string[],
  readers: readonly string[] = [],
): ClientsSeen {
  const among = new Set(clients);
  const operations = record.operations.filter(({ node }) => among.has(node));
  const writes = operations.filter(({ call }) => call.type !== 'get');
  const reads = operations.filter(({ call }) => call.type === 'get');
  return {
    clients: clients.length,
    writes: outcomes(writes),
    reads: outcomes(reads),
    slaveReads:
      readers.length === 0
        ? null
        : outcomes(record.operations.filter(({ node }) => readers.includes(node))),
    refusals: refusals(record, new Set(operations.map(({ id }) => id))),
    writeUs: durations(writes),
    gap: longest(gapsOf(record, clients)),
  };
}

function outcomes(operations: readonly OperationRecord[]): Outcomes {
  const count = (wanted: string) =>
    operations.filter(({ outcome }) => (outcome ?? 'info') === wanted).length;
  return { ok: count('ok'), fail: count('fail'), info: count('info') };
}

function refusals(
  { replies }: RunRecord,
  operations: ReadonlySet<number>,
): ClientsSeen['refusals'] {
  const counts = new Map<string, number>();
  for (const { operation, message } of replies) {
    if (!operations.has(operation) || message['status'] === 'ok') continue;
    const word = errorWord(message['error']);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .sort((one, other) => other.count - one.count);
}

function durations(writes: readonly OperationRecord[]): ClientsSeen['writeUs'] {
  const times = acknowledged(writes)
    .map(({ invokedAt, completedAt }) => completedAt - invokedAt)
    .sort((one, other) => one - other);
  if (times.length === 0) return null;
  const rank = (hundredths: number) => times[Math.floor(((times.length - 1) * hundredths) / 100)]!;
  return { median: rank(50), p99: rank(99), most: times.at(-1)! };
}

function acknowledged(
  writes: readonly OperationRecord[],
): (OperationRecord & { completedAt: number })[] {
  return writes.filter(
    (write): write is OperationRecord & { completedAt: number } =>
      write.outcome === 'ok' && write.completedAt !== undefined,
  );
}

/** The times between acknowledged writes, from the first call of one to the last end of any operation. */
export function gapsOf(record: RunRecord, clients: readonly string[]): Gap[] {
  const operations = record.operations.filter(({ node }) => clients.includes(node));
  const writes = operations.filter(({ call }) => call.type !== 'get');
  const first = writes[0];
  if (first === undefined) return [];
  const ends = operations.map(({ completedAt = record.endedAt }) => completedAt);
  const end = ends.reduce((last, at) => Math.max(last, at), 0);
  const acks = acknowledged(writes).map(({ completedAt }) => completedAt);
  let from = first.invokedAt;
  return [...acks.sort((one, other) => one - other), end].map((to) => {
    const gap = { from, to, us: to - from };
    from = to;
    return gap;
  });
}

/** The longest of them, the first of several; null when there is none. */
export function longest(gaps: readonly Gap[]): Gap | null {
  return gaps.reduce<Gap | null>(
    (most, gap) => (most === null || gap.us > most.us ? gap : most),
    null,
  );
}
