/** Attempts: known-bad twins of a handover that went well. */
import { describe, expect, it } from 'vitest';
import type { FaultRecord, NoteRecord } from '../../runtime/record.js';
import { attempts } from './attempts.js';
import type { RunRecord } from './run-record.js';
import { handover, note, refusal, role, run } from './test-records.js';

const second = 1_000_000;

const failover = (timeoutMs: number) => ({ type: 'failover', node: 'n1', target: 'n2', timeoutMs });

/** An attempt of n1 asked for at 1 s with a timeout of 1 s; its gate closes as it pauses writes. */
function attempt(
  states: readonly (readonly [at: number, state: string])[],
  more: Partial<RunRecord> = {},
): RunRecord {
  const reply = refusal(1, 'n1', second, 1);
  return run({
    operations: [{ id: 1, node: 'op1', call: failover(1000), invokedAt: 900_000 }],
    replies: [{ ...reply, message: { ...reply.message, status: 'ok' } }],
    notes: states.flatMap(([at, state]) => [
      note('n1', at, 'failover', state),
      note('n1', at, 'gate', state === 'pause_write' ? 'writes' : 'open'),
    ]),
    healedAt: 40 * second,
    endedAt: 60 * second,
    gateBoundUs: 5_000,
    ...more,
  });
}

const fault = (at: number, move: FaultRecord['move'], id = 1): FaultRecord => ({
  at,
  fault: id,
  kind: 'partition',
  move,
  detail: {},
});

const good = [
  [second, 'started'],
  [2 * second, 'pause_write'],
  [2 * second + 4_000, 'success'],
] as const;

