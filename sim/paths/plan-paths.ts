/** Which paths are driven, and how many more there would be. */
import type { TestModel } from '../../machines/test-model.js';
import { type PathStrategy, pathsOf } from './enumerate.js';
import { graphOf } from './model-graph.js';

export interface PathPlan {
  /** Each path by the edges of the model's graph, in order. */
  readonly paths: readonly (readonly number[])[];
  /** Paths beyond the limit; `more`: there are more than that; walks have no end. */
  readonly left: { readonly count: number; readonly more: boolean };
}

/** Nobody waits for a count of more. */
const countedMost = 1_000_000;

/** @param limit of how many are driven */
export function planPaths(
  model: TestModel,
  strategy: PathStrategy,
  { limit, seed, steps }: { limit: number; seed: number; steps: number },
): PathPlan {
  const without = model.simpleWithout ?? [];
  const paths: number[][] = [];
  let left = 0;
  for (const path of pathsOf(graphOf(model), strategy, { seed, steps, without })) {
    if (paths.length < limit) {
      paths.push(path.map(({ at }) => at));
      continue;
    }
    if (strategy === 'walk') return { paths, left: { count: 0, more: true } };
    left++;
    if (left === countedMost) return { paths, left: { count: left, more: true } };
  }
  return { paths, left: { count: left, more: false } };
}
