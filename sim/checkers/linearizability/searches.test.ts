/** Every way of judging against the definition, on small histories of every model. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.js';
import { DepthFirst } from './depth-first.js';
import { countingOf, decidedOf } from './judge-part.js';
import { JustInTime } from './just-in-time.js';
import type { KeyedOperation } from './operation.js';
import { orderOf } from './order.js';
import { partitionOf } from './partition.js';
import { completionsOf } from './prefix.js';
import { Race, type Searching } from './race.js';
import { isOrder, placeable, someOrder } from './test-brute-force.js';
import { histories, type Small, smalls } from './test-histories.js';

/** More of each in a campaign: `CAMPAIGN=20 npx vitest run sim/checkers/linearizability`. */
const campaign = Number(process.env['CAMPAIGN'] ?? 1);

const searched = ({ model, initial }: Small, all: KeyedOperation[], kinds?: Searching[]): Race => {
  const counting = countingOf({ operations: all, model, initial });
  const race = new Race(partitionOf(counting, model, initial), kinds);
  race.advance(1_000_000, 1_000_000);
  return race;
};

describe.each(smalls)('$name', (small) => {
  const { model, initial, calls } = small;

  it.each([
    ['in depth', [DepthFirst]],
    ['in breadth', [JustInTime]],
    ['in a race', undefined],
  ])('should have an order where a search %s finds one, and else none', (_, kinds) => {
    const outcomes = { found: 0, none: 0 };
    fc.assert(
      fc.property(histories(calls, 7), (all) => {
        const { outcome, winner } = searched(small, all, kinds);
        expect(outcome).toBe(someOrder(all, model, initial) ? 'found' : 'none');
        outcomes[outcome!] += 1;
        if (outcome === 'found') {
          const order = orderOf(winner!);
          expect(isOrder(order, model, initial)).toBe(true);
          // All that completed is in it, but reads that say nothing.
          const said = completionsOf(all).filter(
            (one) => one.f !== 'read' || one.output !== undefined,
          );
          expect(order).toEqual(expect.arrayContaining(said));
        }
      }),
      { seed: 2_017, numRuns: 1_500 * campaign },
    );
    // Neither answer is right by chance.
    expect(Math.min(outcomes.found, outcomes.none)).toBeGreaterThan(150);
  });

  it('should be judged as the definition says, and so the first operation that has no place', () => {
    let rejected = 0;
    fc.assert(
      fc.property(histories(calls, 7), (all) => {
        const { validity, rejections } = checkHistory(all, model, { initial });
        expect(validity).toBe(someOrder(all, model, initial) ? 'valid' : 'invalid');
        const [rejection] = rejections;
        if (rejection === undefined) return;
        rejected += 1;
        const { part, offender, explained, order } = rejection;
        const { least, most } = placeable(part.operations, model, initial);
        expect(explained).toBeGreaterThanOrEqual(least);
        expect(explained).toBeLessThanOrEqual(most);
        const completions = completionsOf(part.operations);
        expect(offender).toBe(completions[explained]);
        // And all before it has one: the order that is shown.
        const before = completions.slice(0, explained).map(({ id }) => id);
        expect(order.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
        expect(order).not.toContain(offender);
        expect(
          isOrder(
            order.map((one) => asOpen(one, offender)),
            model,
            initial,
          ),
        ).toBe(true);
      }),
      { seed: 1_993, numRuns: 1_500 * campaign },
    );
    expect(rejected).toBeGreaterThan(150);
  });

  it('should need no search where the model decides', () => {
    let decisions = 0;
    fc.assert(
      fc.property(histories(calls, 7), (all) => {
        const decided = decidedOf({ operations: all, model, initial });
        if (decided === undefined) return;
        decisions += 1;
        expect(decided.linearizable).toBe(someOrder(all, model, initial));
        expect(isOrder(decided.order(), model, initial)).toBe(true);
      }),
      { seed: 1_997, numRuns: 1_500 * campaign },
    );
    if (model.decider !== undefined && small.name !== 'a text')
      expect(decisions).toBeGreaterThan(50);
  });
});

/** What ends only after an operation may be seen before it. */
function asOpen(one: KeyedOperation, last: KeyedOperation): KeyedOperation {
  return one.completedAt > last.completedAt
    ? { ...one, completedAt: Number.POSITIVE_INFINITY }
    : one;
}