describe('attempts', () => {
  it('should hold for a handover, and for one whose gate was closed for as long as it may', () => {
    expect(attempts(handover()).validity).toBe('valid');
    const { validity, reason } = attempts(attempt(good));
    expect([validity, reason]).toEqual(['valid', '1 attempt, 1 succeeded; each ended in time']);
  });

  it('should reject one that has not ended, and one that ended too late', () => {
    const open = attempts(attempt(good.slice(0, 2), { gateBoundUs: null }));
    expect([open.validity, open.kind]).toEqual(['invalid', 'an attempt without end']);
    expect(open.reason).toContain('has not ended by 60.000 s, pause_write last');
    expect(open.evidence).toEqual([{ at: 60 * second, node: 'n1', text: open.evidence[0]!.text }]);
    const late = attempt([...good.slice(0, 2), [13 * second, 'failed']], { gateBoundUs: null });
    expect(attempts(late).kind).toBe('an attempt without end');
    const inTime = attempt([...good.slice(0, 2), [12 * second, 'failed']], { gateBoundUs: null });
    expect(attempts(inTime).validity).toBe('valid');
  });

  it('should give it its time again after each fault, and no more', () => {
    const late = (...faults: FaultRecord[]) =>
      attempts(attempt([...good.slice(0, 2), [20 * second, 'failed']], { faults })).validity;
    expect(late(fault(5 * second, 'began'), fault(10 * second, 'ended'))).toBe('valid');
    expect(late(fault(5 * second, 'began'), fault(8 * second, 'ended'))).toBe('invalid');
    expect(late(fault(5 * second, 'began'))).toBe('valid');
    expect(late(fault(0, 'began'), fault(500_000, 'ended'))).toBe('invalid');
    // It should have ended before that one began.
    expect(late(fault(13 * second, 'began'), fault(14 * second, 'ended'))).toBe('invalid');
  });

  it('should reject one that was accepted and failed at once, whatever had failed', () => {
    const states = [[second, 'started'] as const, [second, 'failed'] as const];
    const faults = [fault(0, 'began')];
    const { kind, evidence } = attempts(attempt(states, { faults }));
    expect([kind, evidence[0]?.at]).toEqual(['accepted in vain', second]);
    const later = [[second, 'started'] as const, [second + 1, 'failed'] as const];
    expect(attempts(attempt(later, { faults })).validity).toBe('valid');
  });

  it('should reject, where nothing failed, a gate that was closed too long', () => {
    const slow = [...good.slice(0, 2), [2 * second + 6_000, 'success'] as const];
    expect(attempts(attempt(slow)).kind).toBe('a gate closed too long');
    expect(attempts(attempt(slow, { gateBoundUs: null })).validity).toBe('valid');
    expect(attempts(attempt(slow, { faults: [fault(0, 'bit')] })).validity).toBe('valid');
    const pushed = (invokedAt: number, completedAt: number) => {
      const push = { id: 2, node: 'op2', call: { type: 'setnodes' }, invokedAt, completedAt };
      const operations = [...attempt(slow).operations, push];
      return attempts(attempt(slow, { operations })).validity;
    };
    expect(pushed(second, 2 * second)).toBe('valid');
    expect(pushed(second, 2 * second - 1)).toBe('invalid');
    expect(pushed(2 * second + 6_001, 3 * second)).toBe('invalid');
  });

  it('should reject, where nothing failed, one that failed behind its gate', () => {
    const failed = [...good.slice(0, 2), [2 * second + 4_000, 'failed'] as const];
    expect(attempts(attempt(failed)).kind).toBe('a failure without a cause');
    expect(attempts(attempt(failed, { faults: [fault(0, 'bit')] })).validity).toBe('valid');
    const { operations } = attempt(failed);
    const push = { id: 2, node: 'op2', call: { type: 'setnodes' }, invokedAt: second };
    const beside = (more: object) =>
      attempts(attempt(failed, { operations: [...operations, { ...push, ...more }] })).validity;
    expect(beside({})).toBe('valid');
    expect(beside({ completedAt: 1.5 * second, outcome: 'ok' })).toBe('valid');
    expect(beside({ completedAt: 1.5 * second, outcome: 'fail' })).toBe('valid');
    // Refused, and over before the attempt began.
    const over = { invokedAt: 500_000, completedAt: 600_000 };
    expect(beside({ ...over, outcome: 'fail' })).toBe('invalid');
    expect(beside({ ...over, outcome: 'ok' })).toBe('valid');
    const outcome = { call: { type: 'outcome' } };
    expect(beside({ ...outcome, ...over, outcome: 'ok' })).toBe('invalid');
    expect(beside({ ...outcome, completedAt: 1.5 * second, outcome: 'ok' })).toBe('valid');
    const early = [good[0], [second + 2_000, 'failed'] as const];
    expect(attempts(attempt(early)).validity).toBe('valid');
  });

  const slaveOf = (master: string, at: number) =>
    note('n2', at, 'role', { role: 'slave', epoch: 1, master });

  /** The slave n2, attached to n1 since an instant. */
  const ready = (since: number) => [
    slaveOf('n1', 0),
    note('n2', since, 'link', 'up'),
    role('n1', 0, 'master', 1),
  ];

  it('should reject, where nothing failed, one that failed although its slave was ready', () => {
    const early = attempt([good[0], [second + 2_000, 'failed'] as const]);
    const judged = (since: number, more: Partial<RunRecord> = {}) =>
      attempts({ ...early, notes: [...ready(since), ...early.notes], ...more });
    const { kind, reason } = judged(500_000);
    expect(kind).toBe('a failure without a cause');
    expect(reason).toContain("the attempt of n1 ended in 'failed' though n2 was ready");
    expect(judged(second - 4_000).validity).toBe('valid');
    expect(judged(500_000, { faults: [fault(0, 'bit')] }).validity).toBe('valid');
    expect(judged(500_000, { gateBoundUs: null }).validity).toBe('valid');
    const [asked] = early.operations;
    const shorter = [{ ...asked!, call: failover(4) }];
    expect(judged(500_000, { operations: shorter }).validity).toBe('valid');
    const dropped = attempt([good[0], [second + 2_000, 'none'] as const]);
    const { kind: same } = attempts({ ...dropped, notes: [...ready(0), ...dropped.notes] });
    expect(same).toBe('a failure without a cause');
    const elsewhere = [slaveOf('n3', 500_000), ...early.notes];
    expect(judged(0, { notes: [...ready(0), ...elsewhere] }).validity).toBe('valid');
  });

  it('should reject, where nothing failed, a master without an attempt that refused a ready slave', () => {
    const replies = [refusal(1, 'n1', second, 1)];
    const judged = (notes: readonly NoteRecord[], more: Partial<RunRecord> = {}) =>
      attempts(attempt([], { replies, notes: [...ready(0), ...notes], ...more }));
    const state = (at: number, value: string) => note('n1', at, 'failover', value);
    expect(judged([]).kind).toBe('a refusal without a cause');
    expect(
      judged([state(second - 2_000, 'started'), state(second - 1_000, 'failed')]).reason,
    ).toContain('n1 refused to hand over to n2, which was ready');
    expect(judged([role('n1', 1, 'slave', 2)]).validity).toBe('valid');
    expect(judged([], { faults: [fault(0, 'bit')] }).validity).toBe('valid');
    expect(judged([], { gateBoundUs: null }).validity).toBe('valid');
    expect(judged([note('n2', second - 4_000, 'link', 'up')]).validity).toBe('valid');
    const resumed = [state(second - 2_000, 'check_slave'), state(second + 2_000, 'success')];
    expect(judged(resumed).kind).toBe('an attempt unasked for');
    const open = judged(resumed.slice(0, 1));
    expect(open.kind).not.toBe('a refusal without a cause');
    const [asked] = attempt([]).operations;
    const negative = [{ ...asked!, call: failover(-1) }];
    expect(judged([], { operations: negative }).validity).toBe('valid');
    const push = { id: 2, node: 'op2', call: { type: 'setnodes' }, invokedAt: second };
    const operations = [...attempt([]).operations, push];
    expect(judged([], { operations }).validity).toBe('valid');
  });

  it('should reject, where nothing failed, a FAILOVER without an answer', () => {
    const silent = { replies: [], notes: [] };
    expect(attempts(attempt([], silent)).kind).toBe('a FAILOVER without an answer');
    const ended = (more: object) => {
      const operations = [{ ...attempt([]).operations[0]!, ...more }];
      return attempts(attempt([], { ...silent, operations })).validity;
    };
    expect(ended({ completedAt: 2 * second, outcome: 'info' })).toBe('invalid');
    expect(ended({ completedAt: 904_000, outcome: 'info' })).toBe('valid');
    // It never reached the node.
    expect(ended({ completedAt: 2 * second, outcome: 'fail' })).toBe('valid');
    expect(attempts(attempt([], { ...silent, endedAt: 904_000 })).validity).toBe('valid');
    expect(attempts(attempt([], { ...silent, gateBoundUs: null })).validity).toBe('valid');
    expect(attempts(attempt([], { ...silent, faults: [fault(0, 'bit')] })).validity).toBe('valid');
  });

  it('should reject, where nothing failed, a FAILOVER that was accepted and began nothing', () => {
    expect(attempts(attempt([])).kind).toBe('a FAILOVER without an attempt');
    expect(attempts(attempt([], { faults: [fault(0, 'bit')] })).validity).toBe('valid');
  });

  it('should reject an attempt that nobody asked for, whatever had failed', () => {
    const faults = [fault(0, 'began')];
    const { notes, replies } = attempt(good);
    const twice = [...notes, note('n1', 3 * second, 'failover', 'started')];
    const { kind, evidence } = attempts(attempt(good, { faults, notes: twice }));
    expect([kind, evidence[0]?.at]).toEqual(['an attempt unasked for', 3 * second]);
    const refused = [refusal(1, 'n1', second, 1)];
    expect(attempts(attempt(good, { faults, replies: refused })).kind).toBe(
      'an attempt unasked for',
    );
    const later = replies.map((reply) => ({ ...reply, at: second + 1 }));
    expect(attempts(attempt(good, { faults, replies: later })).validity).toBe('valid');
    // The connection was gone before the node could answer.
    expect(attempts(attempt(good, { faults, replies: [] })).validity).toBe('valid');
    const resumed = [...notes, note('n1', 3 * second, 'failover', 'switching')];
    expect(attempts(attempt(good, { faults, notes: resumed })).validity).toBe('valid');
    const ended = [...resumed, note('n1', 3 * second + 1, 'failover', 'success')];
    expect(attempts(attempt(good, { notes: ended })).kind).toBe('an attempt unasked for');
  });

  it('should reject, where nothing failed, a full sync', () => {
    const up = note('n3', 0, 'link', 'up');
    const sync: NoteRecord = { ...up, at: second, subject: 'full sync', value: 'restored' };
    const notes = [up, ...attempt(good).notes, sync];
    expect(attempts(attempt(good, { notes })).kind).toBe('a full sync');
    expect(attempts(attempt(good, { notes, gateBoundUs: null })).kind).toBe('a full sync');
    expect(attempts(attempt(good, { notes, logsKeepAll: false })).validity).toBe('valid');
    const first = [...attempt(good).notes, sync];
    expect(attempts(attempt(good, { notes: first })).validity).toBe('valid');
    const begun = [up, ...attempt(good).notes, { ...sync, value: 'begun' }];
    expect(attempts(attempt(good, { notes: begun })).validity).toBe('valid');
    expect(attempts(attempt(good, { notes, faults: [fault(0, 'bit')] })).validity).toBe('valid');
  });
});
