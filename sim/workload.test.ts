import { describe, expect, it } from 'vitest';
import { extraBytes } from '../machines/kvrocks/sizes.js';
import type { Script } from '../runtime/config.js';
import type { Message } from '../runtime/vocabulary.js';
import { castOf } from './cluster.js';
import { run } from './run.js';
import { parseScenario, type ScenarioInput } from './scenario.js';
import { clientScripts, probeCalls } from './workload.js';

type Workload = NonNullable<ScenarioInput['workload']>;

function scriptsOf(workload: Workload, seed = 1): Script[] {
  const scenario = parseScenario({ seed, workload });
  return clientScripts(scenario, castOf(scenario));
}

const callsOf = (workload: Workload, seed = 1): Message[] =>
  scriptsOf(workload, seed).flatMap(({ items }) => items.map(({ call }) => call));

/** How often each key is called, most often first. */
function countsOf(workload: Workload): [string, number][] {
  const counts: Map<string, number> = new Map();
  for (const call of callsOf(workload)) {
    const key = call['key'] as string;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one);
}

const many = { clients: 10, operations: 2000 };

describe('the keys of calls', () => {
  const share = (counts: [string, number][], key: string) =>
    (counts.find(([name]) => name === key)?.[1] ?? 0) / 20_000;

  it('should be alike when nothing is said', () => {
    const counts = countsOf({ ...many, keys: 20 });
    expect(counts).toHaveLength(20);
    for (const [, count] of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("should follow Zipf's law: the nth is n times rarer than the first", () => {
    const counts = countsOf({ ...many, keys: 50, keyChoice: 'zipf' });
    const first = share(counts, 'k1');
    for (const rank of [2, 5, 10, 25, 50]) {
      const times = first / share(counts, `k${rank}`);
      expect(times / rank).toBeGreaterThan(0.8);
      expect(times / rank).toBeLessThan(1.25);
    }
    expect(counts[0]![0]).toBe('k1');
  });

  it.each([1, 2, 10_000])('should be drawn by it from as many as there can be: %i', (keys) => {
    const counts = countsOf({ clients: 1, operations: 5000, keys, keyChoice: 'zipf' });
    expect(counts.every(([key]) => Number(key.slice(1)) <= keys)).toBe(true);
    expect(counts[0]![0]).toBe('k1');
  });

  it('should give the first few the share of the calls that is theirs', () => {
    const keyChoice = { hot: 3, share: [3, 4] as [number, number] };
    const counts = countsOf({ ...many, keys: 30, keyChoice });
    const hot = ['k1', 'k2', 'k3'].map((key) => share(counts, key));
    for (const one of hot) expect(Math.abs(one - 0.25)).toBeLessThan(0.02);
    // The rest is alike among the others.
    for (const [, count] of counts.slice(3)) expect(Math.abs(count - 5000 / 27)).toBeLessThan(60);
  });

  it.each<[string, Workload['keyChoice'], number]>([
    ['no call', { hot: 2, share: [0, 1] }, 8],
    ['every call', { hot: 2, share: [1, 1] }, 2],
    ['more keys than there are', { hot: 99, share: [1, 2] }, 10],
  ])('should be right when the first few have %s', (_, keyChoice, used) => {
    const counts = countsOf({ ...many, keys: 10, keyChoice: keyChoice! });
    expect(counts).toHaveLength(used);
    const cold = counts.filter(([key]) => key !== 'k1' && key !== 'k2');
    expect(cold.length).toBe(used === 2 ? 0 : 8);
  });
});

describe('a call', () => {
  it('should be a read as often as the ratio says', () => {
    const reads = callsOf({ ...many, reads: [1, 4] }).filter(({ type }) => type === 'get').length;
    expect(Math.abs(reads - 5000)).toBeLessThan(300);
    expect(callsOf({ ...many, reads: [0, 1] }).every(({ type }) => type === 'set')).toBe(true);
    expect(callsOf({ ...many, reads: [1, 1] }).every(({ type }) => type === 'get')).toBe(true);
  });

  it('should write a value that no other call writes', () => {
    const values = callsOf({ ...many, reads: [0, 1] }).map((call) => call['value']);
    expect(new Set(values).size).toBe(values.length);
  });

  it('should append elements that can be told apart, in a workload of lists', () => {
    const calls = callsOf({ ...many, kind: 'append', reads: [0, 1] });
    expect(new Set(calls.map(({ type }) => type))).toEqual(new Set(['append']));
    expect(calls.every((call) => /^v\d+\.\d+,$/.test(call['value'] as string))).toBe(true);
  });

  it('should take as many numbers as are listed, each as often as it stands there', () => {
    const numbers = callsOf({ ...many, reads: [0, 1], numbers: [1, 1, 1, 7] }).map(
      (call) => call['numbers'],
    );
    expect(new Set(numbers)).toEqual(new Set([1, 7]));
    const sevens = numbers.filter((one) => one === 7).length;
    expect(Math.abs(sevens - 5000)).toBeLessThan(300);
  });

  it('should be as large as one of the sizes, and have none unless there are some', () => {
    const sized = callsOf({ ...many, reads: [0, 1], valueBytes: [100, 4096] });
    const sizes = new Set(sized.map((call) => extraBytes(call['value'] as string)));
    expect(sizes).toEqual(new Set([100, 4096]));
    const plain = callsOf({ ...many, reads: [0, 1] });
    expect(plain.every((call) => extraBytes(call['value'] as string) === 0)).toBe(true);
  });

  it('should carry what its write waits for, and a read nothing', () => {
    const calls = callsOf({ ...many, wait: { slaves: 2, timeoutMs: 50 } });
    for (const { type, wait } of calls) {
      expect(wait).toEqual(type === 'get' ? undefined : { slaves: 2, timeoutMs: 50 });
    }
    expect(callsOf(many).every((call) => !('wait' in call))).toBe(true);
  });

  it('should hold integers and texts alone', () => {
    const scripts = scriptsOf({
      clients: 3,
      readers: 2,
      operations: 50,
      keyChoice: 'zipf',
      valueBytes: [10, 20],
      wait: { slaves: 1 },
      loop: 'open',
    });
    const numbers: number[] = [];
    JSON.parse(JSON.stringify(scripts), (_, value) => {
      if (typeof value === 'number') numbers.push(value);
    });
    expect(numbers.length).toBeGreaterThan(500);
    expect(numbers.filter((one) => !Number.isSafeInteger(one))).toEqual([]);
  });
});

describe('the calls of others', () => {
  const workload = { clients: 4, readers: 3, operations: 100, loop: 'open' } as const;
  const byNode = (more: Partial<Workload> = {}, seed = 1) =>
    new Map(scriptsOf({ ...workload, ...more }, seed).map((script) => [script.node, script]));
  const all = byNode();

  it('should stay as they are when a client or a reader leaves', () => {
    for (const left of [byNode({ clients: 2 }), byNode({ readers: 1 })]) {
      expect(left.size).toBe(5);
      for (const [node, script] of left) expect(script).toEqual(all.get(node));
    }
  });

  it('should stay as they are when there are fewer of each', () => {
    for (const [node, script] of byNode({ operations: 40 })) {
      expect(script.items).toEqual(all.get(node)!.items.slice(0, 40));
    }
  });

  it('should be others under another seed, and from one client to the next', () => {
    expect(byNode({}, 2).get('c1')).not.toEqual(all.get('c1'));
    const calls = (node: string) => all.get(node)!.items.map(({ call }) => call['key']);
    expect(calls('c1')).not.toEqual(calls('c2'));
    expect(calls('r1')).not.toEqual(calls('r2'));
  });

  it('should have ids of their own', () => {
    const ids = [...all.values()].flatMap(({ items }) => items.map(({ id }) => id));
    const most = scriptsOf({ clients: 200, readers: 200, operations: 1 });
    ids.push(...most.flatMap(({ items }) => items.map(({ id }) => id)));
    const probes = probeCalls(parseScenario({ workload: { keys: 10_000 } })).map(({ id }) => id);
    expect(Math.max(...ids)).toBeLessThan(Math.min(...probes));
    expect(new Set(most.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(400);
  });
});

describe('readers', () => {
  it('should only read, over READONLY connections, at a slave', () => {
    const scripts = scriptsOf({ clients: 0, readers: 2, operations: 50 });
    expect(scripts.map(({ node }) => node)).toEqual(['r1', 'r2']);
    const calls = scripts.flatMap(({ items }) => items.map(({ call }) => call));
    expect(calls.every(({ type, readonly }) => type === 'get' && readonly === true)).toBe(true);
    const { record } = run({ workload: { clients: 1, readers: 3, operations: 30 }, operator: [] });
    const answered = (node: string) => {
      const ids = new Set(record.operations.filter((one) => one.node === node).map(({ id }) => id));
      return new Set(
        record.replies.filter(({ operation }) => ids.has(operation)).map((r) => r.node),
      );
    };
    expect(['r1', 'r2', 'r3'].map((node) => [...answered(node)])).toEqual([['n2'], ['n3'], ['n2']]);
  });
});

describe('an open loop', () => {
  it('should call at times of its own, apart by what the table holds', () => {
    const scripts = scriptsOf({
      clients: 3,
      operations: 500,
      startUs: 7000,
      loop: 'open',
      everyUs: [1000, 3000],
    });
    for (const { mode, items } of scripts) {
      expect(mode).toBe('open');
      expect(items[0]!.atUs).toBe(7000);
      const apart = items.slice(1).map(({ atUs }, at) => atUs - items[at]!.atUs);
      expect(new Set(apart)).toEqual(new Set([1000, 3000]));
      const mean = apart.reduce((sum, us) => sum + us, 0) / apart.length;
      expect(Math.abs(mean - 2000)).toBeLessThan(150);
    }
    expect(scripts[0]!.items.map(({ atUs }) => atUs)).not.toEqual(
      scripts[1]!.items.map(({ atUs }) => atUs),
    );
  });

  it('should go on calling while the store is out, as a closed one does not', () => {
    const pause = { id: 1, kind: 'pause', node: 'n1', at: { timeUs: 300_000 } } as const;
    const calledMeanwhile = (loop: 'open' | 'closed') => {
      const { record } = run({
        workload: { clients: 1, operations: 200, loop, thinkUs: [4000], everyUs: [4000] },
        operator: [],
        faults: [{ ...pause, durationUs: 300_000 }],
      });
      return record.operations.filter(
        ({ node, invokedAt }) => node === 'c1' && invokedAt > 310_000 && invokedAt < 590_000,
      ).length;
    };
    expect(calledMeanwhile('open')).toBe(70);
    expect(calledMeanwhile('closed')).toBe(0);
  });

  it('should think between calls when it is closed', () => {
    const [script] = scriptsOf({ clients: 1, thinkUs: [5, 9], startUs: 11 });
    expect(script).toMatchObject({ mode: 'closed', thinkUs: [5, 9] });
    expect(script!.items.every(({ atUs }) => atUs === 11)).toBe(true);
  });
});
