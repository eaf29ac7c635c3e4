/** The test models of the handover: how large they are, and that the machines do what they say. */
import { describe, expect, it } from 'vitest';
import { Driver } from '../../../sim/paths/drive.js';
import { pathsOf } from '../../../sim/paths/enumerate.js';
import { graphOf } from '../../../sim/paths/model-graph.js';
import { graceful } from '../index.js';

const models = graceful.models ?? [];

/** States, edges, and paths of each kind: whoever changes a model sees by how much. */
const sizes = {
  coordinator: { states: 51, edges: 187, shortest: 141, pairs: 839 },
  gate: { states: 30, edges: 140, shortest: 111, pairs: 778 },
  takeover: { states: 18, edges: 65, shortest: 48, pairs: 200 },
  session: { states: 29, edges: 91, shortest: 63, pairs: 432 },
};

describe('test models', () => {
  it('should be as large as they are known to be', () => {
    const found = models.map((model) => {
      const graph = graphOf(model);
      const count = (strategy: 'shortest' | 'pairs') => [...pathsOf(graph, strategy)].length;
      const { states, edges } = graph;
      return [
        model.name,
        {
          states: states.length,
          edges: edges.length,
          shortest: count('shortest'),
          pairs: count('pairs'),
        },
      ];
    });
    expect(Object.fromEntries(found)).toEqual(sizes);
  });

  it.each(models)('should have graceful follow every shortest path of $name', (model) => {
    const graph = graphOf(model);
    const driver = new Driver(model, { name: 'graceful', knobs: {} });
    const strays = [...pathsOf(graph, 'shortest')].flatMap((path) => {
      const { stray } = driver.drive(path);
      const events = path.map(({ event }) => event).join(' > ');
      return stray === undefined ? [] : [`${events}, step ${stray.step}: ${stray.text}`];
    });
    expect(strays).toEqual([]);
  });
});
