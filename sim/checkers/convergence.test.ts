/** Convergence: known-bad twins of a good handover, and what stays unknown. */
import { describe, expect, it } from 'vitest';
import type { NodeRecord } from '../../runtime/record.js';
import { convergence } from './convergence.js';
import { handover, node, note, role, set } from './test-records.js';

/** The good handover with another n1, a slave at its end. */
function withSlave(slave: NodeRecord) {
  const good = handover();
  return { ...good, nodes: [slave, good.nodes[1]!] };
}

const contents = { k1: 'v6', k2: 'v8' };

const twins: { name: string; slave: NodeRecord; operations: number[]; reason: string }[] = [
  {
    name: 'ends before the master does',
    slave: node('n1', [1, 2], { k1: 'v1', k2: 'v2' }),
    operations: [6],
    reason: 'n1 ends at offset 2; n2 goes on to 4, with operation 6 first; k1 holds v1 on n1',
  },
  {
    name: 'has another operation at an offset',
    slave: node('n1', [1, 2, 4, 8], { k1: 'v4', k2: 'v8' }),
    operations: [4, 6],
    reason: 'at offset 3 n1 has operation 4 up to 3, n2 has 6 up to 3; k1 holds v4 on n1, v6 on n2',
  },
  {
    name: 'has the same operation over more offsets',
    slave: node('n1', [1, 2, 6, 8], contents, {
      applied: 5,
      lineage: [1, 2, 6, 8].map((operation, index) => ({
        last: index + 1 + Number(index > 1),
        operation,
      })),
    }),
    operations: [6],
    reason: 'at offset 3 n1 has operation 6 up to 4, n2 has 6 up to 3',
  },
  {
    name: 'goes on past the master',
    slave: node('n1', [1, 2, 6, 8, 9], contents),
    operations: [9],
    reason: "n1 goes on past the master's end at offset 4, with operation 9",
  },
  {
    name: 'has the same operations and another hash',
    slave: node('n1', [1, 2, 6, 8], contents, { hash: { a: 1, b: 2 } }),
    operations: [],
    reason: 'same operations up to offset 4, but the hash of the log is another',
  },
  {
    name: 'has the same log and other contents',
    slave: node('n1', [1, 2, 6, 8], { k1: 'v6', k2: 'v2' }),
    operations: [2, 8],
    reason: 'k2 holds v2 on n1, v8 on n2',
  },
  {
    name: 'has a key more',
    slave: node('n1', [1, 2, 6, 8], { ...contents, k0: 'v4' }),
    operations: [],
    reason: 'k0 holds v4 on n1, nothing on n2',
  },
  {
    name: 'has received the end of the log but not applied it',
    slave: node('n1', [1, 2, 6, 8], { k1: 'v6', k2: 'v2' }, { applied: 3 }),
    operations: [8],
    reason: 'n1 ends at offset 3; n2 goes on to 4, with operation 8 first',
  },
];

describe('convergence', () => {
  it('should accept the handover, after which both nodes hold the same', () => {
    expect(convergence(handover())).toMatchObject({
      validity: 'valid',
      reason: '1 running slave at offset 4 of n2',
    });
  });

  it.each(twins)('should reject a slave that $name', ({ slave, operations, reason }) => {
    const verdict = convergence(withSlave(slave));
    expect(verdict).toMatchObject({ validity: 'invalid', operations });
    expect(verdict.reason).toContain(`n1 differs from n2, the final master: ${reason}`);
    expect(verdict.evidence).toMatchObject([{ node: 'n1', at: 10_000 }]);
  });

  it('should read contents as a map, in whatever order', () => {
    const slave = node('n1', [1, 2, 6, 8], { k2: 'v8', k1: 'v6' });
    expect(convergence(withSlave(slave)).validity).toBe('valid');
  });

  it('should leave out a node that is not running', () => {
    const down = node('n1', [1], {}, { status: 'crashed' });
    expect(convergence(withSlave(down))).toMatchObject({
      validity: 'valid',
      reason: '0 running slaves at offset 4 of n2',
    });
  });

  it('should say whether the link of a slave that differs is up', () => {
    const record = withSlave(twins[0]!.slave);
    const notes = [...record.notes, note('n1', 4_000, 'link', 'down')];
    expect(convergence({ ...record, notes }).reason).toContain('its link is down');
  });

  it('should be unknown without a single final master', () => {
    const record = withSlave(twins[0]!.slave);
    const none = [...record.notes, role('n2', 9_000, 'slave', 2)];
    expect(convergence({ ...record, notes: none })).toMatchObject({
      validity: 'unknown',
      reason: 'no master: n1 slave (epoch 2), n2 slave (epoch 2)',
    });
    const two = [...record.notes, role('n1', 9_000, 'master', 2)];
    expect(convergence({ ...record, notes: two })).toMatchObject({ validity: 'unknown' });
  });

  it('should leave a difference unknown in a run that ended before its bound', () => {
    const verdict = convergence({ ...withSlave(twins[1]!.slave), endedAt: 9_999 });
    expect(verdict).toMatchObject({ validity: 'unknown', operations: [4, 6] });
    expect(verdict.reason).toContain('the run ended at 0.009999 s, before the bound at 0.010 s');
  });

  it('should leave a slave unknown that lacks only what was written while writes went on', () => {
    const behind = withSlave(node('n1', [1, 2, 6], { k1: 'v6', k2: 'v2' }));
    expect(convergence(behind).validity).toBe('invalid');
    const open = set(9, 'client3', 'k3', 'v9', [9_900]);
    const moving = { ...behind, operations: [...behind.operations, open] };
    expect(convergence(moving)).toMatchObject({ validity: 'unknown', operations: [8] });
    // Write 6 was invoked before healing: the slave had all the time there is.
    const stuck = withSlave(twins[0]!.slave);
    expect(convergence({ ...stuck, operations: moving.operations }).validity).toBe('invalid');
  });
});
