/** Lost writes: known-bad twins of a good handover, and what stays unknown. */
import { describe, expect, it } from 'vitest';
import { lostWrite } from './lost-write.js';
import type { RunRecord } from './run-record.js';
import { ack, handover, node, note, role, run, set } from './test-records.js';

/** The good handover with another n2, which is its final master. */
function withMaster(log: readonly number[], contents: Readonly<Record<string, string>>): RunRecord {
  const good = handover();
  return { ...good, nodes: [good.nodes[0]!, node('n2', log, contents)] };
}

const twins: { name: string; bad: RunRecord; operations: number[]; reason: string }[] = [
  {
    name: "is missing from the final master's lineage",
    bad: withMaster([1, 6, 8], { k1: 'v6', k2: 'v8' }),
    operations: [2],
    reason:
      'on n2, the final master, 1 of 4 acknowledged writes is lost; ' +
      'write 2 of k2 (v2) by client2: it is not in the log of n2, ' +
      'lost for good at 0.002900 s, when n2 became master (epoch 2) without it',
  },
  {
    name: 'left a key that is gone',
    bad: withMaster([1, 2, 6, 8], { k1: 'v6' }),
    operations: [2, 8],
    reason:
      '2 of 4 acknowledged writes are lost: 2 and 8; write 2 of k2 (v2) by client2: k2 is gone',
  },
  {
    name: 'left a key with the value of a write that had ended before it began',
    bad: withMaster([1, 2, 6, 8], { k1: 'v1', k2: 'v8' }),
    operations: [6],
    reason: 'k1 holds v1, older: write 1 of k1 (v1) by client1 had ended at 0.000500 s',
  },
  {
    name: 'left a key with a value nobody wrote',
    bad: withMaster([1, 2, 6, 8], { k1: 'v6', k2: 'v9' }),
    operations: [2, 8],
    reason: 'k2 holds v9, which no write that may have succeeded wrote',
  },
  {
    name: 'left a key with the value of a write that failed',
    bad: withMaster([1, 2, 6, 8], { k1: 'v4', k2: 'v8' }),
    operations: [1, 6],
    reason: 'k1 holds v4, which no write that may have succeeded wrote',
  },
];

describe('lost-write', () => {
  it('should accept the handover in which nothing was lost', () => {
    expect(lostWrite(handover())).toMatchObject({
      validity: 'valid',
      reason: 'n2, the final master, holds 4 acknowledged writes',
    });
  });

  it.each(twins)('should find an acknowledged write lost when it $name', (example) => {
    const verdict = lostWrite(example.bad);
    expect(verdict).toMatchObject({ validity: 'invalid', operations: example.operations });
    expect(verdict.reason).toContain(example.reason);
  });

  it('should show who acknowledged a lost write, and who holds it at the end', () => {
    expect(lostWrite(withMaster([1, 6, 8], { k1: 'v6', k2: 'v8' })).evidence).toEqual([
      {
        at: 400,
        node: 'n1',
        text: 'n1 acknowledged write 2 of k2 (v2) in epoch 1, incarnation 1; offset 2',
      },
      { at: 600, node: 'client2', text: 'client2 saw write 2 succeed, begun at 0.000200 s' },
      {
        at: 2_900,
        node: 'n2',
        text:
          'the point of no return: n2 became master (epoch 2) without it; ' +
          'n1 (offset 2) had it, or came to have it',
      },
      {
        at: 10_000,
        node: 'n2',
        text: 'at the end it is not in the log of n2; in the log of n1 (offset 2), not of n2',
      },
    ]);
  });

  it('should not miss a write that was never acknowledged', () => {
    const open = set(9, 'client3', 'k3', 'v9', [100]);
    const timedOut = set(10, 'client4', 'k3', 'v10', [100, 1_100], 'info');
    const good = handover();
    const record = { ...good, operations: [...good.operations, open, timedOut] };
    expect(lostWrite(record).validity).toBe('valid');
    expect(lostWrite(run({ operations: [open, timedOut] })).reason).toBe(
      'no write was acknowledged',
    );
  });

  it('should let the value of an info write stand in the place of any other', () => {
    const good = withMaster([1, 2, 6, 8, 9], { k1: 'v9', k2: 'v8' });
    const timedOut = set(9, 'client3', 'k1', 'v9', [0, 100], 'info');
    const record = { ...good, operations: [timedOut, ...good.operations] };
    expect(lostWrite(record).validity).toBe('valid');
    const acknowledged = set(9, 'client3', 'k1', 'v9', [0, 99]);
    expect(lostWrite({ ...record, operations: [acknowledged, ...good.operations] })).toMatchObject({
      validity: 'invalid',
      operations: [1, 6],
    });
  });

  it('should let either of two writes stand that were acknowledged over the same time', () => {
    const record = run({
      operations: [
        set(1, 'client1', 'k1', 'v1', [0, 500]),
        set(2, 'client2', 'k1', 'v2', [500, 600]),
      ],
      notes: [role('n1', 0, 'master', 1)],
      nodes: [node('n1', [2, 1], { k1: 'v1' })],
    });
    expect(lostWrite(record).validity).toBe('valid');
  });

  it('should show no more than five lost writes, and count them all', () => {
    const ids = [1, 2, 3, 4, 5, 6, 7, 8];
    const record = run({
      operations: ids.map((id) => set(id, `client${id}`, `k${id}`, `v${id}`, [0, 100])),
      replies: ids.map((id) => ack(id, 'n1', 50, 1)),
      notes: [role('n2', 0, 'master', 1)],
      nodes: [node('n1', ids, {}), node('n2', [], {})],
    });
    const verdict = lostWrite(record);
    expect(verdict.operations).toEqual(ids);
    expect(verdict.reason).toContain(
      '8 of 8 acknowledged writes are lost: 1, 2, 3, 4, 5 and 3 more',
    );
    const lines = verdict.evidence.map(({ text }) => text.split(' ').slice(0, 2).join(' '));
    expect(lines.filter((line) => line === 'n1 acknowledged')).toHaveLength(5);
  });
});

