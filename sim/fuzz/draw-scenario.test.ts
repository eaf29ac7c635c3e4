/** Scenarios drawn from a seed: what they are made of, and what the protocols make of them. */
import { describe, expect, it } from 'vitest';
import { claimFor } from '../claims.js';
import { run } from '../run.js';
import { parseScenario } from '../scenario.js';
import { checkNames } from '../scenario-names.js';
import { Dice } from './dice.js';
import { drawScenario, subjectOf } from './draw-scenario.js';
import { drawDuration, timersUs } from './durations.js';

const graceful = subjectOf('graceful');
const seeds = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('a drawn scenario', () => {
  it('should be the same for the same seed, resolved, and of names that there are', () => {
    for (const seed of seeds(300)) {
      const scenario = drawScenario(seed, graceful);
      expect(drawScenario(seed, graceful)).toEqual(scenario);
      expect(parseScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
      checkNames(scenario);
    }
  });

  it('should have every kind of fault, place, trigger, call and load in some seed', () => {
    const seen = new Set<string>();
    for (const seed of seeds(600)) {
      const { faults, operator, workload, cluster } = drawScenario(seed, graceful);
      for (const { kind, at } of faults) {
        seen.add(kind);
        seen.add('trigger' in at ? `on ${at.trigger.on}` : 'at a time');
      }
      for (const { type, by } of operator) seen.add(`${by} ${type}`);
      seen.add(workload.kind).add(workload.loop);
      if (workload.readers > 0) seen.add('readers');
      if (workload.wait !== undefined) seen.add('wait');
      if (cluster.nodes.syncWrites === true) seen.add('synced');
      if (operator.some((call) => call.type === 'setnodes' && call.force)) seen.add('forced');
    }
    const kinds = 'crash powerLoss pause partition reset link disk drift step'.split(' ');
    const places = [
      'at a time',
      ...['state', 'transition', 'effect', 'message'].map((on) => `on ${on}`),
    ];
    const calls = [
      'op1 failover',
      'op1 outcome',
      'op2 failover',
      'op2 info',
      'op3 setnodes',
      'forced',
    ];
    const loads = ['register', 'append', 'closed', 'open', 'readers', 'wait', 'synced'];
    const wanted = [...kinds, ...places, ...calls, ...loads];
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
  });

  it('should leave most kinds of fault out of most plans, and be without any in some', () => {
    const counts = seeds(300).map((seed) => {
      return new Set(drawScenario(seed, graceful).faults.map(({ kind }) => kind)).size;
    });
    expect(counts.filter((count) => count === 0).length).toBeGreaterThan(10);
    expect(counts.filter((count) => count <= 2).length).toBeGreaterThan(200);
  });

  it('should last just under a timer, as long as it, and just over it', () => {
    const timers = timersUs(graceful.values, 1000);
    expect(timers).toContain(3_000_000);
    const dice = new Dice(1, 0);
    const drawn = new Set(Array.from({ length: 3000 }, () => drawDuration(dice, timers)));
    for (const timer of timers) {
      expect([timer - 1, timer, timer + 1].filter((one) => drawn.has(one))).not.toEqual([]);
    }
  });

  it('should run alike by both engines', { timeout: 120_000 }, () => {
    for (const protocol of ['graceful', 'kvrocks-pr3295']) {
      const subject = subjectOf(protocol);
      for (const seed of seeds(12)) {
        const scenario = drawScenario(seed, subject);
        const { digest, verdicts } = run(scenario);
        const reference = run(scenario, { engine: 'xstate' });
        expect([seed, reference.digest]).toEqual([seed, digest]);
        expect(reference.verdicts).toEqual(verdicts);
      }
    }
  });

  it('should refute nothing that graceful claims', { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    for (const seed of seeds(60)) {
      const scenario = drawScenario(seed, graceful);
      for (const { checker, validity, reason } of run(scenario).verdicts) {
        const isClaimed = claimFor(graceful.protocol, scenario, checker).claimed;
        if (isClaimed && validity !== 'valid') wrong.push(`seed ${seed}, ${checker}: ${reason}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('should refute the proposal within few seeds', () => {
    const proposal = subjectOf('kvrocks-pr3295');
    const found = seeds(30).find((seed) =>
      run(drawScenario(seed, proposal)).verdicts.some(({ validity }) => validity === 'invalid'),
    );
    expect(found).toBeDefined();
  });
});
