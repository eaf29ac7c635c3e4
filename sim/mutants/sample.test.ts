/** Which mutants a choice means. */
import { describe, expect, it } from 'vitest';
import { mutations } from './mutants.js';
import { chosen } from './sample.js';

describe('a choice of mutants', () => {
  it('should be all, in the order of documents, or those of a group and an operator', () => {
    expect(chosen({ seed: 1 })).toEqual([...mutations().values()]);
    const guards = chosen({ seed: 1, group: 'takeover', operator: 'negate' });
    expect(guards).toHaveLength(18);
    for (const one of guards) expect(one).toMatchObject({ group: 'takeover', operator: 'negate' });
  });

  it('should be a sample that the seed draws', () => {
    const ids = (seed: number) => chosen({ seed, sample: 12 }).map(({ id }) => id);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
    expect(new Set(ids(1)).size).toBe(12);
    const order = [...mutations().keys()];
    const places = ids(3).map((id) => order.indexOf(id));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(chosen({ seed: 1, sample: 5, group: 'setnodes', operator: 'negate' })).toHaveLength(5);
  });

  it('should be by id, and say which one was meant', () => {
    const only = ['verdict.refusing|always|0:remove', 'job.failing|always|0:remove'];
    expect(chosen({ seed: 1, only }).map(({ id }) => id)).toEqual(only.toReversed());
    expect(() => chosen({ seed: 1, only: ['job.failing|always|0:remov'] })).toThrow(
      '--only: unknown mutant "job.failing|always|0:remov", did you mean "job.failing|always|0:remove"?',
    );
    expect(() => chosen({ seed: 1, only, group: 'setnodes' })).toThrow(
      'expected mutants of the group',
    );
  });
});
