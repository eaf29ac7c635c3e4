/**
 * The compiled engine against the reference engine, on machines and events made by lot. `MACHINES`
 * asks for more of them. A failure prints the numbers that its machine was made of, shrunk.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { chain, contest, regions, sampleEvents, wanderer } from '../fixtures/sample-charts.js';
import { effectsOnly } from '../purity.js';
import { xstateEngine } from '../xstate-engine.js';
import { CompiledMachine, soundParts } from './compile.js';
import { Met, walkBoth } from './test-equality.js';
import { drawnNumbers, drawnWalk } from './test-machines.js';

const seed = 20_260_119;
/** Fewer with the lowest XState that the package accepts: see `vitest.config.ts`. */
const byDefault = process.env['XSTATE_END'] === 'lowest' ? 1_000 : 10_000;
const numRuns = Number(process.env['MACHINES'] ?? byDefault);
const met = new Met();
/** Some machines run on code from their first step, some on tables only, some change on their way. */
const codeAfter = [0, 1, 3, Number.POSITIVE_INFINITY];

describe(`the compiled engine, on ${numRuns} machines of seed ${seed}`, () => {
  it('is the reference engine step by step', { timeout: 60 * numRuns }, () => {
    fc.assert(
      fc.property(drawnNumbers, (numbers) => {
        const { machine, ...walk } = drawnWalk(numbers);
        const reference = xstateEngine.load(machine);
        const parts = { ...soundParts, codeAfter: codeAfter[numbers.length % codeAfter.length]! };
        const tested = new CompiledMachine(machine, effectsOnly, parts);
        walkBoth({ machine, reference, tested, ...walk }, met);
      }),
      { seed, numRuns },
    );
  });
});

describe.skipIf(numRuns < 1000)('walks through machines made by lot', () => {
  it.each([
    ['microsteps', 5],
    ['loaded', 1],
    ['checked', 0.5],
    ['timers', 1],
    ['joint', 0.3],
    ['recalled', 0.08],
    ['failed', 0.08],
    ['ended', 0.03],
  ] as const)('met %s, at least %d a machine', (what, least) => {
    expect(met[what] / numRuns).toBeGreaterThan(least);
  });
});

describe('on the sample charts', () => {
  const samples = [wanderer, chain, regions, contest].map(
    (machine) => [machine.id, machine] as const,
  );
  const picks = fc.array(fc.nat(1000), { maxLength: 120, size: 'max' });

  it.each<readonly [string, AnyStateMachine]>(samples)(
    '%s: every step is one step',
    (_, machine) => {
      const reference = xstateEngine.load(machine);
      const tested = new CompiledMachine(machine, effectsOnly, soundParts);
      const seen = new Met();
      fc.assert(
        fc.property(picks, (numbers) => {
          let at = 0;
          const next = (armed: readonly { type: string }[]) => {
            const offered = [...sampleEvents, ...armed.map(({ type }) => type)];
            return { type: offered[numbers[at++]! % offered.length]! };
          };
          const isLoaded = (step: number) => step % 10 === 9;
          const steps = numbers.length;
          walkBoth({ machine, reference, tested, steps, next, isLoaded, isChecked: true }, seen);
        }),
        { seed: 1, numRuns: 100 },
      );
      expect(seen.microsteps).toBeGreaterThan(300);
    },
  );
});
