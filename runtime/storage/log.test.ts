import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../vocabulary.js';
import {
  appendTo,
  countUpTo,
  emptyLog,
  endOf,
  type Log,
  lineageOf,
  logOf,
  prefixHash,
  readRange,
  truncateAfter,
} from './log.js';

const put = (operation: number, value: string, count = 1): Batch => ({
  count,
  operation,
  writes: [{ kind: 'put', key: `k${operation}`, value }],
});

function logWith(batches: readonly Batch[], retention?: number): Log {
  const log = emptyLog(retention);
  for (const batch of batches) appendTo(log, batch);
  return log;
}

describe('a log', () => {
  it('names a batch by its first offset and gives it as many as it counts', () => {
    const log = emptyLog();
    expect(endOf(log)).toBe(0);
    expect(appendTo(log, put(1, 'a', 3))).toBe(3);
    expect(appendTo(log, put(2, 'b'))).toBe(4);
    expect(lineageOf(log)).toEqual([
      { last: 3, operation: 1 },
      { last: 4, operation: 2 },
    ]);
  });

  it('refuses a batch that takes no offset, naming its operation', () => {
    expect(() => appendTo(emptyLog(), put(7, 'a', 0))).toThrow('operation 7: count 0');
    expect(() => appendTo(emptyLog(), put(7, 'a', 1.5))).toThrow('count 1.5');
  });

  it('serves a range from the start of a batch, at most as many batches as asked', () => {
    const batches = [put(1, 'a', 2), put(2, 'b'), put(3, 'c', 4)];
    const log = logWith(batches);
    expect(readRange(log, 1, 2)).toEqual({
      from: 1,
      next: 4,
      status: 'ok',
      batches: [batches[0], batches[1]],
    });
    expect(readRange(log, 4, 9)).toMatchObject({ next: 8, status: 'ok', batches: [batches[2]] });
    expect(readRange(log, 4, 0)).toMatchObject({ next: 4, status: 'ok', batches: [] });
  });

  it('tells a reader at the end from one beyond, inside a batch, or before the first', () => {
    const log = logWith([put(1, 'a', 2), put(2, 'b', 2)]);
    expect(readRange(log, 5, 9)).toEqual({ from: 5, next: 5, status: 'ok', batches: [] });
    expect(readRange(log, 6, 9)).toEqual({ from: 6, next: 6, status: 'beyond', batches: [] });
    expect(readRange(log, 4, 9)).toEqual({ from: 4, next: 4, status: 'inside', batches: [] });
    expect(readRange(log, 0, 9)).toEqual({ from: 0, next: 0, status: 'gone', batches: [] });
    expect(readRange(emptyLog(), 1, 9)).toEqual({ from: 1, next: 1, status: 'ok', batches: [] });
  });

  it('stops serving what retention lets go, keeps its lineage, and never splits a batch', () => {
    const log = logWith([put(1, 'a', 3), put(2, 'b', 3), put(3, 'c', 3)], 5);
    // 5 offsets back from 9 is 5, inside the second batch: only the third is served.
    expect(log.retainedFrom).toBe(7);
    expect(readRange(log, 4, 9).status).toBe('gone');
    expect(readRange(log, 7, 9).batches).toHaveLength(1);
    expect(lineageOf(log)).toHaveLength(3);
    expect(readRange(logWith([put(1, 'a')], 0), 2, 1).status).toBe('ok');
    expect(readRange(logWith([put(1, 'a')], 0), 1, 1).status).toBe('gone');
  });

  it('drops a batch whole when truncated inside it', () => {
    const log = logWith([put(1, 'a', 2), put(2, 'b', 2), put(3, 'c', 2)]);
    expect(truncateAfter(log, 3)).toBe(2);
    expect(endOf(log)).toBe(2);
    expect(truncateAfter(log, 2)).toBe(0);
    expect(truncateAfter(log, 99)).toBe(0);
  });

  it('serves what is written after a truncation below the retained part', () => {
    const log = logWith([put(1, 'a', 2), put(2, 'b', 2), put(3, 'c', 2)], 2);
    truncateAfter(log, 2);
    appendTo(log, put(9, 'z'));
    expect(readRange(log, 3, 9)).toMatchObject({ status: 'ok', next: 4 });
    expect(readRange(log, 1, 9).status).toBe('gone');
  });

  it('serves nothing of an installed checkpoint, and everything written after it', () => {
    const log = logOf([put(1, 'a', 2), put(2, 'b')], 100);
    expect(readRange(log, 1, 9).status).toBe('gone');
    expect(readRange(log, 4, 9).status).toBe('ok');
    appendTo(log, put(3, 'c'));
    expect(readRange(log, 4, 9).batches).toHaveLength(1);
  });
});

