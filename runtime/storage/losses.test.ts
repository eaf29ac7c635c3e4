/** What goes from a log again is kept for the record: whose, from where, and why. */
import { describe, expect, it } from 'vitest';
import type { Batch } from '../vocabulary.js';
import type { StorageEffect } from './disk.js';
import { loseUnsynced } from './recovery.js';
import { checkpointOf, createStorage, dispatchDisk, submit } from './storage.js';
import { runUntil, testInstance, testKernel, testState } from './test-kernel.js';

const batch = (operation: number): Batch => ({
  count: 2,
  operation,
  writes: [{ kind: 'put', key: `k${operation}`, value: `v${operation}` }],
});

function setup(...operations: number[]) {
  const kernel = testKernel(testState());
  const storage = createStorage(0, { append: [1], truncate: [1], install: [1], sync: [1] });
  let now = 0;
  const ask = (...effects: StorageEffect[]) => {
    for (const effect of effects) submit(storage, kernel, testInstance('store'), effect);
    now += 100;
    runUntil(kernel, now, (entry) => dispatchDisk(storage, kernel, entry));
  };
  ask(
    ...operations.map((one): StorageEffect => ({ type: 'append', params: { batch: batch(one) } })),
  );
  return { kernel, storage, ask };
}

describe('the losses of a storage', () => {
  it('should be none while its log only grows', () => {
    const { storage, ask } = setup(1, 2, 3);
    ask({ type: 'sync', params: {} }, { type: 'truncate', params: { after: 6 } });
    expect(storage.losses).toEqual([]);
  });

  it('should be the batches behind a truncation, a batch cut into goes whole', () => {
    const { storage, ask } = setup(1, 2, 3);
    ask({ type: 'truncate', params: { after: 3 } });
    expect(storage.losses).toEqual([
      {
        at: 101,
        cause: 'truncated',
        after: 2,
        lost: [
          { last: 4, operation: 2 },
          { last: 6, operation: 3 },
        ],
      },
    ]);
  });

  it('should be what a checkpoint of another lineage does not hold, and nothing of its own', () => {
    const other = setup(1, 9, 8);
    const { storage, ask } = setup(1, 2, 3);
    ask({ type: 'install', params: { checkpoint: checkpointOf(other.storage) } });
    expect(storage.losses).toEqual([
      {
        at: 101,
        cause: 'replaced',
        after: 2,
        lost: [
          { last: 4, operation: 2 },
          { last: 6, operation: 3 },
        ],
      },
    ]);
    const behind = setup(1);
    behind.ask({ type: 'install', params: { checkpoint: checkpointOf(other.storage) } });
    expect(behind.storage.losses).toEqual([]);
  });

  it('should be what was not synced when the power went, as far as it is lost', () => {
    const { kernel, storage, ask } = setup(1);
    ask({ type: 'sync', params: {} });
    ask(
      { type: 'append', params: { batch: batch(2) } },
      { type: 'append', params: { batch: batch(3) } },
    );
    loseUnsynced(storage, kernel, 'keep', 1);
    expect(storage.losses).toEqual([]);
    ask({ type: 'append', params: { batch: batch(4) } });
    loseUnsynced(storage, kernel, 'lose', 1);
    expect(storage.losses).toEqual([
      { at: 400, cause: 'power', after: 6, lost: [{ last: 8, operation: 4 }] },
    ]);
  });
});
