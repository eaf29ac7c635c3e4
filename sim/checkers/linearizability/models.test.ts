/** The models: what each is one call after another, and a bad twin of a good history for each. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.js';
import type { Model } from './model.js';
import { append, casRegister, counter, models, register, set } from './models/index.js';
import type { Call } from './operation.js';
import { type Given, historyOf, smalls } from './test-histories.js';
import type { Value } from './value.js';

const read = (output: Value) => ({ f: 'read', output });

/** Calls one after another, each by another client. */
const inTurn = (calls: readonly Pick<Given, 'f' | 'input' | 'output'>[]) =>
  historyOf(calls.map((call, at) => ({ ...call, at: [20 * at, 20 * at + 10] as const })));

/** What may come one after another, and the same with another last call, which may not. */
const sequences: {
  model: Model;
  initial?: Value;
  calls: Pick<Given, 'f' | 'input' | 'output'>[];
  last: Pick<Given, 'f' | 'input' | 'output'>;
  bad: Pick<Given, 'f' | 'input' | 'output'>;
  reason: string;
}[] = [
  {
    model: register,
    calls: [read(null), { f: 'write', input: 1 }, { f: 'write', input: 2 }],
    last: read(2),
    bad: read(1),
    reason: 'read 4 of k (1) by c4',
  },
  {
    model: register,
    initial: 'first',
    calls: [read('first'), { f: 'write', input: 'x' }, { f: 'write', input: 'x' }],
    last: read('x'),
    bad: read('first'),
    reason: 'but write 2 of k (x) by c2 ended',
  },
  {
    model: casRegister,
    initial: 0,
    calls: [
      { f: 'cas', input: [1, 2], output: false },
      { f: 'cas', input: [0, 1], output: true },
      { f: 'cas', input: [1, 2] },
    ],
    last: read(2),
    bad: { f: 'cas', input: [1, 3] },
    reason:
      'cas 4 of k by c4 succeeded, but whatever order is given to what had begun by then, k holds 2 (after cas 3 of k (1 to 2) by c3) when its turn comes',
  },
  {
    model: append,
    calls: [read([]), { f: 'append', input: 1 }, { f: 'append', input: 1 }],
    last: read([1, 1]),
    bad: read([1]),
    reason: 'read 4 of k by c4 returned 1, but',
  },
  {
    model: append,
    calls: [
      { f: 'append', input: 1 },
      { f: 'write', input: [7] },
      { f: 'append', input: 2 },
    ],
    last: read([7, 2]),
    bad: read([1, 7, 2]),
    reason: 'k holds 2 elements up to 2 (after append 3 of k (2) by c3)',
  },
  {
    model: append,
    initial: null,
    calls: [read(null), { f: 'append', input: 'ab' }, { f: 'append', input: 'c' }],
    last: read('abc'),
    bad: read('cab'),
    reason: 'read 4 of k by c4 returned cab, but',
  },
  {
    model: counter,
    calls: [{ f: 'add', input: 2, output: 2 }, { f: 'add', input: -3 }, read(-1)],
    last: { f: 'add', input: 1, output: 0 },
    bad: { f: 'add', input: 1, output: 1 },
    reason:
      'add 4 of k by c4 returned 1, but whatever order is given to what had begun by then, k holds -1 (after add 2 of k (-3) by c2)',
  },
  {
    model: counter,
    initial: 7,
    calls: [read(7)],
    last: read(7),
    bad: read(0),
    reason: 'k holds 7 (as at first) when its turn comes. The 1 operation of k',
  },
  {
    model: set,
    calls: [
      { f: 'add', input: 1, output: true },
      { f: 'add', input: 1, output: false },
      { f: 'add', input: 2 },
      { f: 'remove', input: 1, output: true },
    ],
    last: read([2]),
    bad: read([1, 2]),
    reason: 'read 5 of k by c5 returned [1, 2], but',
  },
  {
    model: set,
    initial: ['a'],
    calls: [
      { f: 'contains', input: 'a', output: true },
      { f: 'remove', input: 'a' },
    ],
    last: { f: 'contains', input: 'a', output: false },
    bad: { f: 'remove', input: 'a', output: true },
    reason: 'remove 3 of k by c3 returned true, but',
  },
];

const reasonOf = ({ rejections: [first] }: ReturnType<typeof checkHistory>) =>
  `${first?.text}. The ${first?.explained} operation of ${first?.offender.key}`;

