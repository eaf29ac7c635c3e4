/** Two writers: known-bad twins of a good handover, told by the replies that nodes sent. */
import { describe, expect, it } from 'vitest';
import type { ReplyRecord } from '../../runtime/record.js';
import { singleWriter } from './single-writer.js';
import { ack, get, handover, refusal, run, set } from './test-records.js';

/** Writes 1 to 9, so that any of them can be acknowledged; 10 is a read. */
function replied(replies: ReplyRecord[], fencedEpochs: boolean) {
  const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const writes = ids.map((id) => set(id, `client${id}`, 'k1', `v${id}`, [0, 10_000]));
  const operations = [...writes, get(10, 'client10', 'k1', null, [0, 10_000])];
  return singleWriter(run({ operations, replies, fencedEpochs }));
}

const inTurn = [
  ack(1, 'n1', 100, 1),
  ack(2, 'n2', 200, 2),
  ack(3, 'n2', 300, 2),
  ack(9, 'n2', 300, 2),
];

const twins: {
  name: string;
  bad: ReplyRecord;
  operations: number[];
  overlap: string;
}[] = [
  {
    name: 'again under its old epoch, lower than the new one',
    bad: ack(3, 'n1', 300, 1),
    operations: [1, 2, 3],
    overlap: 'two at once for 100 us',
  },
  {
    name: "again under the new writer's own epoch",
    bad: ack(3, 'n1', 350, 2),
    operations: [1, 2, 3],
    overlap: 'two at once for 150 us',
  },
  {
    name: "at the very instant of the new writer's, under whatever epoch",
    bad: ack(3, 'n3', 200, 7),
    operations: [2, 3],
    overlap: 'two at once for 0 us',
  },
];

describe('single-writer', () => {
  it('should accept the handover, in which n1 stopped before n2 began', () => {
    expect(singleWriter(handover())).toMatchObject({
      validity: 'valid',
      reason: '4 acknowledgements by 2 nodes, one writer at a time',
    });
  });

  it.each(twins)('should reject one that acknowledges $name', ({ bad, operations, overlap }) => {
    expect(replied(inTurn, false).validity).toBe('valid');
    const verdict = replied([...inTurn.slice(0, 2), bad], false);
    expect(verdict).toMatchObject({ validity: 'invalid', operations });
    expect(verdict.reason).toContain(`two writers, ${overlap}`);
    expect(verdict.evidence.map(({ node }) => node)).toContain(bad.node);
  });

  it('should say who acknowledged what, when and in which epoch', () => {
    const verdict = replied([...inTurn.slice(0, 2), ack(3, 'n1', 300, 1)], false);
    expect(verdict.reason).toBe(
      'n1 acknowledged write 3 in epoch 1 at 0.000300 s, ' +
        'although n2 acknowledged write 2 in epoch 2 at 0.000200 s ' +
        'after n1 had acknowledged write 1: two writers, two at once for 100 us',
    );
    expect(verdict.evidence).toEqual([
      { at: 100, node: 'n1', text: 'n1 acknowledged write 1 of k1 (v1) in epoch 1, incarnation 1' },
      { at: 200, node: 'n2', text: 'n2 acknowledged write 2 of k1 (v2) in epoch 2, incarnation 1' },
      { at: 300, node: 'n1', text: 'n1 acknowledged write 3 of k1 (v3) in epoch 1, incarnation 1' },
    ]);
  });

  it('should let a node come back under a higher epoch', () => {
    expect(replied([...inTurn, ack(4, 'n1', 400, 3)], true).validity).toBe('valid');
    expect(replied([...inTurn, ack(4, 'n1', 400, 2)], true).validity).toBe('invalid');
  });

  it('should reject two nodes in one epoch, in turn, only where epochs are fenced', () => {
    const shared = [ack(1, 'n1', 100, 1), ack(2, 'n1', 150, 1), ack(3, 'n2', 200, 1)];
    expect(replied(shared, false).validity).toBe('valid');
    const verdict = replied(shared, true);
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [2, 3] });
    expect(verdict.reason).toContain('two writers, in turn');
  });

  it('should measure the overlap from the first acknowledgement beside another to the last', () => {
    const split = [
      ack(1, 'n1', 100, 1),
      ack(2, 'n2', 200, 1),
      ack(3, 'n1', 300, 1),
      ack(4, 'n2', 400, 1),
      ack(5, 'n1', 900, 1),
    ];
    const verdict = replied(split, false);
    expect(verdict.operations).toEqual([1, 2, 3, 4, 5]);
    expect(verdict.reason).toContain('two at once for 700 us');
  });

  it('should hear neither refusals, nor reads, nor answers to operators', () => {
    const others = [refusal(4, 'n1', 400, 1), ack(10, 'n1', 400, 1), ack(77, 'n1', 400, 1)];
    expect(replied([...inTurn, ...others], true).validity).toBe('valid');
  });

  it('should accept a run without a reply', () => {
    expect(replied([], true).validity).toBe('valid');
  });
});
