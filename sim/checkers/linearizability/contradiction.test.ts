/** Why a register's history has no order: what is named must be enough to see it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.js';
import { register } from './models/index.js';
import type { KeyedOperation } from './operation.js';
import { someOrder } from './test-brute-force.js';
import { type Given, historyOf } from './test-histories.js';

/** Registers where each write has a value of its own, and clients that begin as they end. */
const unique = (most: number) =>
  fc
    .array(
      fc.record({
        client: fc.integer({ min: 1, max: 4 }),
        gap: fc.constantFrom(0, 0, 1, 2),
        length: fc.integer({ min: 0, max: 4 }),
        isRead: fc.boolean(),
        value: fc.integer({ min: 0, max: most }),
        outcome: fc.constantFrom<KeyedOperation['outcome']>('ok', 'ok', 'ok', 'info', 'fail'),
      }),
      { minLength: 1, maxLength: most },
    )
    .map((shapes) => {
      const freeAt = new Map<number, number>();
      const given = shapes.map((shape, at): Given => {
        const { client, gap, length, isRead, value, outcome } = shape;
        const from = (freeAt.get(client) ?? 0) + gap;
        freeAt.set(client, from + length);
        const common = { at: [from, from + length] as const, client: `c${client}`, outcome };
        return isRead
          ? { ...common, f: 'read', output: value === 0 ? null : value }
          : { ...common, f: 'write', input: at + 1 };
      });
      return historyOf(given.sort((one, other) => one.at[0] - other.at[0]));
    });

describe('a register that has no order', () => {
  it('should be convicted by the operations named alone, always with a reason of its own', () => {
    const reasons = { nobody: 0, failed: 0, 'only at': 0, 'before it began': 0 };
    fc.assert(
      fc.property(unique(8), (history) => {
        const [rejection] = checkHistory(history, register).rejections;
        if (rejection === undefined) return;
        const { text, involved, offender } = rejection;
        expect(offender.f).toBe('read');
        expect(text).not.toContain('no order of');
        expect(someOrder(involved, register)).toBe(false);
        const found = Object.keys(reasons).find((reason) => text.includes(reason));
        expect(found).toBeDefined();
        reasons[found as keyof typeof reasons] += 1;
      }),
      { seed: 1_997, numRuns: 15_000 },
    );
    expect(Object.values(reasons).every((count) => count > 0)).toBe(true);
  });

  it('should be told a circle where clients that begin as they end make one', () => {
    // Each of c1, c2 and c3 writes or reads its own value and at that instant goes on to the next's.
    const [rejection] = checkHistory(
      historyOf([
        { f: 'write', input: 1, client: 'w1', at: [0, 20] },
        { f: 'write', input: 2, client: 'w2', at: [0, 20] },
        { f: 'write', input: 3, client: 'w3', at: [0, 20] },
        { f: 'read', output: 1, client: 'c1', at: [0, 10] },
        { f: 'read', output: 2, client: 'c2', at: [0, 10] },
        { f: 'read', output: 3, client: 'c3', at: [0, 10] },
        { f: 'read', output: 2, client: 'c1', at: [10, 20] },
        { f: 'read', output: 3, client: 'c2', at: [10, 20] },
        { f: 'read', output: 1, client: 'c3', at: [10, 20] },
      ]),
      register,
    ).rejections;
    expect(rejection).toMatchObject({ offender: { id: 9 }, explained: 8 });
    expect(rejection!.text).toBe(
      'read 9 of k by c3 returned 1, ' +
        'but read 4 of k (1) by c1 ended at 0.000010 s, before read 7 of k (2) by c1 began at 0.000010 s, ' +
        'read 5 of k (2) by c2 ended at 0.000010 s, before read 8 of k (3) by c2 began at 0.000010 s, ' +
        'read 6 of k (3) by c3 ended at 0.000010 s, before read 9 of k (1) by c3 began at 0.000010 s',
    );
    expect(rejection!.involved.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
