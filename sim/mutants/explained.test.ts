/** Explanations are of mutants that there are, each explained once, and may be refuted. */
import { describe, expect, it } from 'vitest';
import { drawScenario, subjectOf } from '../fuzz/draw-scenario.js';
import { runResolved } from '../run.js';
import { corpusHere } from './corpus-here.js';
import { explainedIds, explanationOf, sameIds } from './explained.js';
import { mutations, protocolNameOf } from './mutants.js';

describe('explanations', () => {
  it('should be of mutants that there are, one for each', () => {
    expect(explainedIds.length).toBeGreaterThan(0);
    expect(explainedIds.filter((id) => !mutations().has(id))).toEqual([]);
    expect(new Set(explainedIds).size).toBe(explainedIds.length);
    for (const id of explainedIds) expect(explanationOf(id)).toMatch(/\S.{20,}/);
    expect(explanationOf('job.nowhere|served|0:remove')).toBeUndefined();
  });

  // A slave that answers late and in doubt, news, a push: the more of the machine they come by.
  const corpus = corpusHere();
  const scenarios = [
    ...['boundedTakeover', 'announce', 'graceful-r6-refusal-lapses', 'topologyFence'].map(
      (name) => corpus.get(name)!,
    ),
    ...[3, 27].map((seed) => drawScenario(seed, subjectOf('graceful'))),
  ];
  const digestsOf = (name: string) =>
    scenarios.map((one) => runResolved({ ...one, protocol: { ...one.protocol, name } }).digest);
  const own = digestsOf('graceful');

  it.each(sameIds)('should be true where they say that runs are the same: %s', (id) => {
    expect(digestsOf(protocolNameOf(id))).toEqual(own);
  });

  it('should not be true of just any mutant', () => {
    for (const id of ['failover.check_slave:drop.entry.0', 'verdict.decided|always|1:retarget']) {
      expect(digestsOf(protocolNameOf(id))).not.toEqual(own);
    }
  });
});
