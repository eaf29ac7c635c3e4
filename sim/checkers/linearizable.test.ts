/** Linearizability: known-bad twins, the search against its definition, budgets and size. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../runtime/record.js';
import { linearizable } from './linearizable.js';
import { get, runOf, set } from './test-records.js';
import { closedLoop, naivelyLinearizable } from './test-workload.js';

const judged = (...operations: OperationRecord[]) => linearizable(runOf(...operations));

/** A good history, and the same with one operation in another shape. */
const twins: {
  name: string;
  good: OperationRecord[];
  twin: OperationRecord;
  operations: number[];
  reason: string;
}[] = [
  {
    name: 'a read of a value overwritten before it began',
    good: [
      set(1, 'client1', 'k1', 'v1', [0, 100]),
      set(2, 'client1', 'k1', 'v2', [200, 300]),
      get(3, 'client2', 'k1', 'v2', [400, 500]),
    ],
    twin: get(3, 'client2', 'k1', 'v1', [400, 500]),
    operations: [1, 2, 3],
    reason:
      'read 3 of k1 by client2 returned v1, ' +
      'but write 2 of k1 (v2) by client1 ended at 0.000300 s, before it began at 0.000400 s, ' +
      'and write 1 of k1 (v1) by client1 ended at 0.000100 s, ' +
      'before write 2 of k1 (v2) by client1 began at 0.000200 s. ' +
      'The 2 operations of k1 that ended before can be ordered; with this one they cannot.',
  },
  {
    name: 'a read of nothing after an acknowledged write',
    good: [set(1, 'client1', 'k1', 'v1', [0, 100]), get(2, 'client2', 'k1', 'v1', [200, 300])],
    twin: get(2, 'client2', 'k1', null, [200, 300]),
    operations: [1, 2],
    reason: 'read 2 of k1 by client2 returned nothing, but write 1 of k1 (v1) by client1 ended',
  },
  {
    name: 'a value nobody wrote',
    good: [set(1, 'client1', 'k1', 'v1', [0, 100]), get(2, 'client2', 'k1', 'v1', [50, 300])],
    twin: get(2, 'client2', 'k1', 'v9', [50, 300]),
    operations: [2],
    reason: 'read 2 of k1 by client2 returned v9, which nobody wrote',
  },
  {
    name: 'a value of a write that failed',
    good: [
      set(1, 'client1', 'k1', 'v1', [0, 100], 'info'),
      get(2, 'client2', 'k1', 'v1', [50, 300]),
    ],
    twin: set(1, 'client1', 'k1', 'v1', [0, 100], 'fail'),
    operations: [1, 2],
    reason: 'but write 1 of k1 (v1) by client1, the only one of that value, failed',
  },
  {
    name: 'a value read before its write began',
    good: [set(1, 'client1', 'k1', 'v1', [100, 200]), get(2, 'client2', 'k1', 'v1', [50, 300])],
    twin: get(2, 'client2', 'k1', 'v1', [50, 99]),
    operations: [1, 2],
    reason: 'but write 1 of k1 (v1) by client1 began only at 0.000100 s, after the read had ended',
  },
  {
    name: 'an older value after a newer one was read, both writes in flight',
    good: [
      set(1, 'client1', 'k1', 'v1', [0, 900]),
      set(2, 'client2', 'k1', 'v2', [0, 900]),
      get(3, 'client3', 'k1', 'v1', [100, 200]),
      get(4, 'client3', 'k1', 'v2', [300, 400]),
      get(5, 'client3', 'k1', 'v2', [500, 600]),
    ],
    twin: get(5, 'client3', 'k1', 'v1', [500, 600]),
    operations: [3, 4, 5],
    reason: 'read 5 of k1 by client3 returned v1, but read 4 of k1 (v2) by client3 ended',
  },
  {
    name: 'an info write that was seen, then was not',
    good: [
      set(1, 'client1', 'k1', 'v1', [0, 50]),
      set(2, 'client2', 'k1', 'v2', [100, 200], 'info'),
      get(3, 'client3', 'k1', 'v2', [300, 400]),
      get(4, 'client3', 'k1', 'v2', [500, 600]),
    ],
    twin: get(4, 'client3', 'k1', 'v1', [500, 600]),
    operations: [1, 2, 3, 4],
    reason: 'read 4 of k1 by client3 returned v1, but read 3 of k1 (v2) by client3 ended',
  },
  {
    name: "a client that doesn't read its own write, begun at the instant the write ended",
    good: [set(1, 'client1', 'k1', 'v1', [0, 100]), get(2, 'client1', 'k1', 'v1', [100, 200])],
    twin: get(2, 'client1', 'k1', null, [100, 200]),
    operations: [1, 2],
    reason: 'read 2 of k1 by client1 returned nothing, but write 1',
  },
];

