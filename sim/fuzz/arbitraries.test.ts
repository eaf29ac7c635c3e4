/** The arbitraries, used as a reader of the README would; and the project's own property. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimFor } from '../claims.js';
import { protocolNamed } from '../protocols.js';
import { run } from '../run.js';
import { parseScenario } from '../scenario.js';
import { clientOperationIds } from '../workload.js';
import { faultPlans, operatorScripts, scenarios, workloads } from './arbitraries.js';

const isLost = ({ checker, validity }: { checker: string; validity: string }) =>
  checker === 'lost-write' && validity === 'invalid';

describe('no acknowledged write is lost across the switch', () => {
  it('whatever happens, within the claims of graceful', () => {
    let completed = 0;
    fc.assert(
      fc.property(scenarios({ claimed: ['lost-write', 'linearizable'] }), (scenario) => {
        const { verdicts, record } = run(scenario);
        if (record.notes.some(({ value }) => value === 'success')) completed++;
        expect(
          verdicts.filter(({ checker, validity }) => {
            return (
              (checker === 'lost-write' || checker === 'linearizable') && validity === 'invalid'
            );
          }),
        ).toEqual([]);
      }),
      { seed: 3295, numRuns: 100 },
    );
    expect(completed).toBeGreaterThan(20);
  }, 60_000);

  it('but not by the proposal: the counterexample is small', () => {
    const { counterexample, failed } = fc.check(
      fc.property(scenarios({ protocol: 'kvrocks-pr3295' }), (scenario) => {
        return !run(scenario).verdicts.some(isLost);
      }),
      { seed: 3, numRuns: 200 },
    );
    expect(failed).toBe(true);
    const [{ faults, operator, workload }] = counterexample!;
    const operations = clientOperationIds(workload).length;
    expect(faults.length + operator.length + operations).toBeLessThanOrEqual(6);
  }, 60_000);
});

describe('the arbitraries', () => {
  const parts = { faults: faultPlans(), operator: operatorScripts(), workload: workloads() };

  it('should give the same values for the same seed', () => {
    for (const arbitrary of [scenarios(), ...Object.values(parts)]) {
      const sample = () => fc.sample<unknown>(arbitrary, { seed: 5, numRuns: 10 });
      expect(sample()).toEqual(sample());
    }
  });

  it('should give parts that a scenario takes', () => {
    for (const [name, arbitrary] of Object.entries(parts)) {
      const values = fc.sample<unknown>(arbitrary, { seed: 5, numRuns: 40 });
      for (const value of values) {
        const scenario = parseScenario({ cluster: { slaves: 3 }, [name]: value });
        expect(scenario[name as 'faults']).toEqual(value);
      }
      expect(new Set(values.map((value) => JSON.stringify(value))).size).toBeGreaterThan(10);
    }
  });

  it('should shrink each part within itself, to the least that matters', () => {
    const least = <T>(arbitrary: fc.Arbitrary<T>, fails: (value: T) => boolean) =>
      fc.check(
        fc.property(arbitrary, (value) => !fails(value)),
        { seed: 9, numRuns: 500 },
      ).counterexample![0];
    const crashes = least(faultPlans(), (faults) => faults.some(({ kind }) => kind === 'crash'));
    expect(crashes).toHaveLength(1);
    const loads = least(workloads(), ({ clients, kind }) => clients > 1 && kind === 'append');
    expect(loads).toMatchObject({ clients: 2, operations: 1, keys: 1, kind: 'append' });
    const pushes = least(operatorScripts(), (calls) =>
      calls.some(({ type }) => type === 'setnodes'),
    );
    expect(pushes).toHaveLength(1);
  });

  it('should give nothing that is outside of the claims that are asked for', () => {
    const graceful = protocolNamed('graceful');
    const all = fc.sample(scenarios({ claimed: ['liveness', 'convergence'] }), {
      seed: 1,
      numRuns: 60,
    });
    for (const scenario of all) {
      expect(claimFor(graceful, scenario, 'liveness').claimed).toBe(true);
      expect(claimFor(graceful, scenario, 'convergence').claimed).toBe(true);
    }
    const never = scenarios({ protocol: 'kvrocks-pr3295', claimed: ['lost-write'] });
    expect(() => fc.sample(never, 1)).toThrow('kvrocks-pr3295 never claims lost-write');
  });
});
