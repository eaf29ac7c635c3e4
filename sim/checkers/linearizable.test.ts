/** Linearizability of runs: known-bad twins, budgets and size. */
import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../runtime/record.js';
import { trueHistory } from './fixtures/histories.js';
import { linearizable } from './linearizable.js';
import { append, callsOf, get, list, runOf, set } from './test-records.js';

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
    operations: [1, 2, 3, 4, 5],
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
    const shown = bad.evidence.filter(({ text }) => !text.startsWith('an order of all before'));
    expect(shown.map(({ text }) => Number(/\d+/.exec(text)![0]))).toEqual(operations);
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

  it('should judge keys that are appended to beside registers', () => {
    const register = [set(10, 'c5', 'r', 'v', [0, 5]), get(11, 'c5', 'r', 'v', [6, 9])];
    const appended = (...last: string[]) => [
      append(1, 'c1', 'k', 'a', [0, 10]),
      append(2, 'c2', 'k', 'b', [20, 30]),
      list(3, 'c1', 'k', last, [40, 50]),
    ];
    expect(judged(...appended('a', 'b'), ...register).validity).toBe('valid');
    const verdict = judged(...appended('a'), ...register);
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [2, 3] });
    expect(verdict.reason).toContain('read 3 of k by c1 returned a, without b, although append 2');
  });

  it('should judge a key that is both written and appended to', () => {
    const mixed = (last: string) => [
      append(1, 'c1', 'k', 'a', [0, 10]),
      set(2, 'c1', 'k', 'x', [20, 30]),
      append(3, 'c2', 'k', 'b', [40, 50]),
      get(4, 'c3', 'k', last, [60, 70]),
    ];
    expect(judged(...mixed('xb,')).validity).toBe('valid');
    const verdict = judged(...mixed('a,xb,'));
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [3, 4] });
    expect(verdict.reason).toContain('k holds xb (after append 3 of k (b) by c2)');
  });

  it('should show an order of all that had ended before', () => {
    const { evidence } = judged(
      set(1, 'client1', 'k1', 'v1', [0, 100]),
      get(2, 'client2', 'k1', 'v1', [50, 150]),
      set(3, 'client1', 'k1', 'v3', [200, 300]),
      get(4, 'client2', 'k1', 'v1', [400, 500]),
    );
    expect(evidence.at(-1)).toEqual({
      at: 500,
      node: 'client2',
      text:
        'an order of all before read 4: write 1 of k1 (v1) by client1; ' +
        'read 2 of k1 (v1) by client2; write 3 of k1 (v3) by client1',
    });
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
      'the budget of 1000 steps was spent, and no order was found of k1 (35 operations), ' +
        'nor that there is none; every other key can be ordered',
    );
  });

  it('should answer unknown when memory is not enough, however many steps there are', () => {
    const verdict = linearizable(runOf(...crowd(16)), { steps: 100_000, memory: 100 });
    expect(verdict).toMatchObject({ validity: 'unknown', operations: [] });
    expect(verdict.reason).toContain('100 configurations were stored, the most that may be, in ');
  });

  it('should say what the key holds instead where a value was written twice', () => {
    const verdict = judged(...crowd(6));
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [1, 301] });
    expect(verdict.reason).toBe(
      'read 301 of k1 by last returned v2, but whatever order is given to what had begun by then, ' +
        'k1 holds v1 (after write 1 of k1 (v1) by writer1) when its turn comes. ' +
        'The 14 operations of k1 that ended before can be ordered; with this one they cannot.',
    );
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
  const size = { model: 'register', operations: 20_000, clients: 32, keys: 8, seed: 1 } as const;
  const workloads = [
    { name: 'steady', ...size },
    { name: 'with a fifth of the writes info', ...size, infoPermille: 200 },
    { name: 'with stalls of 5 ms', ...size, stallUs: 5_000, infoPermille: 50 },
    { name: 'all on one key', ...size, keys: 1, stallUs: 5_000 },
  ];

  it.each(workloads)('should accept a true register, $name, without a search', (workload) => {
    const verdict = linearizable(runOf(...callsOf(trueHistory(workload))));
    expect(verdict.validity).toBe('valid');
    const [, operations] = /^(\d+) operations on \d keys? can be ordered$/.exec(verdict.reason)!;
    expect(Number(operations)).toBeGreaterThan(17_000);
  });

  it.each(workloads)('should find the one stale read, $name', (workload) => {
    const operations = callsOf(trueHistory(workload));
    const stale = operations.findLastIndex(({ call, outcome }) => {
      return call.type === 'get' && outcome === 'ok';
    });
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
