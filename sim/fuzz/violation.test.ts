/** What a campaign makes of an invalid verdict. */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../checkers/verdict.js';
import { protocolNamed } from '../protocols.js';
import { parseScenario, type ScenarioInput } from '../scenario.js';
import { violationsOf } from './violation.js';

const lost: Verdict = {
  checker: 'lost-write',
  validity: 'invalid',
  kind: 'in no log',
  reason: '',
  operations: [],
  evidence: [],
};

function standing(protocol: string, given: ScenarioInput = {}, verdict = lost): unknown {
  const scenario = parseScenario({ ...given, protocol: { name: protocol, ...given.protocol } });
  const all = violationsOf(protocolNamed(protocol), scenario, [verdict]);
  return all.map((one) => one.standing);
}

const forced: ScenarioInput['operator'] = [
  { type: 'setnodes', atUs: 1, node: 'n1', topology: { version: 2, nodes: [] }, force: true },
];

describe('a violation', () => {
  it('should be claimed where the protocol claims otherwise', () => {
    expect(standing('graceful')).toEqual(['claimed']);
  });

  it('should be unclaimed without a safeguard, and under a protocol that claims nothing', () => {
    expect(standing('graceful', { protocol: { knobs: { barrier: false } } })).toEqual([
      'unclaimed',
    ]);
    expect(standing('kvrocks-pr3295')).toEqual(['unclaimed']);
  });

  it('should be outside where nobody claims it, whatever the protocol', () => {
    const resending: ScenarioInput = { workload: { policy: 'jedis' } };
    const read = { ...lost, checker: 'linearizable' } as const;
    for (const protocol of ['graceful', 'kvrocks-pr3295']) {
      expect(standing(protocol, { operator: forced })).toEqual(['outside']);
      expect(standing(protocol, resending, read)).toEqual(['outside']);
      expect(standing(protocol, resending)).not.toEqual(['outside']);
    }
  });

  it('should be none where a verdict is valid or unknown', () => {
    expect(standing('graceful', {}, { ...lost, validity: 'valid' })).toEqual([]);
    expect(standing('graceful', {}, { ...lost, validity: 'unknown' })).toEqual([]);
  });
});
