/** Liveness: known-bad twins of a good handover, each with the unmet condition in words. */
import { describe, expect, it } from 'vitest';
import type { NoteRecord } from '../../runtime/record.js';
import { liveness } from './liveness.js';
import { ack, get, handover, node, note, role } from './test-records.js';

const good = handover();
const noted = (...more: NoteRecord[]) => ({ ...good, notes: [...good.notes, ...more] });

const twins = [
  {
    name: 'no master is left',
    bad: noted(role('n2', 6_500, 'slave', 2)),
    reason: 'no master: n1 slave (epoch 2), n2 slave (epoch 2)',
    operations: [],
  },
  {
    name: 'two masters are left',
    bad: noted(role('n1', 6_500, 'master', 3)),
    reason: 'two masters: n1 (epoch 3), n2 (epoch 2)',
    operations: [],
  },
  {
    name: 'the master is no longer running',
    bad: { ...good, nodes: [good.nodes[0]!, node('n2', [1], {}, { status: 'paused' })] },
    reason: 'no master: n1 slave (epoch 2), n2 paused',
    operations: [],
  },
  {
    name: 'the master has lost its role with its former life',
    bad: { ...good, nodes: [good.nodes[0]!, node('n2', [1], {}, { incarnation: 2 })] },
    reason: 'no master: n1 slave (epoch 2), n2 noted no role',
    operations: [],
  },
  {
    name: "the master's gate is shut",
    bad: noted(note('n2', 6_500, 'gate', 'writes')),
    reason: 'gate of n2 still closed to writes since 0.006500 s',
    operations: [],
  },
  {
    name: "a slave's gate is shut",
    bad: noted(note('n1', 6_500, 'gate', 'writes'), note('n1', 7_000, 'gate', 'all')),
    reason: 'gate of n1 still closed to all commands since 0.006500 s',
    operations: [],
  },
  {
    name: 'the master acknowledged nothing since',
    bad: { ...good, replies: good.replies.filter(({ operation }) => operation !== 8) },
    reason: 'n2 acknowledged none of the 1 write invoked since 0.005 s',
    operations: [8],
  },
  {
    name: 'another node than the master acknowledged since',
    bad: {
      ...good,
      replies: good.replies.map((reply) =>
        reply.operation === 8 ? { ...reply, node: 'n1' } : reply,
      ),
    },
    reason: 'n2 acknowledged none of the 1 write invoked since 0.005 s',
    operations: [8],
  },
];

describe('liveness', () => {
  it('should accept the handover, after which n2 serves', () => {
    expect(liveness(good)).toMatchObject({
      validity: 'valid',
      reason: 'at 0.010 s n2 is the one master and every gate is open',
    });
  });

  it.each(twins)('should reject the run when $name', ({ bad, reason, operations }) => {
    const verdict = liveness(bad);
    expect(verdict).toMatchObject({ validity: 'invalid', operations });
    expect(verdict.reason).toBe(`${reason}; 0.005 s after healing`);
    expect(verdict.evidence).toHaveLength(1);
  });

  it('should name every unmet condition', () => {
    const verdict = liveness(
      noted(note('n1', 6_500, 'gate', 'writes'), role('n2', 6_600, 'none', 2)),
    );
    expect(verdict.reason).toContain('no master: ');
    expect(verdict.reason).toContain('; gate of n1 still closed');
  });

  it('should leave an unmet condition unknown in a run that ended before its bound', () => {
    const shut = noted(note('n2', 6_500, 'gate', 'writes'));
    const verdict = liveness({ ...shut, endedAt: 9_999 });
    expect(verdict.validity).toBe('unknown');
    expect(verdict.reason).toContain('the run ended at 0.009999 s, before the bound at 0.010 s');
    expect(liveness({ ...good, endedAt: 9_999 }).validity).toBe('valid');
  });

  it('should look at the bound, not at what came after it', () => {
    const late = noted(note('n2', 6_500, 'gate', 'writes'), note('n2', 10_001, 'gate', 'open'));
    expect(liveness({ ...late, endedAt: 20_000 }).validity).toBe('invalid');
    const inTime = noted(note('n2', 6_500, 'gate', 'writes'), note('n2', 10_000, 'gate', 'open'));
    expect(liveness({ ...inTime, endedAt: 20_000 }).validity).toBe('valid');
  });

  it('should ask for an acknowledgement only where a set was invoked after healing', () => {
    const quiet = good.operations.filter(({ id }) => id !== 8);
    const replies = good.replies.filter(({ operation }) => operation !== 8);
    expect(liveness({ ...good, operations: quiet, replies }).validity).toBe('valid');
  });

  it('should not ask for an answer by the bound to what was invoked at it', () => {
    const without = good.replies.filter(({ operation }) => operation !== 8);
    const invoked = (at: number) =>
      good.operations.map((one) =>
        one.id === 8 ? { ...one, invokedAt: at, completedAt: at + 900 } : one,
      );
    const verdictAt = (at: number) =>
      liveness({ ...good, operations: invoked(at), replies: without, endedAt: 20_000 }).validity;
    expect(verdictAt(9_999)).toBe('invalid');
    expect(verdictAt(10_000)).toBe('valid');
  });

  it('should count acknowledgements of writes only, up to the bound', () => {
    const read = get(9, 'client2', 'k1', 'v6', [7_000, 7_400]);
    const operations = [...good.operations, read];
    const without = good.replies.filter(({ operation }) => operation !== 8);
    for (const reply of [ack(9, 'n2', 7_200, 2), ack(5, 'n2', 7_200, 2), ack(8, 'n2', 10_001, 2)]) {
      const replies = [...without, reply];
      const record = { ...good, operations, replies, endedAt: 20_000 };
      expect(liveness(record)).toMatchObject({ validity: 'invalid', operations: [8] });
    }
  });

  it('should not mind the gate of a node that is down', () => {
    const shut = noted(note('n1', 6_500, 'gate', 'all'));
    const nodes = [node('n1', [1], {}, { status: 'crashed' }), good.nodes[1]!];
    expect(liveness({ ...shut, nodes }).validity).toBe('valid');
  });
});
