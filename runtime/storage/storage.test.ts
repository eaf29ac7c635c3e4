import { describe, expect, it } from 'vitest';
import type { Mail } from '../kernel.js';
import type { Batch, Checkpoint, Write } from '../vocabulary.js';
import { contentsHash, contentsOf } from './contents.js';
import type { DiskConfig, StorageEffect } from './disk.js';
import { prefixHash } from './log.js';
import {
  beginDiskFault,
  checkpointOf,
  createStorage,
  dispatchDisk,
  endDiskFault,
  type StorageState,
  submit,
} from './storage.js';
import {
  mailLog,
  queued,
  runUntil,
  type TestHooks,
  type TestState,
  testInstance,
  testKernel,
  testState,
  times,
} from './test-kernel.js';

const fast: DiskConfig = {
  readKey: [0],
  readLog: [0],
  readCheckpoint: [0],
  append: [0],
  truncate: [0],
  install: [0],
  sync: [0],
  persist: [0],
};
const slow: DiskConfig = { ...fast, append: [10], sync: [100], persist: [50], readKey: [0] };

const write = (key: string, value: string): Write => ({ kind: 'put', key, value });
const batch = (operation: number, key = 'k', count = 1): Batch => ({
  count,
  operation,
  writes: [write(key, `v${operation}`)],
});
const append = (operation: number, key?: string, count?: number): StorageEffect => ({
  type: 'append',
  params: { batch: batch(operation, key, count), tag: operation },
});
const sync: StorageEffect = { type: 'sync', params: { tag: 's' } };
const persist = (epoch: number): StorageEffect => ({
  type: 'persist',
  params: { fields: { epoch }, tag: 'p' },
});
const readKey = (key: string): StorageEffect => ({ type: 'readKey', params: { key } });

/** One node's storage, and a machine that asks. */
function setup(config: Partial<DiskConfig> = fast, hooks: TestHooks = {}, retain?: number) {
  const kernel = testKernel(testState(), hooks);
  const storage = createStorage(0, config, retain);
  const store = testInstance('store');
  return {
    kernel,
    storage,
    store,
    ask: (...effects: StorageEffect[]) => {
      for (const effect of effects) submit(storage, kernel, store, effect);
    },
    until: (at: number) => runUntil(kernel, at, (entry) => dispatchDisk(storage, kernel, entry)),
    offsets: () => [storage.latest, storage.applied, storage.durable],
    answers: () => kernel.state.mail.map(({ mail }) => mail),
  };
}

describe('an idle, healthy disk whose tables are [0]', () => {
  it('answers every effect at once, without an entry in the queue or a decision', () => {
    const { kernel, storage, ask, answers } = setup();
    const checkpoint = checkpointOf(createStorage(1));
    ask(append(7, 'k', 3), readKey('k'), readKey('none'));
    ask({ type: 'readLog', params: { from: 1, limit: 9, tag: 'l' } });
    ask(sync, persist(3), { type: 'readCheckpoint', params: { tag: 'c' } });
    ask({ type: 'truncate', params: { after: 0, tag: 't' } });
    ask({ type: 'install', params: { checkpoint, tag: 'i' } });
    expect(answers()).toEqual([
      { type: 'appended', tag: 7, first: 1, last: 3, operation: 7 },
      { type: 'value', tag: '', key: 'k', value: 'v7' },
      { type: 'value', tag: '', key: 'none', value: null },
      {
        type: 'range',
        tag: 'l',
        from: 1,
        next: 4,
        status: 'ok',
        batches: [batch(7, 'k', 3)],
      },
      { type: 'synced', tag: 's' },
      { type: 'persisted', tag: 'p' },
      expect.objectContaining({ type: 'checkpoint', tag: 'c' }),
      { type: 'truncated', tag: 't' },
      { type: 'installed', tag: 'i' },
    ]);
    expect(queued(kernel)).toEqual([]);
    expect(kernel.state.decisions).toEqual([]);
    expect(storage.metadata).toEqual({ epoch: 3 });
  });

  it('answers in order when a machine asks again as soon as it is told', () => {
    const later = [append(3), append(4)];
    const { kernel, storage, store, ask, answers, offsets } = setup(fast, {
      react: () => {
        const next = later.shift();
        if (next !== undefined) submit(storage, kernel, store, next);
      },
    });
    beginDiskFault(storage, kernel, 'stalled');
    ask(append(1), append(2));
    endDiskFault(storage, kernel, 'stalled');
    const operations = answers().map((mail) => 'operation' in mail && mail.operation);
    expect(operations).toEqual([1, 2, 3, 4]);
    expect(offsets()).toEqual([4, 4, 0]);
  });

  it('catches up with 20,000 appends within a second', { timeout: 1000 }, () => {
    const { kernel, storage, ask, offsets } = setup(fast, {}, 100);
    beginDiskFault(storage, kernel, 'stalled');
    for (let i = 1; i <= 20_000; i++) ask(append(i, `k${i % 1000}`));
    endDiskFault(storage, kernel, 'stalled');
    expect(offsets()).toEqual([20_000, 20_000, 0]);
    expect(storage.contents.values.size).toBe(1000);
  });
});

