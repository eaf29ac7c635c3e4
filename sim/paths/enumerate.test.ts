/** Which paths of a graph each strategy takes. */
import { createTestModel } from '@xstate/test';
import { describe, expect, it } from 'vitest';
import { type AnyMachineSnapshot, createMachine } from 'xstate';
import { stays, type TestModel } from '../../machines/test-model.js';
import { type Path, type PathStrategy, pathsOf } from './enumerate.js';
import { graphOf, type ModelGraph } from './model-graph.js';

const model = (machine: TestModel['machine'], events: readonly string[]): TestModel => ({
  name: 'tiny',
  about: 'a hand-made graph',
  machine,
  deeds: Object.fromEntries(events.map((event) => [event, []])),
  scenario: {},
});

/** A door that can be locked and kicked in; there is no way back from that. */
const door = graphOf(
  model(
    createMachine({
      id: 'door',
      initial: 'shut',
      states: {
        shut: { on: { open: 'open', lock: 'locked' } },
        open: { on: { shut: 'shut', knock: stays } },
        locked: { on: { unlock: 'shut', kick: 'broken' } },
        broken: {},
      },
    }),
    ['open', 'shut', 'lock', 'unlock', 'knock', 'kick'],
  ),
);

/** Of a graph with several ways to most states and no event that stays. */
const routesMachine = createMachine({
  id: 'routes',
  initial: 'a',
  states: {
    a: { on: { left: 'b', right: 'c' } },
    b: { on: { left: 'd', right: 'c' } },
    c: { on: { left: 'b', right: 'd', back: 'a' } },
    d: { on: { back: 'b', left: 'e', right: 'c' } },
    e: { on: { back: 'd', left: 'c' } },
  },
});
const routes = graphOf(model(routesMachine, ['left', 'right', 'back']));

const told = (path: Path) => path.map(({ event }) => event).join(' > ');
const all = (graph: ModelGraph, strategy: Exclude<PathStrategy, 'walk'>) =>
  [...pathsOf(graph, strategy)].map(told);

const first = (graph: ModelGraph, count: number, options: { seed?: number; steps?: number }) => {
  const found: Path[] = [];
  for (const path of pathsOf(graph, 'walk', options)) {
    found.push(path);
    if (found.length === count) return found;
  }
  throw new Error('walks came to an end');
};

describe('paths', () => {
  it('should go to every state and over every edge by shortest paths', () => {
    expect(all(door, 'shortest')).toEqual([
      'open > shut',
      'open > knock',
      'lock > unlock',
      'lock > kick',
    ]);
  });

  it('should go every simple way, with what stays at its end', () => {
    expect(all(door, 'simple')).toEqual(['open > knock', 'open', 'lock > kick']);
  });

  it('should leave events out of simple ways that the caller names', () => {
    const without = ['lock', 'knock'];
    expect([...pathsOf(door, 'simple', { without })].map(told)).toEqual(['open']);
  });

  it('should take every two edges that follow one another', () => {
    expect(all(door, 'pairs')).toEqual([
      'open > shut > open',
      'open > shut > lock',
      'open > knock > shut',
      'open > knock > knock',
      'lock > unlock > open',
      'lock > unlock > lock',
      'lock > kick',
    ]);
  });

  it.each([
    ['door', door],
    ['routes', routes],
  ])('should have every pair of the %s in some path, each path a walk of the graph', (_, graph) => {
    const taken = new Set<string>();
    for (const path of pathsOf(graph, 'pairs')) {
      expect(path[0]?.from).toBe(0);
      for (const [at, edge] of path.entries()) {
        const next = path[at + 1];
        if (next === undefined) continue;
        expect(next.from).toBe(edge.to);
        taken.add(`${edge.at} ${next.at}`);
      }
    }
    const wanted = graph.edges.flatMap(({ at, to }) =>
      graph.leaving[to]!.map((next) => `${at} ${next.at}`),
    );
    expect([...taken].sort()).toEqual(wanted.sort());
  });

  it('should take the simple paths that @xstate/test takes, where nothing stays', () => {
    const theirs = createTestModel(routesMachine, {
      events: [{ type: 'left' }, { type: 'right' }, { type: 'back' }],
      // By default it tells states apart by how they were reached.
      serializeState: ({ value }: AnyMachineSnapshot) => JSON.stringify(value) as never,
    })
      .getSimplePaths()
      .map(({ steps }) => steps.slice(1).map(({ event }) => event.type))
      .map((events) => events.join(' > '));
    expect(theirs).toContain('left > left > left > left');
    expect(all(routes, 'simple').sort()).toEqual([...theirs].sort());
  });

  it('should walk alike from the same seed, and otherwise from another', () => {
    const walks = first(routes, 20, { seed: 7 }).map(told);
    expect(first(routes, 20, { seed: 7 }).map(told)).toEqual(walks);
    expect(first(routes, 20, { seed: 8 }).map(told)).not.toEqual(walks);
    // The nth walk is the first of the nth seed: one of many can be taken again alone.
    expect(first(routes, 1, { seed: 11 }).map(told)).toEqual([walks[4]]);
  });

  it('should walk so far and no further, and end where nothing leads on', () => {
    const walks = first(door, 50, { seed: 1, steps: 6 });
    const lengths = walks.map(({ length }) => length);
    expect(Math.max(...lengths)).toBe(6);
    for (const path of walks.filter(({ length }) => length < 6)) {
      expect(path.at(-1)?.event).toBe('kick');
    }
    expect(Math.min(...lengths)).toBeLessThan(6);
  });
});
