/** Where lost writes were and when they were lost for good: hand-written runs, one for each way. */
import { describe, expect, it } from 'vitest';
import type { LossRecord } from '../../runtime/record.js';
import { lostWrite } from './lost-write.js';
import { pointOfNoReturn, provenance } from './provenance.js';
import type { RunRecord } from './run-record.js';
import { ack, node, role, run, set } from './test-records.js';

const loss = (
  cause: LossRecord['cause'],
  at: number,
  after: number,
  ...ids: number[]
): LossRecord => ({
  at,
  cause,
  after,
  lost: ids.map((operation, index) => ({ last: after + index + 1, operation })),
});

/** n1 acknowledged write 2 at 400 in epoch 1; n2 takes over at 2,900 in epoch 2. */
function takenOver(nodes: RunRecord['nodes'], more: RunRecord['notes'] = []): RunRecord {
  const notes = [role('n1', 0, 'master', 1), role('n2', 2_900, 'master', 2), ...more];
  return run({
    operations: [
      set(1, 'client1', 'k1', 'v1', [100, 500]),
      set(2, 'client2', 'k2', 'v2', [200, 600]),
    ],
    replies: [ack(1, 'n1', 300, 1), ack(2, 'n1', 400, 1)],
    notes: notes.sort((one, other) => one.at - other.at),
    nodes,
  });
}

const lacking = (...losses: LossRecord[]) => node('n1', [1], { k1: 'v1' }, { losses });
const empty = (name: string) => node(name, [1], { k1: 'v1' });

const ways: { name: string; record: RunRecord; final?: string; at: number; text: string }[] = [
  {
    name: 'a promotion of a node that never had it, while another did',
    record: takenOver([lacking(loss('replaced', 5_000, 1, 2)), empty('n2')]),
    at: 2_900,
    text: 'n2 became master (epoch 2) without it; n1 (offset 2) had it, or came to have it',
  },
  {
    name: 'the loss of the last copy, before the promotion',
    record: takenOver([lacking(loss('power', 1_000, 1, 2)), empty('n2')]),
    at: 1_000,
    text:
      'n1 lost the last copy there was, at offset 2: its power went before the log was synced; ' +
      'all after offset 1 went, 1 operation',
  },
  {
    name: 'a truncation at the final master, after it had come to power with it',
    record: takenOver([
      node('n1', [1, 2], { k1: 'v1', k2: 'v2' }),
      node('n2', [1], { k1: 'v1' }, { losses: [loss('truncated', 4_000, 1, 2)] }),
    ]),
    at: 4_000,
    text: 'n2 lost its copy, at offset 2: it cut its log; all after offset 1 went, 1 operation',
  },
  {
    name: 'the first of two promotions without it',
    record: takenOver(
      [lacking(loss('replaced', 5_000, 1, 2)), empty('n2'), empty('n3')],
      [role('n3', 3_900, 'master', 3)],
    ),
    final: 'n3',
    at: 2_900,
    text: 'n2 became master (epoch 2) without it',
  },
  {
    name: 'the last promotion, where a node that had it was master again in between',
    record: takenOver(
      [lacking(loss('replaced', 5_000, 1, 2)), empty('n2'), empty('n3')],
      [role('n1', 3_000, 'master', 3), role('n3', 3_900, 'master', 4)],
    ),
    final: 'n3',
    at: 3_900,
    text: 'n3 became master (epoch 4) without it',
  },
  {
    name: 'a promotion before it was even written, by a master that nobody followed any more',
    record: {
      ...takenOver([lacking(loss('replaced', 5_000, 1, 2)), empty('n2')]),
      notes: [role('n1', 0, 'master', 1), role('n2', 150, 'master', 2)],
    },
    at: 150,
    text: 'n2 became master (epoch 2) without it',
  },
];

describe('the point of no return', () => {
  it.each(ways)('should be $name', ({ record, final = 'n2', at, text }) => {
    const turn = pointOfNoReturn(record, 2, final)!;
    expect(turn.at).toBe(at);
    expect(turn.text).toContain(`the point of no return: ${text}`);
  });

  it('should be the loss of the last copy where there is no final master', () => {
    const losing = (...losses: LossRecord[]) => takenOver([lacking(...losses), empty('n2')]);
    expect(pointOfNoReturn(losing(loss('power', 1_000, 1, 2)), 2, undefined)).toMatchObject({
      at: 1_000,
      what: 'n1 lost the last copy there was',
    });
    const kept = takenOver([node('n1', [1, 2], {}), empty('n2')]);
    expect(pointOfNoReturn(kept, 2, undefined)).toBeUndefined();
  });

  it('should be none for what is there, or never was in any log', () => {
    const record = takenOver([empty('n1'), empty('n2')]);
    expect(pointOfNoReturn(record, 1, 'n2')).toBeUndefined();
    expect(pointOfNoReturn(record, 2, 'n2')).toBeUndefined();
  });

  it('should stand in the verdict, in words and in its place among the evidence', () => {
    const verdict = lostWrite(ways[1]!.record);
    expect(verdict.reason).toBe(
      'two masters: n1 (epoch 1), n2 (epoch 2); on n1 1 of 2 acknowledged writes is lost; ' +
        'write 2 of k2 (v2) by client2: it is not in the log of n1, ' +
        'lost for good at 0.001 s, when n1 lost the last copy there was; ' +
        'on n2 1 of 2 acknowledged writes is lost; write 2 of k2 (v2) by client2: ' +
        'it is not in the log of n2, lost for good at 0.001 s, when n1 lost the last copy there was',
    );
    const texts = verdict.evidence.map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('the point of no return'))).toHaveLength(1);
  });
});

describe('provenance', () => {
  it('should tell each life of a copy: where it was acknowledged, and how it went', () => {
    const losses = [loss('power', 1_000, 1, 2), loss('truncated', 3_000, 1, 2)];
    const slave = node('n3', [1], {}, { losses: [loss('replaced', 5_000, 0, 1, 2)] });
    const record = takenOver([lacking(...losses), empty('n2'), slave]);
    expect(provenance(record, 2, 'write 2')).toEqual([
      {
        at: 400,
        node: 'n1',
        text: 'n1 acknowledged write 2 in epoch 1, incarnation 1; offset 2',
      },
      {
        at: 1_000,
        node: 'n1',
        text:
          'n1 lost its copy at offset 2: its power went before the log was synced; ' +
          'all after offset 1 went, 1 operation',
      },
      {
        at: 3_000,
        node: 'n1',
        text: 'n1 lost its copy at offset 2: it cut its log; all after offset 1 went, 1 operation',
      },
      {
        at: 5_000,
        node: 'n3',
        text:
          'n3 lost its copy at offset 2: a checkpoint of another lineage replaced its log; ' +
          'all after offset 0 went, 2 operations',
      },
    ]);
  });

  it('should say when a node acknowledged what it did not have', () => {
    const record = takenOver([empty('n1'), empty('n2')]);
    expect(provenance(record, 2, 'write 2').map(({ text }) => text)).toEqual([
      'n1 acknowledged write 2 in epoch 1, incarnation 1; not in its log',
    ]);
  });
});
