/** What a canary is: `graceful` with one machine that lacks one rule. */
import { describe, expect, it } from 'vitest';
import { namedTransitions, stateNodes } from '../../../runtime/transition-names.js';
import { graceful } from '../index.js';
import { server } from '../server.js';
import { canaries } from './index.js';

describe('the canaries of graceful', () => {
  it('should break every rule, each by a name of its own that begins with the rule', () => {
    const rules = new Set(canaries.map(({ canary }) => canary?.rule));
    expect([...rules].sort()).toEqual(['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8']);
    for (const { name, canary } of canaries) {
      expect(name).toMatch(new RegExp(`^graceful-${canary!.rule.toLowerCase()}-[a-z-]+$`));
    }
    expect(new Set(canaries.map(({ name }) => name)).size).toBe(canaries.length);
  });

  it.each(canaries.map((one) => [one.name, one] as const))(
    'should be graceful but for its server, and keep its states: %s',
    (_, { name, summary, source, claims, canary, programs, ...rest }) => {
      const { server: own, ...others } = programs;
      expect({ ...graceful, ...rest }).toEqual(graceful);
      for (const [machine, program] of Object.entries(others)) {
        expect(program).toBe(graceful.programs[machine]);
      }
      expect(own!.machine).not.toBe(server);
      const ids = stateNodes(own!.machine).map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(stateNodes(server).map(({ id }) => id)));
      expect([claims, summary]).toEqual([
        [],
        `graceful without ${canary!.rule}: ${canary!.breaks}`,
      ]);
      expect(source).toContain('mutant');
    },
  );

  it('should leave the server of graceful as it was', () => {
    expect(graceful.programs['server']!.machine).toBe(server);
    const names = [...namedTransitions(server).keys()];
    expect(names).toContain('server.verdict.recording|persisted|0');
    expect(names).not.toContain('server.verdict.recording|always|0');
  });
});
