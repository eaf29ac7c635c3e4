/** Explanations are of mutants that there are, each explained once. */
import { expect, it } from 'vitest';
import { explainedIds, explanationOf } from './explained.js';
import { mutations } from './mutants.js';

it('should explain mutants that there are, and each of them once', () => {
  expect(explainedIds.length).toBeGreaterThan(0);
  expect(explainedIds.filter((id) => !mutations().has(id))).toEqual([]);
  expect(new Set(explainedIds).size).toBe(explainedIds.length);
  for (const id of explainedIds) expect(explanationOf(id)).toMatch(/\S.{20,}/);
  expect(explanationOf('job.nowhere|served|0:remove')).toBeUndefined();
});