describe('one after another', () => {
  it.each(sequences)('a $model.name should allow $last and not $bad', (example) => {
    const { model, calls, last, bad, reason } = example;
    const options = example.initial === undefined ? {} : { initial: example.initial };
    expect(checkHistory(inTurn([...calls, last]), model, options).validity).toBe('valid');
    const judgement = checkHistory(inTurn([...calls, bad]), model, options);
    expect(judgement).toMatchObject({ validity: 'invalid' });
    expect(judgement.rejections[0]!.offender.id).toBe(calls.length + 1);
    if (model !== register) expect(reasonOf(judgement)).toContain(reason);
  });
});

describe('a model', () => {
  it.each(smalls)('of $name should step without changing a state', ({ model, initial, calls }) => {
    fc.assert(
      fc.property(fc.array(calls, { maxLength: 8 }), (given) => {
        let state = model.init(initial);
        for (const call of given) {
          const before = JSON.stringify(state);
          const next = model.step(state, { input: null, output: undefined, ...call });
          expect(JSON.stringify(state)).toBe(before);
          state = next ?? state;
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each(smalls)('of $name should give equal keys to equal states alone', (small) => {
    const { model, initial, calls } = small;
    const states = fc
      .array(calls, { maxLength: 5 })
      .map((given) =>
        given.reduce<unknown>(
          (state, call) => model.step(state, { input: null, ...call, output: undefined }) ?? state,
          model.init(initial),
        ),
      );
    let equal = 0;
    fc.assert(
      fc.property(states, states, (one, other) => {
        expect(model.keyOf(one) === model.keyOf(other)).toBe(model.equal(one, other));
        equal += Number(model.equal(one, other));
      }),
      { seed: 2, numRuns: 300 },
    );
    expect(equal).toBeGreaterThan(20);
  });

  it.each(smalls)('of $name should call harmless only what changes nothing later', (small) => {
    const { model, initial, calls } = small;
    let harmless = 0;
    fc.assert(
      fc.property(calls, fc.array(calls, { maxLength: 5 }), (call, given) => {
        const whole = { input: null, output: undefined, ...call };
        let state = model.init(initial);
        if (model.step(state, whole) === undefined || !model.isHarmless(whole, state)) return;
        harmless += 1;
        for (const other of given) {
          expect([state, undefined]).toContainEqual(model.step(state, whole));
          state = model.step(state, { input: null, ...other, output: undefined }) ?? state;
        }
      }),
      { seed: 3, numRuns: 300 },
    );
    expect(harmless).toBeGreaterThan(10);
  });

  it('should be found by its name', () => {
    for (const [name, model] of Object.entries(models)) expect(model.name).toBe(name);
  });
});

describe('what is none of a model', () => {
  it.each<[Model, Partial<Call>, string]>([
    [register, { f: 'append' }, 'f: got append, expected one of read, write by the model register'],
    [casRegister, { f: 'cas', input: 1 }, 'value: got 1, expected a list of two, from and to'],
    [
      casRegister,
      { f: 'cas', input: [1, 2], output: 'yes' },
      'output: got "yes", expected whether',
    ],
    [counter, { f: 'add', input: '1' }, 'value: got "1", expected an integer to add'],
    [counter, { f: 'read', output: 1.5 }, 'value: got 1.5, expected an integer'],
    [set, { f: 'read', output: 3 }, 'value: got 3, expected a list of elements'],
    [set, { f: 'add', output: 3 }, 'output: got 3, expected true or false'],
  ])('should be refused by name: %o', (model, call, reason) => {
    const history = historyOf([{ f: 'read', ...call, at: [0, 1] } as Given]);
    expect(() => checkHistory(history, model)).toThrow(`operation 1: ${reason}`);
  });
});

describe('a set without reads of the whole', () => {
  const calls = (client: string): Given[] => [
    { f: 'remove', input: 'a', output: true, client: 'c1', at: [1, 2] },
    { f: 'add', input: 'c', output: false, client: 'c2', at: [1, 2] },
    { f: 'add', input: 'a', client, at: [2, 3] },
    { f: 'add', input: 'c', client: 'c1', at: [2, 3] },
  ];

  it('should be judged as one where clients go from element to element within an instant', () => {
    // Each element has an order; together they would have each client begin before it ended.
    expect(checkHistory(historyOf(calls('c2')), set).validity).toBe('invalid');
    expect(checkHistory(historyOf(calls('c3')), set).validity).toBe('valid');
  });
});

/** Overlapping and crashed operations: a good history, and its twin with another last operation. */
const twins: {
  name: string;
  model: Model;
  initial?: Value;
  calls: Given[];
  last: Given;
  bad: Given;
}[] = [
  {
    name: 'two compare-and-sets from one value, both successful',
    model: casRegister,
    initial: 0,
    calls: [{ f: 'cas', input: [0, 1], output: true, at: [0, 10] }],
    last: { f: 'cas', input: [0, 2], output: false, at: [5, 15] },
    bad: { f: 'cas', input: [0, 2], output: true, at: [5, 15] },
  },
  {
    name: 'a crashed compare-and-set that was seen, and undone by nobody',
    model: casRegister,
    initial: 0,
    calls: [
      { f: 'cas', input: [0, 1], at: [0, 10], outcome: 'info' },
      { f: 'read', output: 0, at: [20, 30] },
      { f: 'read', output: 1, at: [40, 50] },
    ],
    last: { f: 'cas', input: [0, 2], output: false, at: [60, 70] },
    bad: { f: 'cas', input: [0, 2], output: true, at: [60, 70] },
  },
  {
    name: 'a crashed compare-and-set that can take effect only once',
    model: casRegister,
    initial: 0,
    calls: [
      { f: 'cas', input: [0, 1], at: [0, 10], outcome: 'info' },
      { f: 'read', output: 1, at: [20, 30] },
      { f: 'write', input: 0, at: [40, 50] },
    ],
    last: { f: 'read', output: 0, at: [60, 70] },
    bad: { f: 'read', output: 1, at: [60, 70] },
  },
  {
    name: 'a crashed add counted twice',
    model: counter,
    calls: [
      { f: 'add', input: 5, at: [0, 10], outcome: 'info' },
      { f: 'read', output: 0, at: [20, 30] },
      { f: 'read', output: 5, at: [40, 50] },
    ],
    last: { f: 'read', output: 5, at: [60, 70] },
    bad: { f: 'read', output: 10, at: [60, 70] },
  },
  {
    name: 'two adds at once that both return what one alone would have made',
    model: counter,
    calls: [{ f: 'add', input: 1, output: 1, at: [0, 10] }],
    last: { f: 'add', input: 1, output: 2, at: [0, 10] },
    bad: { f: 'add', input: 1, output: 1, at: [0, 10] },
  },
  {
    name: 'an element that two removed',
    model: set,
    calls: [
      { f: 'add', input: 'x', at: [0, 10] },
      { f: 'remove', input: 'x', output: true, at: [20, 30] },
    ],
    last: { f: 'remove', input: 'x', output: false, at: [20, 30] },
    bad: { f: 'remove', input: 'x', output: true, at: [20, 30] },
  },
  {
    name: 'a crashed add that was seen and is gone',
    model: set,
    calls: [
      { f: 'add', input: 'x', at: [0, 10], outcome: 'info' },
      { f: 'read', output: [], at: [20, 30] },
      { f: 'read', output: ['x'], at: [40, 50] },
    ],
    last: { f: 'read', output: ['x'], at: [60, 70] },
    bad: { f: 'read', output: [], at: [60, 70] },
  },
  {
    name: 'a crashed append of an element that was appended before, seen twice',
    model: append,
    calls: [
      { f: 'append', input: 'a', at: [0, 10] },
      { f: 'append', input: 'a', at: [0, 10], outcome: 'info' },
      { f: 'read', output: ['a'], at: [20, 30] },
      { f: 'append', input: 'b', at: [40, 50] },
    ],
    last: { f: 'read', output: ['a', 'b', 'a'], at: [60, 70] },
    bad: { f: 'read', output: ['b', 'a', 'a'], at: [60, 70] },
  },
  {
    name: 'a text that shows the end of a crashed append without its beginning',
    model: append,
    initial: null,
    calls: [
      { f: 'append', input: 'ab', at: [0, 10] },
      { f: 'append', input: 'cd', at: [0, 10], outcome: 'info' },
    ],
    last: { f: 'read', output: 'abcd', at: [20, 30] },
    bad: { f: 'read', output: 'abd', at: [20, 30] },
  },
  {
    name: 'two writes at once of which two readers see the last one differently, twice',
    model: register,
    calls: [
      { f: 'write', input: 1, at: [0, 100] },
      { f: 'write', input: 2, at: [0, 100] },
      { f: 'write', input: 1, at: [0, 100] },
      { f: 'read', output: 1, at: [10, 20] },
      { f: 'read', output: 2, at: [30, 40] },
      { f: 'read', output: 1, at: [50, 60] },
    ],
    last: { f: 'read', output: 1, at: [70, 80] },
    bad: { f: 'read', output: 2, at: [70, 80] },
  },
];

describe('overlapping and crashed operations', () => {
  it.each(twins)('should not allow $name', ({ model, initial, calls, last, bad }) => {
    const options = initial === undefined ? {} : { initial };
    const judged = (final: Given) => checkHistory(historyOf([...calls, final]), model, options);
    expect(judged(last)).toMatchObject({ validity: 'valid' });
    const { validity, rejections } = judged(bad);
    expect(validity).toBe('invalid');
    expect(rejections[0]!.offender.id).toBe(calls.length + 1);
  });
});