describe('a disk that takes its time', () => {
  it('carries out one operation after another, in order', () => {
    const { kernel, ask, until } = setup(slow);
    ask(append(1), sync, readKey('k'), append(2));
    expect(queued(kernel)).toEqual(['disk']);
    until(1000);
    expect(times(kernel)).toEqual(['10 appended', '110 synced', '110 value', '120 appended']);
  });

  it('tells received from applied from durable', () => {
    const { ask, until, offsets } = setup(slow);
    ask(append(1, 'k', 2), append(2, 'k', 3), sync);
    expect(offsets()).toEqual([5, 0, 0]);
    until(10);
    expect(offsets()).toEqual([5, 2, 0]);
    until(20);
    expect(offsets()).toEqual([5, 5, 0]);
    until(120);
    expect(offsets()).toEqual([5, 5, 5]);
  });

  it('makes durable what was applied when the sync began, not what came behind it', () => {
    const { ask, until, offsets } = setup(slow);
    ask(append(1), sync, append(2));
    until(1000);
    expect(offsets()).toEqual([2, 2, 1]);
  });

  it('shows reads the contents at the instant they complete', () => {
    const { ask, until, answers } = setup({ ...fast, append: [10], readKey: [5] });
    ask(readKey('k'), append(1), readKey('k'));
    until(1000);
    const values = answers().filter(({ type }) => type === 'value');
    expect(values).toMatchObject([{ value: null }, { value: 'v1' }]);
  });

  it('replaces the metadata whole, at completion, keeping fields that are not named', () => {
    const { storage, ask, until } = setup(slow);
    ask({ type: 'persist', params: { fields: { role: 'a', epoch: 1 } } }, persist(2));
    const before = storage.metadata;
    until(49);
    expect(storage.metadata).toBe(before);
    until(99);
    expect(storage.metadata).toEqual({ role: 'a', epoch: 1 });
    until(100);
    expect(storage.metadata).toEqual({ role: 'a', epoch: 2 });
  });

  it('draws a time per operation, named by the client’s operation, or by kind and offset', () => {
    const pair = [10, 20];
    const config = { ...fast, append: pair, sync: pair, readLog: pair, persist: pair };
    const { kernel, ask, until } = setup(config, { choose: () => 1 });
    ask(append(70), append(0), sync, { type: 'readLog', params: { from: 2, limit: 1 } });
    ask(persist(1));
    until(1000);
    expect(times(kernel).at(-1)).toBe('100 persisted');
    const labels = kernel.state.decisions.map(({ label }) => label);
    const kind = 2 ** 40;
    const subjects = [70, kind + 2, 2 * kind + 2, 3 * kind + 2, 6 * kind];
    expect(labels).toEqual(subjects.map((subject) => `5/0/${subject}`));
  });

  it('drops the answer of a machine that was stopped, and carries its operation out', () => {
    const { kernel, storage, store, ask, until } = setup(slow);
    ask(append(1));
    store.alive = false;
    until(1000);
    expect(storage.applied).toBe(1);
    expect(times(kernel)).toEqual([]);
  });

  it('takes default tables for the kinds that a configuration leaves out', () => {
    const { kernel, ask, until } = setup({ append: [7] });
    ask(append(1), sync);
    until(1_000_000);
    expect(times(kernel)).toEqual(['7 appended', '207 synced']);
  });
});

