/** Findings made small: still failing the same way, and nothing smaller left to try. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../scenario.js';
import { clientOperationIds } from '../workload.js';
import { drawScenario, subjectOf } from './draw-scenario.js';
import { milderFaults } from './milder.js';
import { readied } from './readied.js';
import { failsAs, shrink } from './shrink.js';
import { lists, smaller } from './smaller.js';
import type { Violation } from './violation.js';

const proposal = subjectOf('kvrocks-pr3295');
const lostWrite: Violation = {
  checker: 'lost-write',
  kind: 'not in the log of the master',
  standing: 'unclaimed',
};

describe('shrinking', () => {
  it('should leave a handful of events of a finding, that fail the same way', () => {
    const scenario = drawScenario(227, proposal);
    const told: string[] = [];
    const { scenario: small, isDone } = shrink(scenario, lostWrite, {
      progress: ({ pass }) => told.push(pass),
    });
    expect(isDone).toBe(true);
    expect(failsAs(small, lostWrite)).toBe(true);
    const operations = clientOperationIds(small.workload).length;
    expect(small.faults.length + small.operator.length + operations).toBeLessThanOrEqual(5);
    expect(new Set(told).size).toBeGreaterThan(3);
    // What was asked for stays, for it is what the finding is about.
    expect(small.protocol).toEqual(scenario.protocol);
    // Nothing is left to try.
    expect(shrink(small, lostWrite).scenario).toEqual(small);
  });

  it('should stop at its budget, with what it has by then', () => {
    const scenario = drawScenario(227, proposal);
    const { scenario: small, runs, isDone } = shrink(scenario, lostWrite, { budget: 10 });
    expect([runs, isDone]).toEqual([10, false]);
    expect(failsAs(small, lostWrite)).toBe(true);
  });

  it('should refuse what does not fail, or fails another way', () => {
    const scenario = drawScenario(227, proposal);
    expect(() => shrink(parseScenario({}), lostWrite)).toThrow('unnamed does not fail so');
    expect(() => shrink(scenario, { ...lostWrite, kind: 'in no log' })).toThrow('does not fail so');
  });
});

describe('lists without some of their items', () => {
  it('should each lack something, together every single item, in order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { maxLength: 20 }), (items) => {
        const all = [...lists(items)];
        for (const one of all) {
          expect(one.length).toBeLessThan(items.length);
          expect(items.filter((item) => one.includes(item))).toEqual(one);
        }
        for (const item of items) {
          const rest = items.filter((other) => other !== item);
          expect(all).toContainEqual(rest);
        }
      }),
      { seed: 7, numRuns: 50 },
    );
  });
});

describe('smaller scenarios', () => {
  it('should be others, and most of them ready to run', () => {
    for (const seed of [3, 26, 47]) {
      const scenario = drawScenario(seed, proposal);
      const text = JSON.stringify(scenario);
      const all = [...smaller(scenario)];
      const ready = all.map(readied).filter((one) => one !== undefined);
      expect(ready.length).toBeGreaterThan(all.length * 0.8);
      expect(ready.map((one) => JSON.stringify(one))).not.toContain(text);
    }
  });

  it('should have a milder form of every kind of fault that has one', () => {
    const at = { timeUs: 5 };
    const kinds = (fault: object) => [
      ...new Set([...milderFaults({ id: 1, at, ...fault } as never)].map(({ kind }) => kind)),
    ];
    expect(kinds({ kind: 'powerLoss', node: 'n1' })).toContain('crash');
    expect(kinds({ kind: 'crash', node: 'n1' })).toContain('pause');
    const cut = { kind: 'partition', from: ['n1'], to: ['n2'] };
    expect([...milderFaults({ id: 1, at, ...cut } as never)]).toContainEqual({
      id: 1,
      at,
      ...cut,
      oneWay: true,
    });
    expect(kinds({ ...cut, oneWay: true })).toContain('link');
    expect(kinds({ kind: 'disk', node: 'n1', mode: 'full' })).toContain('disk');
  });
});