describe('linearizable', () => {
  it.each(twins)('should reject $name, and accept the good twin', (example) => {
    const { good, twin, operations, reason } = example;
    expect(judged(...good)).toMatchObject({ validity: 'valid', operations: [] });
    const bad = judged(...good.map((operation) => (operation.id === twin.id ? twin : operation)));
    expect(bad).toMatchObject({ validity: 'invalid', operations });
    expect(bad.reason).toContain(reason);
    expect(bad.evidence.map(({ text }) => Number(/\d+/.exec(text)![0]))).toEqual(operations);
  });

  it('should accept a history without an operation', () => {
    expect(judged()).toMatchObject({ validity: 'valid' });
  });

  it('should let an operation that ends at the instant another begins overlap it', () => {
    const write = set(1, 'client1', 'k1', 'v1', [0, 100]);
    // Another client's read at that instant may have come before the write.
    expect(judged(write, get(2, 'client2', 'k1', null, [100, 200])).validity).toBe('valid');
    expect(judged(write, get(2, 'client2', 'k1', null, [101, 200])).validity).toBe('invalid');
  });

  it("should keep a client's order within an instant across an info write", () => {
    const history = [
      set(1, 'client1', 'k1', 'v1', [0, 100]),
      set(2, 'client1', 'k1', 'v2', [100, 100], 'info'),
      get(3, 'client1', 'k1', null, [100, 200]),
      get(4, 'client2', 'k1', 'v2', [500, 600]),
    ];
    expect(judged(...history)).toMatchObject({ validity: 'invalid', operations: [1, 3] });
  });

  it("should grant no order within an instant to a client that isn't sequential", () => {
    const history = [
      set(1, 'client1', 'k1', 'v1', [0, 100]),
      set(2, 'client1', 'k2', 'v2', [50, 99]),
      get(3, 'client1', 'k1', null, [100, 200]),
    ];
    expect(judged(...history).validity).toBe('valid');
  });

  it('should let an info or open write take effect long after its end, or never', () => {
    const early = get(2, 'client2', 'k1', null, [500, 600]);
    const late = get(3, 'client2', 'k1', 'v1', [700, 800]);
    const info = set(1, 'client1', 'k1', 'v1', [0, 100], 'info');
    const open = set(1, 'client1', 'k1', 'v1', [0]);
    for (const write of [info, open]) {
      expect(judged(write, early).validity).toBe('valid');
      expect(judged(write, early, late).validity).toBe('valid');
    }
    expect(judged(set(1, 'client1', 'k1', 'v1', [0, 100]), early, late).validity).toBe('invalid');
  });

  it('should ignore reads that did not answer and calls that are no register operations', () => {
    const history = [
      set(1, 'client1', 'k1', 'v1', [0, 100]),
      get(2, 'client2', 'k1', null, [200, 300], 'info'),
      get(3, 'client2', 'k1', null, [400, 500], 'fail'),
      get(4, 'client2', 'k1', null, [600]),
      { id: 5, node: 'operator', call: { type: 'failover' }, invokedAt: 0, completedAt: 9 },
    ];
    expect(judged(...history)).toMatchObject({ validity: 'valid' });
  });

  it('should show, of several keys, the anomaly complete first and name the others', () => {
    const verdict = judged(
      get(1, 'client1', 'k9', 'v9', [0, 900]),
      get(2, 'client2', 'k2', 'v8', [0, 800]),
      get(3, 'client3', 'k3', 'v7', [0, 950]),
    );
    expect(verdict.operations).toEqual([2]);
    expect(verdict.reason).toContain('The same holds of k9 and k3.');
  });
});

