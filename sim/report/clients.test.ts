import { describe, expect, it } from 'vitest';
import { get, handover, refusal, run, set } from '../checkers/test-records.js';
import { clientsSeen, gapsOf, longest } from './clients.js';

const clients = ['client1', 'client2'];

describe('what clients saw', () => {
  it('should count outcomes of the workload, and of nobody else', () => {
    const probe = set(90, 'probe', 'k1', 'p', [4_500, 4_600]);
    const record = handover();
    const seen = clientsSeen({ ...record, operations: [...record.operations, probe] }, clients);
    expect(seen.writes).toEqual({ ok: 4, fail: 1, info: 0 });
    expect(seen.reads).toEqual({ ok: 2, fail: 0, info: 0 });
    expect(seen.writeUs).toEqual({ median: 400, p99: 400, most: 400 });
  });

  it('should call what is still open at the end info', () => {
    const operations = [set(1, 'client1', 'k1', 'v1', [0]), get(2, 'client2', 'k1', null, [0])];
    const seen = clientsSeen(run({ operations }), clients);
    expect([seen.writes.info, seen.reads.info]).toEqual([1, 1]);
    expect(seen.writeUs).toBeNull();
    expect(seen.gap).toEqual({ from: 0, to: 10_000, us: 10_000 });
  });

  it('should count refusals as they were sent, the most frequent first', () => {
    const operations = [set(1, 'client1', 'k1', 'v1', [0, 90])];
    const refused = (at: number, error: string) => ({
      ...refusal(1, 'n1', at, 1),
      message: { type: 'set-reply', status: 'error', error },
    });
    const replies = [refused(1, 'MOVED 7 n2'), refused(2, 'TRYAGAIN x'), refused(3, 'TRYAGAIN x')];
    expect(clientsSeen(run({ operations, replies }), clients).refusals).toEqual([
      { word: 'TRYAGAIN', count: 2 },
      { word: 'MOVED', count: 1 },
    ]);
  });

  it('should find the longest time without an acknowledged write, the end included', () => {
    const acks = [
      set(1, 'client1', 'k1', 'v1', [100, 200]),
      set(2, 'client1', 'k1', 'v2', [300, 700]),
    ];
    expect(longest(gapsOf(run({ operations: acks }), clients))).toEqual({
      from: 200,
      to: 700,
      us: 500,
    });
    const late = set(3, 'client2', 'k1', 'v3', [650, 2_000], 'info');
    expect(longest(gapsOf(run({ operations: [...acks, late] }), clients))).toEqual({
      from: 700,
      to: 2_000,
      us: 1_300,
    });
  });

  it('should see no gap where nobody writes', () => {
    const operations = [get(1, 'client1', 'k1', null, [0, 10])];
    expect(clientsSeen(run({ operations }), clients).gap).toBeNull();
  });
});
