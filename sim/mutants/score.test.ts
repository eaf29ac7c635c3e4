/** Scores of mutants whose fates are given. */
import { describe, expect, it } from 'vitest';
import { killable, scoreOf } from './score.js';
import { hunted, killed } from './test-hunted.js';

describe('a score', () => {
  it('should count every end, and leave out what nothing could kill', () => {
    const score = scoreOf([
      hunted('a', killed(['attempts'], 9)),
      hunted('b', killed(['attempts', 'liveness'], 1)),
      hunted('c', killed(['defect'], 4)),
      hunted('d', { end: 'survived' }),
      hunted('e', { end: 'not reached' }),
      hunted('f', { end: 'not reached' }),
      hunted('g', { end: 'invalid', why: 'no such state' }),
    ]);
    expect(score).toEqual({
      generated: 7,
      invalid: 1,
      notReached: 2,
      killed: 3,
      survived: 1,
      unknown: 0,
      medianRuns: 4,
      by: { attempts: 2, liveness: 1, defect: 1 },
      killers: { fuzz: 3 },
    });
    expect(killable(score)).toBe(4);
    expect(Object.keys(score.by)[0]).toBe('attempts');
  });

  it('should have no median where none was killed', () => {
    expect(scoreOf([hunted('a', { end: 'survived' })])).toMatchObject({
      medianRuns: null,
      killed: 0,
      by: {},
    });
  });
});