describe('the budget of linearizable', () => {
  /**
   * Writes in flight together, each read meanwhile, and no order for the last two reads. One value
   * is written twice: with unique values nothing needs searching.
   */
  const crowd = (size: number) => {
    const history = [set(99, 'writer99', 'k1', 'v3', [0, 1_000])];
    for (let id = 1; id <= size; id += 1) {
      history.push(set(id, `writer${id}`, 'k1', `v${id}`, [0, 1_000]));
      history.push(get(100 + id, `reader${id}`, 'k1', `v${id}`, [0, 1_000]));
    }
    // v1 must come last, and v2 after it.
    history.push(get(300, 'last', 'k1', 'v1', [2_000, 3_000]));
    return [...history, get(301, 'last', 'k1', 'v2', [4_000, 5_000])];
  };

  it('should answer unknown, and what was spent, when it is not enough', () => {
    const verdict = linearizable(runOf(...crowd(16)), { steps: 1_000 });
    expect(verdict).toMatchObject({ validity: 'unknown', operations: [] });
    expect(verdict.reason).toBe(
      'spent 1000 of 1000 steps and found no order of k1 (35 operations), ' +
        'nor that there is none; every other key can be ordered',
    );
  });

  it('should reject without a named contradiction where a value was written twice', () => {
    const verdict = judged(...crowd(6));
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [301] });
    expect(verdict.reason).toContain('and no order of the 15 operations that had ended by then');
  });

  it('should leave a share to every key, and let a violation outweigh an undecided key', () => {
    const stale = [
      set(401, 'client1', 'k2', 'v1', [0, 100]),
      set(402, 'client1', 'k2', 'v2', [200, 300]),
      get(403, 'client2', 'k2', 'v1', [400, 500]),
    ];
    expect(linearizable(runOf(...crowd(16), ...stale), { steps: 1_000 })).toMatchObject({
      validity: 'invalid',
      operations: [401, 402, 403],
    });
  });
});

describe('linearizable on 20,000 operations of 32 clients on 8 keys', () => {
  const size = { operations: 20_000, clients: 32, keys: 8, seed: 1 };
  const workloads = [
    { name: 'steady', ...size },
    { name: 'with a fifth of the writes info', ...size, infoPercent: 20 },
    { name: 'with stalls of 5 ms', ...size, stallUs: 5_000, infoPercent: 5 },
    { name: 'all on one key', ...size, keys: 1, stallUs: 5_000 },
  ];

  it.each(workloads)('should accept a true register, $name, in under 2 s', (workload) => {
    const record = runOf(...closedLoop(workload));
    const begun = performance.now();
    const verdict = linearizable(record);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(verdict.validity).toBe('valid');
    expect(Number(/(\d+) steps/.exec(verdict.reason)![1])).toBeLessThan(200_000);
  });

  it.each(workloads)('should find the one stale read, $name', (workload) => {
    const operations = closedLoop(workload);
    const stale = operations.findLastIndex(({ call }) => call.type === 'get');
    const { key } = operations[stale]!.call;
    const first = operations.find(({ call, outcome }) => {
      return call.type === 'set' && call['key'] === key && outcome === 'ok';
    })!;
    operations[stale]!.value = first.call['value'];
    const verdict = linearizable(runOf(...operations));
    expect(verdict.validity).toBe('invalid');
    expect(verdict.operations).toContain(operations[stale]!.id);
    expect(verdict.operations).toContain(first.id);
  });
});

