/** A takeover that lasts: known-bad twins of one that did. */
import { describe, expect, it } from 'vitest';
import type { LossRecord } from '../../runtime/record.js';
import { durability } from './durability.js';
import { handover, node, role, run } from './test-records.js';

/** n2 takes over at 2 ms with 4 numbers applied, and then this happens to its log. */
function takeover(...losses: LossRecord[]) {
  return run({
    notes: [role('n2', 0, 'slave', 1), { ...role('n2', 2_000, 'master', 2), applied: 4 }],
    nodes: [node('n2', [1, 2, 3, 4], {}, { losses })],
  });
}

const loss = (at: number, after: number, cause: LossRecord['cause'] = 'power'): LossRecord => ({
  at,
  cause,
  after,
  lost: [{ last: after + 1, operation: 17 }],
});

describe('durability', () => {
  it('should hold for a handover, and where only what came later was lost', () => {
    expect(durability(handover()).validity).toBe('valid');
    expect(durability(takeover(loss(3_000, 4))).validity).toBe('valid');
  });

  it('should reject a log that is shorter than it was when its node took over', () => {
    const { validity, kind, operations, evidence } = durability(takeover(loss(3_000, 3)));
    expect([validity, kind, operations]).toEqual(['invalid', 'lost with the power', [17]]);
    expect(evidence.map(({ at }) => at)).toEqual([2_000, 3_000]);
  });

  it('should take no account of what was lost before, or given up, or of another log', () => {
    expect(durability(takeover(loss(1_000, 3))).validity).toBe('valid');
    expect(durability(takeover(loss(3_000, 3, 'truncated'))).validity).toBe('valid');
    const replaced = takeover(loss(3_000, 0, 'replaced'), loss(4_000, 2));
    expect(durability(replaced).validity).toBe('valid');
  });

  it('should take no account of a node that was master from the beginning', () => {
    const { nodes } = takeover(loss(3_000, 3));
    const notes = [role('n2', 0, 'master', 1), role('n2', 3_500, 'master', 1)];
    expect(durability(run({ nodes, notes })).validity).toBe('valid');
  });
});
