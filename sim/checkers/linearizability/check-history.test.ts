/** Histories whose verdict is known by how they were made, and what must not change a verdict. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenHistory, type Load, trueHistory } from '../fixtures/histories.js';
import { trueObjects } from '../fixtures/objects.js';
import { checkHistory, type Judgement } from './check-history.js';
import { models } from './models/index.js';
import type { KeyedOperation } from './operation.js';
import { histories, smalls } from './test-histories.js';

type Name = keyof typeof models;

const names = Object.keys(models) as Name[];

const judged = (name: Name, history: readonly KeyedOperation[]): Judgement =>
  checkHistory(history, models[name], { initial: trueObjects[name].initial });

/** A small load of each model, with what makes it hard: few values, crashes, several keys. */
const loads = (model: Name): fc.Arbitrary<Load> =>
  fc.record({
    model: fc.constant(model),
    operations: fc.integer({ min: 10, max: 40 }),
    clients: fc.integer({ min: 2, max: 6 }),
    keys: fc.integer({ min: 1, max: 2 }),
    seed: fc.nat(),
    crashed: fc.integer({ min: 0, max: 5 }),
    values: model === 'cas-register' ? fc.constantFrom(3, 5) : fc.constantFrom(0, 0, 3, 5),
  });

/** One history behind another: later by so much, with ids and clients of its own. */
function behind(first: readonly KeyedOperation[], then: readonly KeyedOperation[]) {
  const later = 1_000 + Math.max(0, ...first.map(({ endedAt }) => endedAt ?? 0));
  return [
    ...first,
    ...then.map((one) => ({
      ...one,
      id: one.id + 10_000,
      index: one.index + first.length,
      client: `then ${one.client}`,
      invokedAt: one.invokedAt + later,
      completedAt: one.completedAt + later,
      endedAt: one.endedAt === undefined ? undefined : one.endedAt + later,
    })),
  ];
}

/** A call that makes a key forget all before it, where a model has one. */
const forgetting: Partial<Record<Name, KeyedOperation['input']>> = {
  register: 'again',
  'cas-register': 0,
  append: [],
};

describe.each(names)('a history of a true %s', (name) => {
  const options = { seed: 2_015, numRuns: 60 };

  it('should be linearizable', () => {
    fc.assert(
      fc.property(loads(name), (load) => {
        expect(judged(name, trueHistory(load)).validity).toBe('valid');
      }),
      options,
    );
  });

  it('should not be once an answer is a lie', () => {
    let broken = 0;
    fc.assert(
      fc.property(loads(name), (load) => {
        const read = trueHistory(load).some((one) => {
          return one.f === 'read' && one.key === 'k0' && one.outcome === 'ok';
        });
        if (!read) return;
        const { validity, rejections } = judged(name, brokenHistory(load));
        expect(validity).toBe('invalid');
        expect(rejections[0]!.offender.key).toBe('k0');
        broken += 1;
      }),
      options,
    );
    expect(broken).toBeGreaterThan(30);
  });

  it('should stay so behind another, and no lie is forgiven by what comes later', () => {
    const input = forgetting[name];
    if (input === undefined) return;
    fc.assert(
      fc.property(loads(name), loads(name), (one, other) => {
        const keys = ['k0', 'k1'];
        const wiped = (history: readonly KeyedOperation[]) => {
          const end = 1 + Math.max(...history.map(({ endedAt }) => endedAt ?? 0));
          // What crashed may still take effect behind the wipe: without crashes nothing does.
          return [
            ...history,
            ...keys.map((key, at) => ({
              ...history[0]!,
              id: 9_000 + at,
              index: history.length + at,
              client: `wiper ${key}`,
              f: 'write',
              key,
              input,
              output: undefined,
              invokedAt: end,
              completedAt: end + 10,
              endedAt: end + 10,
              outcome: 'ok' as const,
            })),
          ];
        };
        const first = { ...one, crashed: 0 };
        // A register that begins again holds something else than at first.
        const then = trueHistory(other).map((operation) => {
          const isFirst = name === 'register' && operation.output === null;
          return isFirst ? { ...operation, output: input } : operation;
        });
        expect(judged(name, behind(wiped(trueHistory(first)), then)).validity).toBe('valid');
        const lies = trueHistory(first).some(({ f, key }) => f === 'read' && key === 'k0');
        if (!lies) return;
        expect(judged(name, behind(wiped(brokenHistory(first)), then)).validity).toBe('invalid');
      }),
      options,
    );
  });
});

describe.each(smalls)('a verdict on $name', ({ model, initial, calls }) => {
  const keyed = fc.tuple(histories(calls, 5), histories(calls, 5)).map(([one, other]) =>
    [
      ...one.map((operation) => ({ ...operation, key: 'k1' })),
      ...other.map((operation) => ({
        ...operation,
        key: 'k2',
        id: operation.id + 100,
        client: `${operation.client}'`,
      })),
    ]
      .sort((first, second) => first.invokedAt - second.invokedAt)
      .map((operation, index) => ({ ...operation, index })),
  );

  const essence = (history: readonly KeyedOperation[]) => {
    const { validity, rejections, steps, stored } = checkHistory(history, model, { initial });
    const offenders = rejections.map(({ offender, explained }) => [offender.id, explained]);
    return { validity, offenders, steps, stored };
  };

  it('should not change when clients and keys trade names', () => {
    const names = ["c1'", 'c3', 'c2', "c4'", 'c1', 'k2', 'k1'];
    const others = ['c3', "c1'", 'c4', 'c2', "c2'", 'k1', 'k2'];
    const renamed = (name: string) => others[names.indexOf(name)] ?? `other ${name}`;
    fc.assert(
      fc.property(keyed, (history) => {
        const traded = history.map((one) => ({
          ...one,
          client: renamed(one.client),
          key: renamed(one.key),
        }));
        expect(essence(traded)).toEqual(essence(history));
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  it('should be that of its keys', () => {
    fc.assert(
      fc.property(keyed, (history) => {
        const verdicts = ['k1', 'k2'].map(
          (key) => essence(history.filter((one) => one.key === key)).validity,
        );
        expect(essence(history).validity).toBe(verdicts.includes('invalid') ? 'invalid' : 'valid');
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it('should leave the history as it was', () => {
    fc.assert(
      fc.property(keyed, (history) => {
        const before = structuredClone(history);
        checkHistory(history, model, { initial });
        expect(history).toEqual(before);
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});