describe('truncate and install', () => {
  it('shows nobody a batch that is to be synced before it is durable', () => {
    const { kernel, ask, until, offsets, answers } = setup(slow);
    const one = append(1);
    ask({ ...one, params: { ...one.params, sync: true } } as StorageEffect);
    until(109);
    expect([offsets(), answers()]).toEqual([[1, 0, 0], []]);
    until(110);
    expect(offsets()).toEqual([1, 1, 1]);
    expect(answers()).toEqual([{ type: 'appended', tag: 1, first: 1, last: 1, operation: 1 }]);
    ask(append(2));
    until(200);
    expect(offsets()).toEqual([2, 2, 1]);
    expect(queued(kernel)).toEqual([]);
  });

  it('truncating drops the log, the contents and the durable offset after an offset', () => {
    const { storage, ask, offsets } = setup();
    ask(append(1, 'a'), append(2, 'b', 2), append(3, 'a'), sync);
    ask({ type: 'truncate', params: { after: 3 } });
    expect(offsets()).toEqual([3, 3, 3]);
    expect([...storage.contents.values]).toEqual([
      ['a', 'v1'],
      ['b', 'v2'],
    ]);
    ask({ type: 'truncate', params: { after: 2 } });
    expect(offsets()).toEqual([1, 1, 1]);
  });

  it('truncating keeps what waits behind it counted as received', () => {
    const { ask, until, offsets } = setup({ ...fast, append: [10], truncate: [10] });
    ask(append(1, 'a', 5));
    until(10);
    ask({ type: 'truncate', params: { after: 0 } }, append(2, 'b', 2));
    expect(offsets()).toEqual([7, 5, 0]);
    until(20);
    expect(offsets()).toEqual([2, 0, 0]);
    until(30);
    expect(offsets()).toEqual([2, 2, 0]);
  });

  it('installing makes a node equal to the one the checkpoint was read from, and durable', () => {
    const from = setup();
    from.ask(append(1, 'a'), append(2, 'b', 4), append(3, 'a'));
    from.ask({ type: 'readCheckpoint', params: {} });
    const { checkpoint } = from.answers().at(-1) as { checkpoint: Checkpoint } & Mail;
    from.ask(append(4, 'late'));

    const to = setup();
    to.ask(append(9, 'own'), { type: 'install', params: { checkpoint } });
    expect(to.offsets()).toEqual([6, 6, 6]);
    expect(to.storage.contents).toEqual(contentsOf(checkpoint.batches));
    expect(prefixHash(to.storage.log, 6)).toEqual(prefixHash(from.storage.log, 6));
    to.ask(append(4, 'late'));
    expect(prefixHash(to.storage.log, 7)).toEqual(prefixHash(from.storage.log, 7));
    expect(contentsHash(to.storage.contents)).toEqual(contentsHash(from.storage.contents));
  });

  it('a checkpoint that is not what its lineage leads to is refused by the node’s name', () => {
    const { storage, ask } = setup();
    ask(append(1));
    const checkpoint = checkpointOf(storage);
    const install = (wrong: Checkpoint) => () =>
      ask({ type: 'install', params: { checkpoint: wrong } });
    expect(install({ ...checkpoint, offset: 2 })).toThrow('install on n0');
    expect(install({ ...checkpoint, hash: { a: 1, b: 1 } })).toThrow('install on n0');
    expect(install(checkpoint)).not.toThrow();
  });

  it('two storages hold one batch between them, not two', () => {
    const shared = batch(1);
    const [one, other] = [setup(), setup()];
    for (const { ask } of [one, other]) ask({ type: 'append', params: { batch: shared } });
    expect(one.storage.log.batches[0]).toBe(other.storage.log.batches[0]);
  });
});

describe('a slow disk', () => {
  it('stretches what begins while it is slow, by all factors at once, rounded up', () => {
    const { kernel, storage, ask, until } = setup(slow);
    ask(append(1), append(2), append(3), append(4));
    beginDiskFault(storage, kernel, 'slow', [3, 1]);
    until(10); // The first had begun before.
    beginDiskFault(storage, kernel, 'slow', [11, 20]);
    until(40); // 3 times 10.
    endDiskFault(storage, kernel, 'slow', [3, 1]);
    until(57); // 3 * 11 / 20 = 1.65 times 10, up to 17: it began when both were in force.
    until(63); // 5.5, up to 6.
    expect(times(kernel)).toEqual(['10 appended', '40 appended', '57 appended', '63 appended']);
  });

  it('throws on a factor that is no ratio and on the end of a fault that never began', () => {
    const { kernel, storage } = setup();
    const begin = () => beginDiskFault(storage, kernel, 'slow', [1, 0]);
    expect(begin).toThrow('disk of n0: slow by 1/0');
    beginDiskFault(storage, kernel, 'slow', [2, 1]);
    expect(() => endDiskFault(storage, kernel, 'slow', [3, 1])).toThrow("'slow'");
    expect(() => endDiskFault(storage, kernel, 'full')).toThrow("the end of 'full'");
  });
});

describe('a stalled disk', () => {
  it('completes nothing; the operation in service then needs what it still needed', () => {
    const { kernel, storage, ask, until } = setup(slow);
    ask(append(1), append(2));
    until(4);
    beginDiskFault(storage, kernel, 'stalled');
    until(50);
    beginDiskFault(storage, kernel, 'stalled');
    until(60);
    endDiskFault(storage, kernel, 'stalled');
    until(100);
    expect(times(kernel)).toEqual([]);
    expect(queued(kernel)).toEqual([]);
    endDiskFault(storage, kernel, 'stalled');
    until(1000);
    expect(times(kernel)).toEqual(['106 appended', '116 appended']);
  });

  it('begins nothing, and catches up at once with what takes no time', () => {
    const { kernel, storage, ask, offsets } = setup();
    beginDiskFault(storage, kernel, 'stalled');
    ask(append(1), append(2));
    expect(offsets()).toEqual([2, 0, 0]);
    endDiskFault(storage, kernel, 'stalled');
    expect(offsets()).toEqual([2, 2, 0]);
  });
});

