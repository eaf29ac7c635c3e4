/**
 * Which paths of a model's graph are driven. A path is the edges that it takes from the first state.
 *
 * - `shortest`: to each state a shortest way, and over each edge that no such way takes.
 * - `simple`: every way that meets no state twice, and at its end each event that stays in its state.
 * - `pairs`: every two edges that follow one another are taken one after the other at least once.
 * - `walk`: a seeded random walk.
 */
import { Dice } from '../fuzz/dice.js';
import type { ModelEdge, ModelGraph } from './model-graph.js';

export const pathStrategies = ['shortest', 'simple', 'pairs', 'walk'] as const;
export type PathStrategy = (typeof pathStrategies)[number];

export type Path = readonly ModelEdge[];

/** The stream of the dice that walk. */
const stream = 90;

/** Paths in the order in which they are driven, those that begin alike beside one another. */
export function pathsOf(
  graph: ModelGraph,
  strategy: PathStrategy,
  {
    seed = 1,
    steps = 20,
    without = [],
  }: { seed?: number; steps?: number; without?: readonly string[] } = {},
): Iterable<Path> {
  switch (strategy) {
    case 'shortest':
      return shortestPaths(graph);
    case 'simple':
      return simplePaths(graph, without);
    case 'pairs':
      return pairPaths(graph);
    case 'walk':
      return walks(graph, seed, steps);
  }
}

/** The ways to the states that are on no other one's way, and to each edge that these leave out. */
function shortestPaths({ edges, shortest }: ModelGraph): Path[] {
  const all = edges.map((edge) => [...shortest[edge.from]!, edge]);
  return withoutBeginnings(inOrder(all));
}

/** Depth first, so that paths that begin alike follow one another. */
function* simplePaths({ leaving }: ModelGraph, without: readonly string[]): Generator<Path> {
  const visited = new Set([0]);
  const way: ModelEdge[] = [];
  function* from(state: number): Generator<Path> {
    let isEnd = true;
    for (const edge of leaving[state]!) {
      if (without.includes(edge.event)) continue;
      way.push(edge);
      if (edge.to === state) {
        yield [...way];
      } else if (!visited.has(edge.to)) {
        isEnd = false;
        visited.add(edge.to);
        yield* from(edge.to);
        visited.delete(edge.to);
      }
      way.pop();
    }
    if (isEnd && way.length > 0) yield [...way];
  }
  yield* from(0);
}

/** For each edge and each that may follow it, the shortest way to the first of them. */
function pairPaths({ edges, leaving, shortest }: ModelGraph): Path[] {
  const all = edges.flatMap((edge) =>
    leaving[edge.to]!.map((next) => [...shortest[edge.from]!, edge, next]),
  );
  return withoutBeginnings(inOrder(all));
}

/** One walk after another, without end; each goes as far, unless nothing leaves a state. */
function* walks({ leaving }: ModelGraph, seed: number, steps: number): Generator<Path> {
  for (let nth = 0; ; nth++) {
    const dice = new Dice(seed + nth, stream);
    const way: ModelEdge[] = [];
    for (let state = 0; way.length < steps; state = way.at(-1)!.to) {
      const choices = leaving[state]!;
      if (choices.length === 0) break;
      way.push(dice.pick(choices));
    }
    yield way;
  }
}

function inOrder(paths: Path[]): Path[] {
  return paths.sort((one, other) => {
    const at = one.findIndex((edge, nth) => edge !== other[nth]);
    if (at < 0) return one.length - other.length;
    return (one[at]?.at ?? -1) - (other[at]?.at ?? -1);
  });
}

/** Without those that another one begins with, of paths in order: that one is next to it. */
function withoutBeginnings(paths: Path[]): Path[] {
  return paths.filter((path, at) => {
    const next = paths[at + 1];
    return next === undefined || !path.every((edge, nth) => edge === next[nth]);
  });
}
