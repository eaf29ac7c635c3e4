import { describe, expect, it } from 'vitest';
import type { Batch } from '../vocabulary.js';
import { contentsOf } from './contents.js';
import type { StorageEffect } from './disk.js';
import { crashStorage, loseUnsynced, type Tail } from './recovery.js';
import { createStorage, dispatchDisk, submit } from './storage.js';
import { queued, runUntil, testInstance, testKernel, testState } from './test-kernel.js';

const batch = (operation: number): Batch => ({
  count: 2,
  operation,
  writes: [{ kind: 'put', key: `k${operation % 3}`, value: `v${operation}` }],
});
const append = (operation: number): StorageEffect => ({
  type: 'append',
  params: { batch: batch(operation) },
});
const persist = (epoch: number): StorageEffect => ({
  type: 'persist',
  params: { fields: { epoch } },
});
const sync: StorageEffect = { type: 'sync', params: {} };

/** Two batches synced, three not; epoch 1 persisted; then, at 80, more is in flight. */
function setup(choose: (label: string, n: number) => number = () => 0) {
  const kernel = testKernel(testState(), { choose });
  const storage = createStorage(0, { append: [10], sync: [10], persist: [10] });
  const store = testInstance('store');
  const ask = (effect: StorageEffect) => submit(storage, kernel, store, effect);
  const until = (at: number) =>
    runUntil(kernel, at, (entry) => dispatchDisk(storage, kernel, entry));
  for (const effect of [append(1), append(2), sync, append(3), append(4), append(5), persist(1)]) {
    ask(effect);
  }
  until(70);
  return {
    kernel,
    storage,
    ask,
    until,
    offsets: () => [storage.latest, storage.applied, storage.durable],
    lose: (tail: Tail) => loseUnsynced(storage, kernel, tail, 3),
  };
}

describe('a process crash', () => {
  it('keeps what is applied, and what is durable as it was', () => {
    const { storage, offsets } = setup();
    crashStorage(storage);
    expect(offsets()).toEqual([10, 10, 4]);
  });

  it('ends the operation in service and those that wait without effect or answer', () => {
    const { kernel, storage, ask, until, offsets } = setup();
    ask(append(6));
    ask(append(7));
    expect(offsets()).toEqual([14, 10, 4]);
    until(79);
    crashStorage(storage);
    expect(offsets()).toEqual([10, 10, 4]);
    expect(queued(kernel)).toEqual([]);
    const told = kernel.state.mail.length;
    until(1000);
    expect(offsets()).toEqual([10, 10, 4]);
    expect(kernel.state.mail).toHaveLength(told);
  });

  it('keeps the old record when a persist is in flight', () => {
    const { storage, ask, until } = setup();
    ask(persist(2));
    until(79);
    crashStorage(storage);
    until(1000);
    expect(storage.metadata).toEqual({ epoch: 1 });
  });

  it('leaves a disk that serves the next process', () => {
    const { storage, ask, until, offsets } = setup();
    ask(append(6));
    crashStorage(storage);
    ask(append(7));
    until(80);
    expect(offsets()).toEqual([12, 12, 4]);
  });
});

describe('a power loss', () => {
  it('takes from the end as many of the unsynced batches as is decided', () => {
    for (let lost = 0; lost <= 3; lost++) {
      const { kernel, storage, lose, offsets } = setup(() => lost);
      expect(lose('draw')).toEqual({ lost, torn: false });
      expect(kernel.state.decisions).toEqual([{ label: '7/0/3', n: 4 }]);
      const end = 10 - 2 * lost;
      expect(offsets()).toEqual([end, end, end]);
      expect(storage.contents).toEqual(contentsOf(storage.log.batches));
      expect(storage.metadata).toEqual({ epoch: 1 });
    }
  });

  it('takes none or all of them when told so, and asks nobody', () => {
    const kept = setup();
    expect(kept.lose('keep')).toEqual({ lost: 0, torn: false });
    expect(kept.offsets()).toEqual([10, 10, 10]);
    const lost = setup();
    expect(lost.lose('lose')).toEqual({ lost: 3, torn: false });
    expect(lost.offsets()).toEqual([4, 4, 4]);
    expect([...kept.kernel.state.decisions, ...lost.kernel.state.decisions]).toEqual([]);
  });

  it('torn takes at least the last one, at most all, and says so', () => {
    for (let more = 0; more < 3; more++) {
      const { kernel, lose, offsets } = setup(() => more);
      expect(lose('torn')).toEqual({ lost: 1 + more, torn: true });
      expect(kernel.state.decisions).toEqual([{ label: '8/0/3', n: 3 }]);
      expect(offsets()[0]).toBe(8 - 2 * more);
    }
  });

  it('takes nothing, asks nobody and tears nothing when all is synced', () => {
    for (const tail of ['draw', 'keep', 'lose', 'torn'] as const) {
      const { kernel, ask, until, lose } = setup(() => 1);
      ask(sync);
      until(100);
      expect(lose(tail)).toEqual({ lost: 0, torn: false });
      expect(kernel.state.decisions).toEqual([]);
    }
  });

  it('never takes what a completed sync covered, and ends the one in flight', () => {
    const { ask, until, lose, offsets } = setup();
    ask(sync);
    until(79);
    lose('lose');
    until(1000);
    expect(offsets()).toEqual([4, 4, 4]);
  });

  it('after a process crash finds the same unsynced batches', () => {
    const { storage, lose, offsets } = setup();
    crashStorage(storage);
    expect(lose('lose').lost).toBe(3);
    expect(offsets()).toEqual([4, 4, 4]);
  });
});
