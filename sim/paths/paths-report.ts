/** What came of a model's paths: which passed, where others failed, what of the model was covered. */
import type { TestModel } from '../../machines/test-model.js';
import type { Violation } from '../fuzz/violation.js';
import type { PathStrategy } from './enumerate.js';
import { graphOf, type ModelEdge } from './model-graph.js';
import type { PathPlan } from './plan-paths.js';
import type { PathResult } from './run-path.js';

/** Paths that fail in one way: at the same step of the same beginning, or by the same checkers. */
export interface Failure {
  readonly first: PathResult;
  /** Events up to where it failed. */
  readonly events: readonly string[];
  /** What was seen, and what had been expected. */
  readonly text: string;
  readonly violations: readonly Violation[];
  readonly paths: number;
  /** The checkers' story of it, where one of them failed. */
  story?: readonly string[];
  /** Where its run was written. */
  file?: string;
}

export interface PathsReport {
  readonly model: string;
  readonly about: string;
  readonly strategy: PathStrategy;
  readonly plan: PathPlan;
  readonly results: readonly PathResult[];
  readonly failures: readonly Failure[];
  /** Of the model, by paths up to where they strayed. */
  readonly covered: {
    readonly states: number;
    readonly ofStates: number;
    readonly transitions: number;
    readonly ofTransitions: number;
    /** `state: event`, of each transition that no path took. */
    readonly missing: readonly string[];
  };
}

/** Whether a path passed: nothing strayed, and no checker found anything that counts. */
export const passed = ({ stray, violations }: PathResult): boolean =>
  stray === undefined && violations.length === 0;

/** How far a path got: its edges up to where it strayed. */
export const walked = ({ path, stray }: PathResult): readonly number[] =>
  stray === undefined ? path : path.slice(0, stray.step);

export function pathsReport(
  model: TestModel,
  strategy: PathStrategy,
  plan: PathPlan,
  results: readonly PathResult[],
): PathsReport {
  return {
    model: model.name,
    about: model.about,
    strategy,
    plan,
    results,
    failures: failuresOf(graphOf(model).edges, results),
    covered: coveredBy(model, results),
  };
}

function failuresOf(edges: readonly ModelEdge[], results: readonly PathResult[]): Failure[] {
  const found = new Map<string, Failure & { paths: number }>();
  for (const result of results) {
    if (passed(result)) continue;
    const { stray, violations } = result;
    const checkers = violations.map(({ checker, kind }) => `${checker} (${kind})`).join(', ');
    const text = stray === undefined ? `${checkers}, beside clients` : strayText(stray);
    const name = stray === undefined ? checkers : JSON.stringify([walked(result), text]);
    const known = found.get(name);
    if (known !== undefined) {
      known.paths++;
      continue;
    }
    const events = walked(result).map((at) => edges[at]!.event);
    found.set(name, { first: result, events, text, violations, paths: 1 });
  }
  return [...found.values()];
}

const strayText = ({ text, isLoaded }: NonNullable<PathResult['stray']>): string =>
  isLoaded ? `${text}, beside clients` : text;

function coveredBy(model: TestModel, results: readonly PathResult[]): PathsReport['covered'] {
  const { states, edges } = graphOf(model);
  const taken = new Set(results.flatMap((one) => walked(one)));
  const reached = new Set([0, ...[...taken].map((at) => edges[at]!.to)]);
  const missing = edges.filter(({ at }) => !taken.has(at));
  return {
    states: reached.size,
    ofStates: states.length,
    transitions: taken.size,
    ofTransitions: edges.length,
    missing: missing.map(({ from, event }) => `${states[from]!.name}: ${event}`),
  };
}
