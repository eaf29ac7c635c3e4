import { describe, expect, it } from 'vitest';
import { run } from './run.js';

describe('a run', () => {
  it('should end at its bound when nothing is left to happen and the cluster is not whole', () => {
    // Told that it follows nobody, n2 leaves; no connection is left, and n1 and n2 are both masters.
    const nodes = [
      { id: 'n1', master: null, slots: [[0, 16383] as [number, number]] },
      { id: 'n2', master: null, slots: [] },
    ];
    const topology = { version: 2, nodes };
    const { record, verdicts } = run({
      cluster: { slaves: 1 },
      workload: { clients: 0, keys: 1 },
      operator: [{ type: 'setnodes', atUs: 50_000, node: 'n2', topology, force: true }],
    });
    expect(record.endedAt).toBeGreaterThanOrEqual(record.healedAt + record.livenessBoundUs);
    const liveness = verdicts.find(({ checker }) => checker === 'liveness')!;
    expect([liveness.validity, liveness.reason]).toEqual([
      'invalid',
      expect.stringContaining('300.000 s after healing'),
    ]);
  });
});
