/**
 * Every scenario takes what it is there to take; and with all that have a name, nothing of the shipped
 * machines is left but what is explained. No run is drawn here: what is reachable has a scenario.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { protocolNamed } from '../../protocols.js';
import { parseScenario } from '../../scenario.js';
import { merged } from '../covered.js';
import { type CoveredRun, Covering } from '../covering.js';
import { measure } from '../measure.js';
import { shippedScenarios } from '../runs.js';
import { shownScenarios } from './index.js';

const graceful = protocolNamed('graceful');
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const made = new Map<string, CoveredRun>();

beforeAll(() => {
  const covering = new Covering();
  for (const scenario of shippedScenarios(graceful)) {
    made.set(JSON.stringify(scenario), covering.run(scenario));
  }
}, 300_000);

describe('scenarios of coverage', () => {
  it('should have names and words of their own, and be there for something', () => {
    const names = shownScenarios.map(({ scenario }) => scenario.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { scenario, takes } of shownScenarios) {
      expect(scenario.about, scenario.name).not.toBe('');
      expect(takes.length, scenario.name).toBeGreaterThan(0);
    }
  });

  it('should take what they are there to take', () => {
    const missed = shownScenarios.flatMap(({ scenario, takes }) => {
      const { covered = [] } = made.get(JSON.stringify(parseScenario(scenario))) ?? {};
      const left = takes.filter((one) => !covered.includes(one));
      return left.length === 0 ? [] : [[scenario.name, left]];
    });
    expect(missed).toEqual([]);
  });

  it('should leave nothing but what is explained, with all that have a name', () => {
    const runs = [...made.values()];
    expect(runs.flatMap(({ defect = [] }) => defect)).toEqual([]);
    const covered = runs.map((one) => one.covered);
    const { missing, refuted, whole, parts } = measure(graceful, merged(...covered));
    expect(missing.filter(({ why }) => why === undefined)).toEqual([]);
    expect(refuted).toEqual([]);
    expect(whole).toEqual({
      transitions: { seen: 412, all: 460 },
      outcomes: { seen: 451, all: 516 },
    });
    // The README's table, whose last two columns these are.
    for (const [part, { transitions, outcomes }] of [...parts, ['all', whole] as const]) {
      const cells = [transitions, outcomes].map(({ seen, all }) => `${seen}/${all}`);
      expect(readme).toMatch(
        new RegExp(`^\\| ${part} \\| .* \\| ${cells.join(' \\| ')} \\|$`, 'm'),
      );
    }
  });
});