describe('a failing or full disk', () => {
  const all = [append(1), sync, persist(1), { type: 'truncate', params: { after: 0 } }] as const;

  it('failing refuses all that changes it, without effect, and still reads', () => {
    const { kernel, storage, ask, answers, offsets } = setup();
    ask(append(9));
    const checkpoint = checkpointOf(storage);
    beginDiskFault(storage, kernel, 'failing');
    ask(...all, { type: 'install', params: { checkpoint } }, readKey('k'));
    ask({ type: 'readLog', params: { from: 1, limit: 1 } });
    const told = answers().slice(1);
    expect(told.slice(0, 5)).toEqual([
      { type: 'storageFailed', tag: 1, effect: 'append', reason: 'io' },
      { type: 'storageFailed', tag: 's', effect: 'sync', reason: 'io' },
      { type: 'storageFailed', tag: 'p', effect: 'persist', reason: 'io' },
      { type: 'storageFailed', tag: '', effect: 'truncate', reason: 'io' },
      { type: 'storageFailed', tag: '', effect: 'install', reason: 'io' },
    ]);
    expect(told.slice(5)).toMatchObject([{ value: 'v9' }, { status: 'ok' }]);
    expect(offsets()).toEqual([1, 1, 0]);
    expect(storage.metadata).toEqual({});
    endDiskFault(storage, kernel, 'failing');
    ask(sync);
    expect(offsets()).toEqual([1, 1, 1]);
  });

  it('full refuses what takes space, and still syncs, truncates and reads', () => {
    const { kernel, storage, ask, answers } = setup();
    beginDiskFault(storage, kernel, 'full');
    ask(...all, { type: 'install', params: { checkpoint: checkpointOf(storage) } }, readKey('k'));
    expect(answers().map((mail) => ('reason' in mail ? mail.reason : mail.type))).toEqual([
      'full',
      'synced',
      'full',
      'truncated',
      'full',
      'value',
    ]);
  });

  it('decides at completion, and a batch behind a refused one takes its offsets', () => {
    const { kernel, storage, ask, until, offsets, answers } = setup(slow);
    beginDiskFault(storage, kernel, 'failing');
    beginDiskFault(storage, kernel, 'full');
    ask(append(1, 'a', 4), append(2, 'b', 2));
    until(9);
    endDiskFault(storage, kernel, 'full');
    until(15);
    expect(offsets()).toEqual([2, 0, 0]);
    endDiskFault(storage, kernel, 'failing');
    until(1000);
    expect(answers()).toMatchObject([{ reason: 'io' }, { first: 1, last: 2 }]);
  });
});

describe('a snapshot of a storage and its queue', () => {
  const config = { ...slow, append: [10, 20, 30], sync: [5, 100] };
  const choose: TestHooks = { choose: (label, n) => label.length % n };

  function goOn(storage: StorageState, state: TestState): string[] {
    const kernel = testKernel(state, choose);
    const dispatch = (entry: Parameters<typeof dispatchDisk>[2]) =>
      dispatchDisk(storage, kernel, entry);
    runUntil(kernel, 90, dispatch);
    endDiskFault(storage, kernel, 'stalled');
    runUntil(kernel, 150, dispatch);
    endDiskFault(storage, kernel, 'slow', [3, 2]);
    runUntil(kernel, 10_000, dispatch);
    return [...mailLog(kernel), JSON.stringify(checkpointOf(storage)), `${storage.durable}`];
  }

  it('goes on to the same answers and the same state, sharing nothing', () => {
    const { kernel, storage, ask, until } = setup(config, choose);
    for (let i = 1; i <= 5; i++) ask(append(i, `k${i}`, i), sync, persist(i), readKey('k2'));
    until(25);
    beginDiskFault(storage, kernel, 'slow', [3, 2]);
    until(50);
    beginDiskFault(storage, kernel, 'stalled');
    const copy = structuredClone({ storage, state: kernel.state });
    const before = JSON.stringify(copy.storage.log);
    const original = goOn(storage, kernel.state);
    expect(original.length).toBeGreaterThan(20);
    expect(JSON.stringify(copy.storage.log)).toBe(before);
    expect(goOn(copy.storage, copy.state)).toEqual(original);
  });
});
