/** Counts, what is missing, and explanations that are given or refuted. */
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { canaries, protocolNamed } from '../protocols.js';
import { nameOf } from './covered.js';
import { explanationsOf } from './explained.js';
import { inventoryOf, sightsOf } from './inventory.js';
import { measure } from './measure.js';

const machine = setup({
  guards: { 'it is so': () => true },
}).createMachine({
  id: 'two',
  type: 'parallel',
  states: {
    left: { on: { go: [{ guard: 'it is so' }, {}] } },
    right: { on: { go: {}, stop: { guard: 'it is so' } } },
  },
});
const small = { programs: { two: { machine, fields: {} } } };

describe('the measure', () => {
  it('should count transitions and answers by region, and name what is missing', () => {
    const covered = ['two.left|go|0 taken', 'two.left|go|0 passed', 'two.right|stop|0 failed'];
    const { parts, whole, missing, refuted } = measure(small, covered);
    expect([...parts]).toEqual([
      ['two: left', { transitions: { seen: 1, all: 2 }, outcomes: { seen: 1, all: 2 } }],
      ['two: right', { transitions: { seen: 0, all: 2 }, outcomes: { seen: 1, all: 2 } }],
    ]);
    expect(whole).toEqual({ transitions: { seen: 1, all: 4 }, outcomes: { seen: 2, all: 4 } });
    // That the guard of `stop` never passed goes without saying.
    expect(missing).toEqual([
      { name: 'two.left|go|0 failed' },
      { name: 'two.left|go|1 taken' },
      { name: 'two.right|go|0 taken' },
      { name: 'two.right|stop|0 taken' },
    ]);
    expect(refuted).toEqual([]);
  });

  it('should say that a guard passed whose transition another one kept from being taken', () => {
    const { missing } = measure(small, ['two.right|stop|0 passed']);
    expect(missing.map(({ name }) => name)).toContain('two.right|stop|0 taken');
    expect(measure(small, ['two.right|stop|0 taken']).missing.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['two.right|stop|0 passed', 'two.right|stop|0 failed']),
    );
  });

  it('should give the reason for what is explained, and refute what was taken all the same', () => {
    const explanations = [
      { why: 'it is so', things: ['two.left|go|0 failed', 'two.left|go|1 taken'] },
    ];
    const none = measure(small, [], explanations);
    expect(none.missing.filter(({ why }) => why === 'it is so')).toHaveLength(2);
    expect(none.refuted).toEqual([]);
    const one = measure(small, ['two.left|go|1 taken'], explanations);
    expect(one.refuted).toEqual([{ name: 'two.left|go|1 taken', why: 'it is so' }]);
  });

  it('should miss nothing where all is covered', () => {
    const all = inventoryOf(small).flatMap((item) =>
      sightsOf(item).map((sight) => nameOf(item, sight)),
    );
    expect(measure(small, all).missing).toEqual([]);
  });
});

describe('the explanations', () => {
  const graceful = protocolNamed('graceful');
  const things = explanationsOf(graceful).flatMap((one) => one.things);

  it('should be about things that there are, each once', () => {
    const names = inventoryOf(graceful).flatMap((item) =>
      sightsOf(item).map((sight) => nameOf(item, sight)),
    );
    expect(things.filter((one) => !names.includes(one))).toEqual([]);
    expect(new Set(things).size).toBe(things.length);
    expect(things.length).toBeGreaterThan(50);
  });

  it('should be one reason each, and of the shipped machines alone', () => {
    const whys = explanationsOf(graceful).map(({ why }) => why);
    expect(new Set(whys).size).toBe(whys.length);
    expect(explanationsOf(protocolNamed('kvrocks-pr3295'))).toBe(explanationsOf(graceful));
    for (const canary of canaries) expect(explanationsOf(canary)).toEqual([]);
  });
});
