/**
 * Reads at slaves (READONLY): stale by nature, so they are measured, and judged only for what no delay
 * explains. A value that nobody wrote, that a failed write would have written, or whose write began
 * after the read had ended is invalid. Counted beside that:
 * - stale: a newer write of that key had been acknowledged before the read began; by how long is the
 *   time from that acknowledgement to the read's begin, of the first such write;
 * - dirty: the value is of a lineage that the final master does not hold.
 *
 * Assumptions: a value is written once, as the workload's are. Where a client writes it again, a read may
 * have seen any write of it that hasn't failed, and is given the benefit of the doubt.
 */
import type { OperationRecord } from '../../runtime/record.js';
import { elementsOf } from './elements.js';
import { type RegisterOperation, registerOperations } from './register.js';
import type { RunRecord } from './run-record.js';
import { mastersAmong, standings } from './standing.js';
import type { Verdict } from './verdict.js';
import { counted, held, listed, seconds, spelled } from './words.js';

interface SlaveRead {
  readonly id: number;
  readonly client: string;
  readonly key: string;
  readonly value: string | null;
  readonly invokedAt: number;
  readonly completedAt: number;
}

/** The reads of a record that were answered over READONLY connections. */
export function readsAtSlaves(operations: readonly OperationRecord[]): SlaveRead[] {
  return operations.flatMap((operation) => {
    const { id, node: client, call, invokedAt, completedAt, outcome, value } = operation;
    const isOne = call.type === 'get' && call['readonly'] === true && outcome === 'ok';
    if (!isOne || completedAt === undefined) return [];
    const text = value === undefined || value === null ? null : String(value);
    return [{ id, client, key: String(call['key']), value: text, invokedAt, completedAt }];
  });
}

export function slaveReads(record: RunRecord): Verdict {
  const reads = readsAtSlaves(record.operations);
  const keys = new Map<string, Writes>();
  for (const write of registerOperations(record.operations)) {
    if (write.f === 'read') continue;
    const writes = keys.get(write.key) ?? new Writes();
    keys.set(write.key, writes);
    writes.add(write);
  }
  const impossible = reads.flatMap((read) => {
    const why = (keys.get(read.key) ?? new Writes()).impossibility(read);
    return why === undefined ? [] : [{ read, ...why }];
  });
  if (impossible.length > 0) return rejected(impossible);
  const ages = reads
    .map((read) => keys.get(read.key)?.age(read) ?? 0)
    .filter((age) => age > 0)
    .sort((one, other) => one - other);
  return {
    checker: 'slave-reads',
    validity: 'valid',
    reason: [
      counted(reads.length, 'read'),
      ages.length === 0 ? 'none stale' : `${ages.length} stale, by ${ages.at(-1)} us at most`,
      ...dirtyInWords(reads, keys, record),
    ].join('; '),
    operations: [],
    evidence: [],
  };
}

/** What no delay explains. */
interface Impossible {
  readonly read: SlaveRead;
  readonly kind: string;
  readonly why: string;
}

/** The writes of one key, by what they wrote. */
class Writes {
  private readonly byValue = new Map<string, RegisterOperation[]>();
  private readonly acknowledged: RegisterOperation[] = [];
  private isList = false;

  add(write: RegisterOperation): void {
    this.isList ||= write.f === 'append';
    const value = write.f === 'append' ? (elementsOf(write.value)[0] ?? '') : String(write.value);
    const same = this.byValue.get(value);
    if (same === undefined) this.byValue.set(value, [write]);
    else same.push(write);
    if (write.outcome === 'ok') this.acknowledged.push(write);
  }

  /** Of each value that a read shows, the writes that it may stem from: those that have not failed, if any. */
  shownBy({ value }: SlaveRead): (readonly RegisterOperation[])[] {
    if (value === null) return [];
    const values = this.isList ? elementsOf(value) : [value];
    return values.map((one) => {
      const writes = this.byValue.get(one) ?? [];
      const done = writes.filter(({ outcome }) => outcome !== 'fail');
      return done.length > 0 ? done : writes;
    });
  }

  impossibility(read: SlaveRead): Omit<Impossible, 'read'> | undefined {
    for (const [write] of this.shownBy(read)) {
      if (write === undefined) return { kind: 'unwritten', why: 'which nobody wrote' };
      const why = `but ${spelled(write)}`;
      if (write.outcome === 'fail') return { kind: 'failed', why };
      if (write.invokedAt > read.completedAt) {
        return { kind: 'of the future', why: `${why}, after the read` };
      }
    }
    return undefined;
  }

  /** How long before the read began a newer write had been acknowledged; 0 for not at all. */
  age(read: SlaveRead): number {
    const shown = new Set(this.shownBy(read).flat());
    const last = this.isList ? -Infinity : Math.max(...[...shown].map((one) => one.completedAt));
    let age = 0;
    for (const write of this.acknowledged) {
      const isMissed = !shown.has(write) && write.completedAt < read.invokedAt;
      if (isMissed && last < write.invokedAt)
        age = Math.max(age, read.invokedAt - write.completedAt);
    }
    return age;
  }
}

function dirtyInWords(
  reads: readonly SlaveRead[],
  keys: ReadonlyMap<string, Writes>,
  record: RunRecord,
): string[] {
  const [master, ...others] = mastersAmong(standings(record));
  if (master === undefined || others.length > 0) return ['no single final master to compare with'];
  const log = new Set(master.node.lineage.map(({ operation }) => operation));
  const dirty = reads.filter((read) =>
    keys
      .get(read.key)
      ?.shownBy(read)
      .some((writes) => writes.length > 0 && writes.every(({ id }) => !log.has(id))),
  );
  if (dirty.length === 0) return ['none dirty'];
  const ids = listed(dirty.map(({ id }) => id));
  return [`${dirty.length} dirty, of a lineage that ${master.node.node} does not hold: ${ids}`];
}

function rejected(impossible: readonly Impossible[]): Verdict {
  const { read, why, kind } = impossible[0]!;
  const { id, key, client, value } = read;
  const more = impossible.length === 1 ? '' : `, and ${impossible.length - 1} more like it`;
  return {
    checker: 'slave-reads',
    validity: 'invalid',
    kind: `a value ${kind}`,
    reason: `read ${id} of ${key} by ${client} returned ${held(value)}, ${why}${more}`,
    operations: impossible.map((one) => one.read.id),
    evidence: impossible.slice(0, 3).map(({ read: one }) => ({
      at: one.completedAt,
      node: one.client,
      text: `read ${one.id} of ${one.key}, begun at ${seconds(one.invokedAt)}: ${held(one.value)}`,
    })),
  };
}
