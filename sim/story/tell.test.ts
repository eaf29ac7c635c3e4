import { describe, expect, it } from 'vitest';
import type { Verdict } from '../checkers/verdict.js';
import { castOf } from '../cluster.js';
import { observe } from './observed.js';
import { tell } from './tell.js';
import { unfounded } from './test-facts.js';
import { mishap, mishaps, proposal } from './test-runs.js';

const cast = castOf(proposal());

const wrong: Verdict = {
  checker: 'convergence',
  validity: 'invalid',
  kind: 'something',
  reason: 'on n2 something is wrong',
  operations: [],
  evidence: [],
};

describe('a story', () => {
  it('should say who asked, what was lost, when, and what was made of it', () => {
    const { record } = mishap('the answer is lost').result;
    const bite = record.faults.find(({ move }) => move === 'bit')!;
    const [first, attempt, verdict, ...more] = tell(record, cast, wrong);
    expect(first).toBe('n1 is master, n2 and n3 follow.');
    expect(attempt).toMatch(/^op1 asks n1 at 0\.500 s to hand over to n2; n2 begins to serve the/);
    const at = `${Math.floor(bite.at / 1e6)}.${String(bite.at % 1e6).padStart(6, '0')}`;
    expect(attempt).toContain(`takeover-reply of n2 to n1 lost (fault 1) at ${at} s; n1 calls it`);
    expect(attempt).toMatch(/failed at .* s \(Failed to read .*\) and opens its gate\.$/);
    expect([verdict, more]).toEqual(['On n2 something is wrong.', []]);
  });

  it('should tell of a crash and what the node is afterwards', () => {
    const { record } = mishap('the master crashes').result;
    const sentences = tell(record, cast, wrong);
    expect(sentences[1]).toMatch(
      /n1 crashes \(fault 1\) at .* s; the attempt ends with the process/,
    );
    expect(sentences[2]).toMatch(/^n1 restarts \(fault 1\) at .* as master \(epoch 1\), 500\.0 ms/);
  });

  it('should tell who acknowledged which of the lost writes', () => {
    const { record } = observe(proposal()).result;
    const ack = record.replies.find(({ message }) => message.type === 'set-reply')!;
    const lost: Verdict = { ...wrong, checker: 'lost-write', operations: [ack.operation] };
    const sentence = tell(record, cast, lost).at(-2);
    expect(sentence).toContain(`n1 acknowledges`);
    expect(sentence).toContain(`, ${ack.operation} among them, from`);
  });

  it('should tell of what was pushed and what became of the nodes', () => {
    const { record } = observe(proposal()).result;
    expect(tell(record, cast, wrong).join(' ')).toMatch(
      /op1 pushes n2 as master from .* s on: n1 is slave of n2 \(epoch 2\) at .*; n2 is master/,
    );
  });

  it.each(Object.keys(mishaps) as (keyof typeof mishaps)[])(
    'should be short and say nothing that is not in the record where %s',
    (what) => {
      const { record, verdicts } = mishap(what).result;
      for (const verdict of [wrong, ...verdicts]) {
        const sentences = tell(record, cast, verdict);
        expect(sentences.length).toBeLessThanOrEqual(8);
        expect(unfounded(sentences, record)).toEqual([]);
      }
    },
  );

  it('should be doubted where it names a time that is not in the record', () => {
    const { record } = mishap('the slave crashes').result;
    expect(unfounded(['n9 crashes at 0.123 s.'], record)).toEqual(['0.123 s', 'n9']);
  });
});
