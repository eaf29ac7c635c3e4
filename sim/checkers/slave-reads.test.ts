/** Reads at slaves: what no delay explains, and how old the rest is. */
import { describe, expect, it } from 'vitest';
import { judge } from './index.js';
import { slaveReads } from './slave-reads.js';
import { append, handover, list, node, role, run, runOf, set, slaveGet } from './test-records.js';

const writes = [
  set(1, 'c1', 'k', 'v1', [0, 10]),
  set(2, 'c1', 'k', 'v2', [20, 30]),
  set(3, 'c2', 'k', 'v3', [40, 50], 'fail'),
];

const readOf = (value: string | null, from = 100) =>
  slaveGet(9, 'r1', 'k', value, [from, from + 5]);

describe('slave-reads', () => {
  it.each([
    ['nobody wrote', readOf('v9'), 'returned v9, which nobody wrote'],
    ['failed', readOf('v3'), 'returned v3, but write 3 of k (v3) by c2'],
    ['began after the read', slaveGet(9, 'r1', 'k', 'v2', [5, 15]), ', after the read'],
  ])('should reject a value that %s', (_, read, reason) => {
    const verdict = slaveReads(runOf(...writes, read));
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [9] });
    expect(verdict.reason).toContain(reason);
  });

  it('should take a value that was written again for that of a write which has not failed', () => {
    const again = (outcome: 'ok' | 'fail') => set(4, 'c2', 'k', 'v3', [60, 70], outcome);
    expect(slaveReads(runOf(...writes, again('ok'), readOf('v3'))).validity).toBe('valid');
    const failed = slaveReads(runOf(...writes, again('fail'), readOf('v3')));
    expect([failed.validity, failed.kind]).toEqual(['invalid', 'a value failed']);
    const twice = set(5, 'c1', 'k', 'v1', [60, 70]);
    expect(slaveReads(runOf(...writes, twice, readOf('v1'))).reason).toContain('none stale');
    const before = slaveReads(runOf(...writes, again('ok'), readOf('v3', 52)));
    expect([before.validity, before.kind]).toEqual(['invalid', 'a value of the future']);
  });

  it('should take an older value for stale, and say since when a newer one was acknowledged', () => {
    const reason = (value: string | null) => slaveReads(runOf(...writes, readOf(value))).reason;
    expect(reason('v2')).toMatch(/^1 read; none stale/);
    expect(reason('v1')).toMatch(/^1 read; 1 stale, by 70 us at most/);
    expect(reason(null)).toMatch(/^1 read; 1 stale, by 90 us at most/);
  });

  it('should find an element that a list lacks stale, and one that nobody appended impossible', () => {
    const appends = [append(1, 'c1', 'k', 'a', [0, 10]), append(2, 'c1', 'k', 'b', [20, 30])];
    const reading = (...elements: string[]) => {
      const read = list(3, 'r1', 'k', elements, [50, 60]);
      return slaveReads(runOf(...appends, { ...read, call: { ...read.call, readonly: true } }));
    };
    expect(reading('a', 'b').reason).toContain('none stale');
    expect(reading('a').reason).toContain('1 stale, by 20 us at most');
    expect(reading('a', 'x')).toMatchObject({ validity: 'invalid' });
  });

  it('should count what the final master does not hold as dirty', () => {
    const record = (log: number[]) =>
      run({
        operations: [...writes, readOf('v1')],
        notes: [role('n2', 0, 'master', 2)],
        nodes: [node('n2', log, {})],
      });
    expect(slaveReads(record([1, 2])).reason).toContain('none dirty');
    expect(slaveReads(record([2])).reason).toContain(
      '1 dirty, of a lineage that n2 does not hold: 9',
    );
  });

  it('should be judged where there are such reads only, and leave them to nobody else', () => {
    const names = (record: ReturnType<typeof handover>) =>
      judge(record).map(({ checker }) => checker);
    expect(names(handover())).toContain('slave-reads');
    expect(names(runOf(...writes))).not.toContain('slave-reads');
    const [linearizable] = judge(runOf(...writes, readOf('v1')));
    expect(linearizable).toMatchObject({ checker: 'linearizable', validity: 'valid' });
  });
});
