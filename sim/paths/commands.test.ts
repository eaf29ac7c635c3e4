import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathCommands } from './commands.js';

function walks(protocol: string, numRuns: number) {
  const { commands, setup } = pathCommands({ protocol, model: 'coordinator', maxCommands: 12 });
  let steps = 0;
  const { failed, counterexample } = fc.check(
    fc.property(commands, (walk) => {
      const { model, real } = setup();
      fc.modelRun(() => ({ model, real }), walk);
      steps += real.way.length;
    }),
    { seed: 1, numRuns },
  );
  return { failed, steps, shortest: String(counterexample?.[0] ?? '').split(',') };
}

describe('walks over a test model by fast-check', () => {
  it('should find nothing in graceful', () => {
    const { failed, steps } = walks('graceful', 25);
    expect(failed).toBe(false);
    expect(steps).toBeGreaterThan(80);
  });

  it('should find where the proposal is otherwise, and shrink it to a walk without a detour', () => {
    const { failed, shortest } = walks('kvrocks-pr3295', 100);
    expect(failed).toBe(true);
    expect(shortest.length).toBeLessThanOrEqual(3);
    expect(shortest[0]).toMatch(/^(all are alike|the slave )/);
  });

  it('should say which model there is not', () => {
    expect(() => pathCommands({ model: 'coordinater' })).toThrow(
      'model: got "coordinater", did you mean "coordinator"?',
    );
  });
});
