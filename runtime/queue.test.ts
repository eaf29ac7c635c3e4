import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compact,
  createQueue,
  dueNow,
  inOrder,
  peekTime,
  pop,
  push,
  type Queue,
  removeAt,
  sizeOf,
} from './queue.js';

/** The same queue, obviously right: a list that is sorted when asked. */
interface Model {
  readonly entries: { time: number; seq: number; item: number }[];
  seq: number;
}

function sorted({ entries }: Model): Model['entries'] {
  return entries.sort((x, y) => x.time - y.time || x.seq - y.seq);
}

function dueOf(model: Model): Model['entries'] {
  return sorted(model).filter(({ time }) => time === model.entries[0]!.time);
}

function drain<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (sizeOf(queue) > 0) items.push(pop(queue)!);
  return items;
}

function filled(times: readonly number[]): Queue<number> {
  const queue = createQueue<number>();
  for (const [item, time] of times.entries()) push(queue, time, item);
  return queue;
}

// Few distinct times, so that most of them tie; some beyond 31 bits, where arrays change kind.
const times = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.nat(1000) },
  { weight: 1, arbitrary: fc.integer({ min: 2 ** 31, max: 2 ** 53 - 1 }) },
);
// More is added than removed, or the queue would hardly ever be deep.
const step = fc.oneof(
  { weight: 16, arbitrary: fc.record({ kind: fc.constant('push' as const), time: times }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pop' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('removeDue' as const), nth: fc.nat(20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('compact' as const),
      divisor: fc.integer({ min: 2, max: 5 }),
    }),
  },
);

describe('the queue', () => {
  test('gives equal times back in order of arrival', () => {
    expect(drain(filled([7, 3, 7, 3, 0, 3, 7]))).toEqual([4, 1, 3, 5, 0, 2, 6]);
  });

  test('agrees with a sorted list under any use', () => {
    const property = fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
      const queue = createQueue<number>();
      const model: Model = { entries: [], seq: 0 };
      const slots: number[] = [];
      for (const one of steps) {
        if (one.kind === 'push') {
          const item = model.seq++;
          model.entries.push({ time: one.time, seq: item, item });
          push(queue, one.time, item);
        } else if (one.kind === 'pop') {
          sorted(model);
          expect(pop(queue)).toBe(model.entries.shift()?.item);
        } else if (one.kind === 'compact') {
          const keep = (item: number) => item % one.divisor !== 0;
          compact(queue, keep);
          model.entries.splice(
            0,
            model.entries.length,
            ...model.entries.filter(({ item }) => keep(item)),
          );
        } else if (model.entries.length > 0) {
          const due = dueOf(model);
          expect(dueNow(queue, slots).map((slot) => queue.items[slot])).toEqual(
            due.map(({ item }) => item),
          );
          const nth = one.nth % due.length;
          expect(removeAt(queue, slots[nth]!)).toBe(due[nth]!.item);
          model.entries.splice(nth, 1);
        }
        expect(sizeOf(queue)).toBe(model.entries.length);
        expect(peekTime(queue)).toBe(sorted(model)[0]?.time ?? Infinity);
      }
      expect(inOrder(queue)).toEqual(model.entries.map(({ time, item }) => [time, item]));
      expect(drain(queue)).toEqual(model.entries.map(({ item }) => item));
    });
    fc.assert(property, { seed: 1, numRuns: 300 });
  });

  test.each(['times', 'seqs'] as const)(
    'stays a heap when an entry of any slot is removed, by %s',
    (key) => {
      // The last entry, 3, is from below 1. In place of 11 or 12, which are below 10, it must rise.
      const numbers = [0, 10, 1, 11, 12, 2, 3];
      for (let slot = 0; slot < numbers.length; slot++) {
        const queue = filled(numbers.map(() => 5));
        numbers.forEach((number, i) => {
          queue[key][i] = number;
          queue.items[i] = number;
        });
        const removed = removeAt(queue, slot);
        expect(removed).toBe(numbers[slot]);
        for (let child = 1; child < sizeOf(queue); child++) {
          expect(queue[key][child]).toBeGreaterThan(queue[key][(child - 1) >> 1]!);
        }
        expect(drain(queue)).toEqual([0, 1, 2, 3, 10, 11, 12].filter((item) => item !== removed));
      }
    },
  );

  test('lists nothing as due when it is empty', () => {
    const queue = createQueue<number>();
    expect(dueNow(queue, [1, 2, 3])).toEqual([]);
    expect(pop(queue)).toBeUndefined();
    expect(peekTime(queue)).toBe(Infinity);
  });

  test('goes on counting arrivals after a snapshot, which shares nothing with it', () => {
    const queue = filled([5, 5, 1]);
    const copy = structuredClone(queue);
    push(copy, 5, 3);
    expect(drain(queue)).toEqual([2, 0, 1]);
    expect(drain(copy)).toEqual([2, 0, 1, 3]);
  });

  test('keeps nothing of what has left', () => {
    const queue = createQueue<object>();
    for (let time = 0; time < 100; time++) push(queue, time % 7, {});
    for (let i = 0; i < 40; i++) pop(queue);
    removeAt(queue, 20);
    compact(queue, () => false);
    expect([queue.times, queue.seqs, queue.items]).toEqual([[], [], []]);
  });

  test('refuses a time that would break its order, and a slot that it does not have', () => {
    const queue = filled([1]);
    expect(() => push(queue, Number.NaN, 0)).toThrow('queue: due at NaN, expected 0 or more');
    expect(() => push(queue, -1, 0)).toThrow('queue: due at -1, expected 0 or more');
    expect(() => removeAt(queue, 1)).toThrow('queue: no slot 1');
    expect(drain(queue)).toEqual([0]);
  });
});
