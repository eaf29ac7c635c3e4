/**
 * What is promised of the judge, as far as it does not take long; all of it, measured, is
 * `node dist/bench/judge-targets.js`. More seeds: `CAMPAIGN=10 npx vitest run campaign`.
 */
import { describe, expect, it } from 'vitest';
import { brokenHistory, type Load, trueHistory } from '../fixtures/histories.js';
import { checkHistory, defaultBudget, type Judgement } from './check-history.js';
import { append, casRegister, register } from './models/index.js';
import type { Value } from './value.js';

const seeds = 60 * Number(process.env['CAMPAIGN'] ?? 1);

const judged = (load: Load, isBroken: boolean): Judgement =>
  checkHistory(isBroken ? brokenHistory(load) : trueHistory(load), casRegister, { initial: 0 });

describe('compare-and-set of 80 operations by 10 clients, 19 crashed', () => {
  it.each([
    ['valid', false],
    ['invalid', true],
  ])(
    'should be found %s under every seed, with a small part of the budget',
    (expected, isBroken) => {
      const size = { operations: 80, clients: 10, keys: 1, crashed: 19, values: 5 };
      for (let seed = 1; seed <= seeds; seed++) {
        const judgement = judged({ model: 'cas-register', seed, ...size }, isBroken);
        expect([seed, judgement.validity]).toEqual([seed, expected]);
        expect(judgement.steps).toBeLessThan(defaultBudget.steps / 10);
        expect(judgement.stored).toBeLessThan(defaultBudget.memory / 10);
      }
    },
  );
});

describe('ten lists, 2,000 appends and reads by 50 clients', () => {
  const load: Load = {
    model: 'append',
    operations: 2_000,
    clients: 50,
    keys: 10,
    seed: 1,
    values: 3,
    infoPermille: 20,
  };

  it('should be found valid', () => {
    expect(checkHistory(trueHistory(load), append)).toMatchObject({ validity: 'valid' });
  });

  it.each(['k0', 'k9'])('should be rejected for %s alone, which forgets, at little cost', (key) => {
    const history = trueHistory(load);
    const last = history.findLast((one) => one.f === 'read' && one.key === key && one.output)!;
    // What is 20 elements back was acknowledged long before that read began.
    const output = (last.output as readonly Value[]).slice(0, -20);
    const forgetful = history.map((one) => (one === last ? { ...one, output } : one));
    const { validity, rejections, steps, stored } = checkHistory(forgetful, append);
    expect(validity).toBe('invalid');
    expect(rejections.map(({ offender }) => offender.id)).toEqual([last.id]);
    expect(steps).toBeLessThan(200_000);
    expect(stored).toBeLessThan(10_000);
  });
});

describe('registers as our own workloads write them', () => {
  it('should take as many looks as there are operations, and no search', () => {
    for (const operations of [5_000, 10_000, 20_000]) {
      const load: Load = {
        model: 'register',
        operations,
        clients: 64,
        keys: 8,
        seed: 1,
        infoPermille: 10,
      };
      const judgement = checkHistory(trueHistory(load), register);
      expect(judgement).toMatchObject({ validity: 'valid', steps: 0, stored: 0 });
      expect(judgement.operations).toBeGreaterThan(operations * 0.99);
      expect(checkHistory(brokenHistory(load), register)).toMatchObject({
        validity: 'invalid',
        steps: 0,
      });
    }
  });
});
