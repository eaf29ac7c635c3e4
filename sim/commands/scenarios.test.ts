import { describe, expect, it } from 'vitest';
import { parseScenario } from '../scenario.js';
import { scenarioNamed, scenarios } from '../scenarios/index.js';
import { switchover } from './test-cli.js';

describe('switchover scenarios', () => {
  it('should list every scenario with its line', () => {
    const { status, stdout, stderr } = switchover(['scenarios']);
    expect([status, stderr]).toEqual([0, '']);
    const words = stdout.replaceAll(/\s+/g, ' ');
    for (const { name, about } of scenarios) expect(words).toContain(`${name} ${about}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('should list them as JSON', () => {
    const { version, scenarios: listed } = JSON.parse(switchover(['scenarios', '--json']).stdout);
    expect(version).toBe(1);
    expect(listed).toEqual(scenarios.map(({ name, about }) => ({ name, about })));
  });

  // Each print is a process: of the many test cases one will do.
  const printed = scenarios.filter(({ name }) => !/^case-(?!01)/.test(name!));
  it.each(printed.map(({ name }) => name!))('should print %s as it is written', (name) => {
    const { stdout } = switchover(['scenarios', name]);
    expect(JSON.parse(stdout)).toEqual(scenarioNamed(name));
    expect(stdout.split('\n').length).toBeGreaterThan(3);
  });

  it('should print one with every default when asked', () => {
    const { stdout } = switchover(['scenarios', 'slow-slave', '--resolved']);
    const resolved = parseScenario(scenarioNamed('slow-slave'));
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(resolved)));
    expect(Object.keys(JSON.parse(stdout))).toContain('limits');
    const line = switchover(['scenarios', 'slow-slave', '--resolved', '--json']).stdout;
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(line)).toEqual({ version: 1, scenario: JSON.parse(stdout) });
  });

  it('should print what run takes', () => {
    const { stdout } = switchover(['scenarios', 'no-outcome']);
    const printed = switchover(['run', '-', '--print-scenario'], stdout);
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(printed.stdout)).toMatchObject({ name: 'no-outcome' });
  });
});