describe('the search and the definition', () => {
  const times = [0, 1, 2, 3];
  const intervals = times.flatMap((from) =>
    times.filter((to) => to >= from).map((to) => [from, to] as const),
  );

  /** Multisets of a size, as sorted choices. */
  function* multisets<T>(from: readonly T[], size: number, least = 0): Generator<T[]> {
    if (size === 0) yield [];
    else {
      for (let at = least; at < from.length; at += 1) {
        for (const rest of multisets(from, size - 1, at)) yield [from[at]!, ...rest];
      }
    }
  }

  // Four instants carry every interval order of four operations, ties included. Writes have values
  // of their own and are ok or info, reads return any of them or nothing; each has its own client.
  it('should agree on every history of up to four operations on one key', () => {
    let histories = 0;
    let linearizableOnes = 0;
    for (let size = 1; size <= 4; size += 1) {
      for (let writes = 0; writes <= size; writes += 1) {
        const writeShapes = intervals.flatMap((at) =>
          (['ok', 'info'] as const).map((outcome) => ({ at, outcome })),
        );
        const values = [null, ...Array.from({ length: writes }, (_, index) => `v${index + 1}`)];
        const readShapes = intervals.flatMap((at) => values.map((value) => ({ at, value })));
        for (const some of multisets(writeShapes, writes)) {
          const sets = some.map(({ at, outcome }, index) =>
            set(index + 1, `writer${index}`, 'k', `v${index + 1}`, at, outcome),
          );
          for (const others of multisets(readShapes, size - writes)) {
            const gets = others.map(({ at, value }, index) =>
              get(10 + index, `reader${index}`, 'k', value, at),
            );
            const history = [...sets, ...gets];
            const expected = naivelyLinearizable(history);
            histories += 1;
            linearizableOnes += Number(expected);
            if ((judged(...history).validity === 'valid') !== expected) {
              expect.fail(`naively ${expected}: ${JSON.stringify(history)}`);
            }
          }
        }
      }
    }
    expect({ histories, linearizableOnes }).toMatchInlineSnapshot(`
      {
        "histories": 212575,
        "linearizableOnes": 162733,
      }
    `);
  });

  /** Few clients with touching operations, values that may repeat, all outcomes. */
  const random = (most: number, unique: boolean) =>
    fc
      .array(
        fc.record({
          client: fc.integer({ min: 1, max: 4 }),
          gap: fc.integer({ min: 0, max: 2 }),
          length: fc.integer({ min: 0, max: 5 }),
          isRead: fc.boolean(),
          value: fc.integer({ min: 0, max: unique ? most : 3 }),
          outcome: fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail'),
        }),
        { minLength: 1, maxLength: most },
      )
      .map((shapes) => {
        const freeAt = new Map<number, number>();
        return shapes
          .map(({ client, gap, length, isRead, value, outcome }, index): OperationRecord => {
            const from = (freeAt.get(client) ?? 0) + gap;
            freeAt.set(client, from + length);
            const at = [from, from + length] as const;
            const name = `client${client}`;
            if (isRead)
              return get(index + 1, name, 'k', value === 0 ? null : `v${value}`, at, outcome);
            return set(index + 1, name, 'k', `v${unique ? index + 1 : value}`, at, outcome);
          })
          .sort((one, other) => one.invokedAt - other.invokedAt);
      });

  it.each([true, false])('should agree on random histories, values unique: %s', (unique) => {
    let rejected = 0;
    fc.assert(
      fc.property(random(7, unique), (history) => {
        const expected = naivelyLinearizable(history);
        rejected += Number(!expected);
        expect(judged(...history).validity).toBe(expected ? 'valid' : 'invalid');
      }),
      { seed: 20_171, numRuns: 20_000 },
    );
    expect(rejected).toBeGreaterThan(2_000);
  });

  it('should name the shortest prefix without an order, and why, when values are unique', () => {
    let shown = 0;
    fc.assert(
      fc.property(random(7, true), (history) => {
        const verdict = judged(...history);
        if (verdict.validity !== 'invalid') return;
        shown += 1;
        const read = Number(/^read (\d+)/.exec(verdict.reason)![1]);
        const offender = history.find(({ id }) => id === read)!;
        const kept = history.filter(({ id }) => verdict.operations.includes(id));
        // The operations named are enough to convict: alone they can't be ordered either.
        expect(naivelyLinearizable(kept)).toBe(false);
        const { completedAt: end } = offender;
        const cut = history.map((operation) =>
          operation.completedAt! < end! ? operation : { ...operation, outcome: 'info' as const },
        );
        expect(naivelyLinearizable(cut)).toBe(true);
        expect(verdict.reason).not.toContain('no order of');
      }),
      { seed: 1_993, numRuns: 20_000 },
    );
    expect(shown).toBeGreaterThan(2_000);
  });
});