describe('the final master of lost-write', () => {
  const lacking = withMaster([1, 6, 8], { k1: 'v6', k2: 'v8' });
  const [n1, n2] = [lacking.nodes[0]!, lacking.nodes[1]!];

  it('should be the one whose last role note says so, not an earlier one', () => {
    const back = [...lacking.notes, role('n2', 7_000, 'slave', 3), role('n1', 7_000, 'master', 3)];
    expect(lostWrite({ ...lacking, notes: back }).validity).toBe('valid');
  });

  it('should be judged by the notes of its current incarnation only', () => {
    const restarted = { ...lacking, nodes: [n1, { ...n2, incarnation: 2 }] };
    expect(lostWrite(restarted)).toMatchObject({ validity: 'unknown' });
    const notes = [...lacking.notes, role('n2', 7_000, 'master', 2, 2)];
    expect(lostWrite({ ...restarted, notes })).toMatchObject({ validity: 'invalid' });
  });

  it('should be a node that runs: without one unknown, with how each stands', () => {
    const crashed = { ...lacking, nodes: [n1, { ...n2, status: 'crashed' as const }] };
    expect(lostWrite(crashed)).toMatchObject({
      validity: 'unknown',
      reason: '4 acknowledged writes, but no master: n1 slave (epoch 2), n2 crashed',
      operations: [],
    });
  });

  it('should not be needed for a write that no node holds', () => {
    const gone = [node('n1', [1, 6, 8], {}), node('n2', [1, 6, 8], {}, { status: 'off' })];
    const verdict = lostWrite({ ...lacking, nodes: gone });
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [2] });
    expect(verdict.reason).toContain('no master: n1 slave (epoch 2), n2 off, and 1 of 4');
    expect(verdict.reason).toContain('it is in the log of no node');
  });

  it('should leave unknown what one of two masters holds, and reject what each lacks', () => {
    const split = { ...lacking, notes: [...lacking.notes, role('n1', 8_000, 'master', 1)] };
    expect(lostWrite(split)).toMatchObject({
      validity: 'unknown',
      reason: '4 acknowledged writes, but two masters: n1 (epoch 1), n2 (epoch 2)',
    });
    const each = { ...split, nodes: [node('n1', [1, 2], { k1: 'v1', k2: 'v2' }), n2] };
    const verdict = lostWrite(each);
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [2, 6, 8] });
    expect(verdict.reason).toContain('on n1 2 of 4 acknowledged writes are lost: 6 and 8');
    expect(verdict.reason).toContain('on n2 1 of 4 acknowledged writes is lost');
  });

  it('should not depend on gates', () => {
    const notes = [...handover().notes, note('n2', 7_000, 'gate', 'all')];
    expect(lostWrite({ ...handover(), notes }).validity).toBe('valid');
  });
});
