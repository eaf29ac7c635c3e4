import { describe, expect, it } from 'vitest';
import type { Fault } from '../../runtime/fault.js';
import { protocols } from '../protocols.js';
import { idleFaults } from '../report/faults.js';
import { run } from '../run.js';
import { parseScenario } from '../scenario.js';
import { checkNames } from '../scenario-names.js';
import { caseScenarios, scenarioList, scenarioNamed, scenarios, withoutCases } from './index.js';

const names = scenarios.map(({ name }) => name!);

describe('scenarios by name', () => {
  it('should have a name of their own, and one line on what they show', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const { about } of withoutCases) expect(about).toMatch(/^.{20,80}$/);
    for (const { about } of caseScenarios) expect(about).toMatch(/^.{20,100}$/);
    expect(scenarioNamed('nothing')).toBeUndefined();
  });

  it('should begin with the one that runs when nobody asks for another', () => {
    const { name, about, ...first } = parseScenario(scenarios[0]);
    const { name: _, about: __, ...fallback } = parseScenario({});
    expect([name, about === '']).toEqual(['default', false]);
    expect(first).toEqual(fallback);
  });

  it('should be listed with their lines, the cases last', () => {
    expect(scenarioList().map(({ name }) => name)).toEqual(names);
    expect(scenarioList(withoutCases).map(({ name }) => name)).not.toContain('case-01-basic-flow');
    expect(caseScenarios.every(({ name }) => /^case-\d\d-[a-z-]+$/.test(name!))).toBe(true);
    expect(scenarios).toEqual([...withoutCases, ...caseScenarios]);
  });

  it('should name nothing that is not there', () => {
    for (const scenario of scenarios)
      expect(() => checkNames(parseScenario(scenario))).not.toThrow();
  });

  // What the cases do is tested beside them.
  const pairs = protocols.flatMap((protocol) =>
    withoutCases.map(({ name }) => [name!, protocol.name] as const),
  );
  it.each(pairs)('%s should do to %s what it says', (name, protocol) => {
    // The load is thin here: that the fault bites does not hang on it.
    const thin = { clients: 2, operations: 80, thinkUs: [50_000], everyUs: [50_000] };
    const workload = { ...scenarioNamed(name)?.workload, ...thin };
    const scenario = parseScenario({
      ...scenarioNamed(name),
      protocol: { name: protocol },
      workload,
    });
    const { record } = run(scenario);
    expect(idleFaults(scenario.faults as unknown as Fault[], record)).toEqual([]);
  });
});
