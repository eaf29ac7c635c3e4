/**
 * The proposal under single faults, as found: what is written here is what runs have shown of the
 * model, not what anybody wished. Each verdict rests on evidence that names operations and events.
 */
import { describe, expect, it } from 'vitest';
import type { CheckerName } from './checkers/verdict.js';
import { runCase, type SurveyCase, surveyOf } from './survey.js';

const cases = surveyOf('kvrocks-pr3295', 'patient');

const caseNamed = (name: string): SurveyCase => {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the survey has no case '${name}'`);
  return found;
};

/** Which checkers reject each case. */
const found: Readonly<Record<string, readonly CheckerName[]>> = {
  // SETNODES reaches n1 first: it clears its migrated slots by log records, and n2 still follows it.
  'no fault': ['linearizable', 'lost-write', 'attempts'],
  'outcome pushed to n3, n1, n2': ['linearizable', 'lost-write', 'attempts'],
  // What n1 cleared has numbers that n2 never gave: it needs everything anew.
  'outcome pushed to n2, n1, n3': ['attempts'],
  'takeover lost by reset': [],
  // n1 says failed and writes again; n2 has taken its slots over and was never told otherwise.
  'takeover-reply lost by reset': ['liveness'],
  // Reading the reply has no timeout: the gate stays shut.
  'takeover-reply lost by drop': ['liveness', 'attempts'],
};

describe('the proposal', () => {
  it.each(Object.entries(found))('should be found like this with %s', (name, expected) => {
    const { verdicts } = runCase(caseNamed(name));
    const rejected = verdicts.filter(({ validity }) => validity === 'invalid');
    expect(rejected.map(({ checker }) => checker)).toEqual(expected);
    for (const { reason, evidence } of rejected) {
      expect(reason.length).toBeGreaterThan(20);
      expect(evidence.length).toBeGreaterThan(0);
    }
  });

  it('should be surveyed at every effect of its switch', () => {
    expect(cases.length).toBeGreaterThan(90);
  });
});