describe('the prefix hash', () => {
  const base = [put(1, 'abc', 2), put(2, 'value'), put(3, 'z', 3)];
  const hash = (batches: readonly Batch[]) => prefixHash(logWith(batches), 1e9);

  it('is equal for equal content, and after truncating back to it', () => {
    const log = logWith([...base, put(4, 'more')]);
    truncateAfter(log, 6);
    expect(prefixHash(log, 1e9)).toEqual(hash(structuredClone(base)));
    expect(prefixHash(log, 3)).toEqual(hash(base.slice(0, 2)));
    expect(prefixHash(log, 2)).toEqual(prefixHash(logWith([...base].slice(0, 1)), 99));
    expect(prefixHash(log, 1)).toEqual(prefixHash(emptyLog(), 0));
  });

  it('differs in both lanes after any one difference', () => {
    const [a, b, c] = base as [Batch, Batch, Batch];
    const others: Batch[][] = [
      [],
      [a, b],
      [b, a, c],
      [put(1, 'abd', 2), b, c],
      [put(1, 'abc', 3), b, c],
      [put(1, 'abc', 2), { ...b, operation: 20 }, c],
      [a, { ...b, writes: [{ kind: 'put', key: 'k', value: '2value' }] }, c],
      [a, { ...b, writes: [{ kind: 'delete', key: 'k2' }] }, c],
      [a, { ...b, writes: [{ kind: 'deleteRange', from: 'k2', to: 'value' }] }, c],
      [a, { ...b, writes: [] }, c],
      [a, b, { ...c, writes: [...c.writes, ...c.writes] }],
    ];
    const all = [base, ...others].map(hash);
    expect(new Set(all.map(({ a }) => a)).size).toBe(all.length);
    expect(new Set(all.map(({ b }) => b)).size).toBe(all.length);
  });
});

/** The same log, the naive way: one slot per offset. */
class Naive {
  slots: { batch: Batch; first: number }[] = [];
  retained = 1;
  constructor(readonly retention: number) {}

  append(batch: Batch): void {
    const first = this.slots.length + 1;
    for (let i = 0; i < batch.count; i++) this.slots.push({ batch, first });
    this.retain();
  }

  retain(): void {
    const starts = [...new Set(this.slots.map(({ first }) => first)), this.slots.length + 1];
    const kept = starts.find((first) => this.slots.length - first + 1 <= this.retention) as number;
    this.retained = Math.max(this.retained, kept);
  }

  truncate(after: number): void {
    while (this.slots.length > after) {
      const { first } = this.slots[this.slots.length - 1]!;
      this.slots.length = first - 1;
    }
    this.retained = Math.min(this.retained, this.slots.length + 1);
  }

  read(from: number, limit: number) {
    const end = this.slots.length;
    if (from > end + 1) return { from, next: from, status: 'beyond', batches: [] };
    if (from < this.retained) return { from, next: from, status: 'gone', batches: [] };
    if (from <= end && this.slots[from - 1]!.first !== from) {
      return { from, next: from, status: 'inside', batches: [] };
    }
    const batches: Batch[] = [];
    let next = from;
    while (next <= end && batches.length < limit) {
      const { batch } = this.slots[next - 1]!;
      batches.push(batch);
      next += batch.count;
    }
    return { from, next, status: 'ok', batches };
  }
}

describe('a log and its naive model', () => {
  it('agree after any appends and truncations, on every range and every prefix', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ count: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 1, arbitrary: fc.record({ after: fc.integer({ min: 0, max: 40 }) }) },
    );
    const plan = fc.record({
      retention: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(1e9)),
      steps: fc.array(step, { maxLength: 25 }),
    });
    fc.assert(
      fc.property(plan, ({ retention, steps }) => {
        const log = emptyLog(retention);
        const naive = new Naive(retention);
        for (const [index, one] of steps.entries()) {
          if ('after' in one) {
            truncateAfter(log, one.after);
            naive.truncate(one.after);
          } else {
            const batch = put(index, `v${index}`, one.count);
            appendTo(log, batch);
            naive.append(batch);
          }
          expect(endOf(log)).toBe(naive.slots.length);
          for (let from = -1; from <= endOf(log) + 3; from++) {
            expect(readRange(log, from, 2)).toEqual(naive.read(from, 2));
          }
        }
        for (let offset = 0; offset <= endOf(log); offset++) {
          const prefix = log.batches.slice(0, countUpTo(log, offset));
          expect(prefixHash(log, offset)).toEqual(prefixHash(logWith(prefix), offset));
        }
      }),
      { seed: 20251, numRuns: 200 },
    );
  });

  it('takes 20,000 appends within a second, and keeps a few numbers for each', {
    timeout: 1000,
  }, () => {
    const batch = put(1, 'x'.repeat(100));
    const log = emptyLog(1000);
    for (let i = 0; i < 20_000; i++) appendTo(log, batch);
    expect(log.ends).toHaveLength(20_000);
    expect(log.batches.every((one) => one === batch)).toBe(true);
    expect(log.retainedFrom).toBe(19_001);
  });
});
