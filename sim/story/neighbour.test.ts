import { describe, expect, it } from 'vitest';
import { plan } from '../builders.js';
import { castOf } from '../cluster.js';
import { changesOf } from './changes.js';
import { compact } from './compact.js';
import { nearestPassing } from './neighbour.js';
import { observe } from './observed.js';
import { pinnedOracle } from './pinned-oracle.js';
import { mishap, mishaps, proposal } from './test-runs.js';

describe('the nearest neighbour that passes', () => {
  it('should be the scenario without the fault, and pass when it is run again', () => {
    const failing = mishap('the answer is lost');
    const near = nearestPassing(failing, 'liveness')!;
    expect(near).toMatchObject({ kind: 'fault', pinned: [] });
    expect(near.words).toBe('without fault 1 (drop takeover-reply once from the start)');
    const again = observe(near.scenario).result;
    expect(again.digest).toBe(near.digest);
    expect(again.verdicts.find(({ checker }) => checker === 'liveness')?.validity).toBe('valid');
  });

  it('should tell where the two part and what became of them', () => {
    const failing = mishap('the answer is lost');
    const { differences } = nearestPassing(failing, 'liveness')!;
    expect(differences.here[0]?.text).toBe('takeover-reply of n2 to n1 lost (fault 1)');
    expect(differences.there.map(({ node, text }) => `${node} ${text}`)).toEqual([
      'n1 serves no slots (epoch 1)',
      'n1 failover: success',
    ]);
    expect(differences.became.map(({ what }) => what)).toContain('attempt 1');
    expect(differences.onlyThere).toContain('call: call.asking|message.takeover-reply|0');
    expect(differences.onlyHere).not.toContain('call: call.asking|message.takeover-reply|0');
  });

  it('should be none where nothing that is tried makes the checker content', () => {
    const small = observe(proposal({ workload: { clients: 1, operations: 1 }, operator: [] }));
    // No reads at slaves, so no verdict about them either way.
    expect(nearestPassing(small, 'slave-reads')).toBeUndefined();
  });

  it('should need no fault where a command alone is too much', () => {
    const { operator } = proposal();
    const failing = observe(proposal({ operator: operator.slice(0, 1) }));
    const near = nearestPassing(failing, 'convergence')!;
    expect(near.words).toBe('without command 1 (op1 asks n1 for FAILOVER to n2, timeout 5000 ms)');
  });
});

describe('what is one thing away', () => {
  const scenario = proposal({
    faults: plan(mishaps['the slave crashes'], mishaps['the answer is lost']),
    workload: { clients: 1, operations: 3, startUs: 3_000_000 },
  });
  const changes = [...changesOf(scenario)];

  it('should come nearest first: faults, commands, operations, answers, seeds', () => {
    const kinds = changes.map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual(['fault', 'command', 'operation', 'decision', 'seed']);
    expect(kinds.filter((kind) => kind === 'fault')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'command')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'operation')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'decision').length).toBeLessThanOrEqual(40);
    expect(changes[0]!.scenario.faults.map(({ id }) => id)).toEqual([1]);
  });

  it('should change one answer and nothing else of the scenario', () => {
    const { digest } = observe(scenario).result;
    const others = changes.filter(({ kind }) => kind === 'decision').slice(0, 5);
    for (const { pinned, scenario: same } of others) {
      expect(same).toBe(scenario);
      expect(observe(same, (seeded) => pinnedOracle(pinned, seeded)).result.digest).not.toBe(
        digest,
      );
    }
    expect(observe(scenario, (seeded) => pinnedOracle([], seeded)).result.digest).toBe(digest);
  });
});

describe('a compact timeline', () => {
  it('should keep faults and roles, leave out links and refusals, and say how much', () => {
    const { record, scenario } = mishap('the slave crashes').result;
    const { lines, leftOut } = compact(record, castOf(scenario));
    const texts = lines.map(({ text }) => text);
    expect(texts).toContain('crashes (fault 1)');
    expect(texts.filter((text) => /link to|TRYAGAIN|the probe/.test(text))).toEqual([]);
    expect(leftOut).toBeGreaterThan(0);
    expect(new Set(lines.map(({ at, node }) => `${at} ${node}`)).size).toBeLessThanOrEqual(5);
  });
});
