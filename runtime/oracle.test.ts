import { describe, expect, test } from 'vitest';
import type { Decision, Oracle } from './oracle.js';
import { recordingOracle } from './recording.js';
import { scriptedOracle } from './scripted.js';
import { seededOracle } from './seeded.js';

function ask(oracle: Oracle, labels: readonly number[], n = 1000): number[] {
  return labels.map((label) => oracle.choose(label, n));
}

describe('the seeded oracle', () => {
  test('gives a label its answer whatever else is asked, and in any order', () => {
    const [first, second, third] = ask(seededOracle(7), [1, 2, 3]);
    expect(ask(seededOracle(7), [3, 1])).toEqual([third, first]);
    expect(ask(seededOracle(7), [9, 9, 2])[2]).toBe(second);
  });

  test('gives another seed other answers', () => {
    expect(ask(seededOracle(7), [1, 2, 3])).not.toEqual(ask(seededOracle(8), [1, 2, 3]));
  });

  test('leaves the order within an instant alone unless told otherwise', () => {
    expect(seededOracle(7).asksNext).toBe(false);
    expect(seededOracle(7, true).asksNext).toBe(true);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => seededOracle(seed)).toThrow(
      `seed: ${seed}, expected an integer from 0 to 9007199254740991`,
    );
  });
});

describe('the scripted oracle', () => {
  test('gives the recorded answers, and the mildest to what was not recorded', () => {
    const oracle = scriptedOracle([
      { label: 5, answer: 3 },
      { label: 6, answer: 1 },
    ]);
    expect(ask(oracle, [6, 7, 5, 6], 4)).toEqual([1, 0, 3, 1]);
  });

  test('cuts an answer to the severest of those that are left', () => {
    expect(scriptedOracle([{ label: 5, answer: 3 }]).choose(5, 2)).toBe(1);
  });

  test('is not changed by what happens to the recording later', () => {
    const recorded: Decision[] = [{ label: 5, n: 4, answer: 3 }];
    const oracle = scriptedOracle(recorded);
    recorded[0] = { label: 5, n: 4, answer: 2 };
    recorded.push({ label: 6, n: 4, answer: 2 });
    expect(ask(oracle, [5, 6], 4)).toEqual([3, 0]);
  });

  test('refuses a recording that no run can have made', () => {
    expect(() => scriptedOracle([{ label: 5, answer: -1 }])).toThrow(
      'decision 5: answer -1, expected an integer from 0',
    );
    expect(() => scriptedOracle([{ label: 5, answer: 0.5 }])).toThrow('decision 5: answer 0.5');
    const twice = [
      { label: 5, answer: 1 },
      { label: 5, answer: 2 },
    ];
    expect(() => scriptedOracle(twice)).toThrow('decision 5: answers 1 and 2, expected one');
  });
});

describe('the recording oracle', () => {
  test('answers as the inner one and notes every decision in order', () => {
    const inner = seededOracle(7, true);
    const decisions: Decision[] = [];
    const oracle = recordingOracle(inner, decisions);
    expect(oracle.asksNext).toBe(true);
    const answers = ask(oracle, [4, 2, 9]);
    expect(answers).toEqual(ask(inner, [4, 2, 9]));
    expect(decisions).toEqual([
      { label: 4, n: 1000, answer: answers[0] },
      { label: 2, n: 1000, answer: answers[1] },
      { label: 9, n: 1000, answer: answers[2] },
    ]);
  });

  test('makes a script that gives the same answers again', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i * i);
    const decisions: Decision[] = [];
    const answers = ask(recordingOracle(seededOracle(7), decisions), labels);
    expect(ask(scriptedOracle(decisions), labels)).toEqual(answers);
  });
});
