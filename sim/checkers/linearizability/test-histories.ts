/** Small histories for the tests of models and searches. */
import fc from 'fast-check';
import type { Model } from './model.js';
import { append, casRegister, counter, register, set } from './models/index.js';
import type { KeyedOperation } from './operation.js';
import type { Value } from './value.js';

/** A call as tests write it. */
export interface Given {
  readonly f: string;
  readonly input?: Value;
  readonly output?: Value;
  readonly at: readonly [from: number, to: number];
  readonly client?: string;
  readonly outcome?: KeyedOperation['outcome'];
  readonly key?: string;
}

/** A history from its calls, in order; each by a client of its own unless said. */
export function historyOf(calls: readonly Given[]): KeyedOperation[] {
  const freeAt = new Map<string, number>();
  const overlapping = new Set<string>();
  const named = calls.map((call, index) => ({ ...call, client: call.client ?? `c${index + 1}` }));
  for (const { client, at } of named) {
    if ((freeAt.get(client) ?? 0) > at[0]) overlapping.add(client);
    freeAt.set(client, at[1]);
  }
  return named.map((call, index) => {
    const { f, input = null, output, at, client, outcome = 'ok', key = 'k' } = call;
    return {
      id: index + 1,
      index,
      client,
      sequential: !overlapping.has(client),
      f,
      key,
      input,
      output: outcome === 'ok' ? output : undefined,
      invokedAt: at[0],
      completedAt: outcome === 'info' ? Number.POSITIVE_INFINITY : at[1],
      endedAt: at[1],
      outcome,
    };
  });
}

type Call = Pick<Given, 'f' | 'input' | 'output'>;

/** A model, what its keys hold at first, and calls of so few values that most histories are close. */
export interface Small {
  readonly name: string;
  readonly model: Model;
  readonly initial: Value;
  readonly calls: fc.Arbitrary<Call>;
}

const few = fc.integer({ min: 0, max: 2 });
const letters = fc.constantFrom('a', 'b', 'c');
const quiet = fc.constant(undefined);
const perhaps = fc.constantFrom(undefined, true, false);

const reading = (output: fc.Arbitrary<Value>): fc.Arbitrary<Call> =>
  fc.record({ f: fc.constant('read'), output });

function calling(
  f: string,
  input: fc.Arbitrary<Value>,
  output: fc.Arbitrary<Value | undefined>,
): fc.Arbitrary<Call> {
  return fc.tuple(input, output).map(([given, answer]) => {
    return answer === undefined ? { f, input: given } : { f, input: given, output: answer };
  });
}

export const smalls: readonly Small[] = [
  {
    name: 'a register',
    model: register,
    initial: null,
    calls: fc.oneof(reading(fc.oneof(few, fc.constant(null))), calling('write', few, quiet)),
  },
  {
    name: 'a register with compare-and-set',
    model: casRegister,
    initial: 0,
    calls: fc.oneof(
      reading(few),
      calling('write', few, quiet),
      calling('cas', fc.tuple(few, few), perhaps),
    ),
  },
  {
    name: 'a list',
    model: append,
    initial: [],
    calls: fc.oneof(
      reading(fc.array(letters, { maxLength: 3 })),
      calling('append', letters, quiet),
    ),
  },
  {
    name: 'a list that is written too',
    model: append,
    initial: [],
    calls: fc.oneof(
      { weight: 3, arbitrary: reading(fc.array(letters, { maxLength: 3 })) },
      { weight: 5, arbitrary: calling('append', letters, quiet) },
      { weight: 1, arbitrary: calling('write', fc.array(letters, { maxLength: 1 }), quiet) },
    ),
  },
  {
    name: 'a text',
    model: append,
    initial: null,
    calls: fc.oneof(
      reading(fc.constantFrom(null, 'a', 'ab', 'aba', 'b', 'ba', 'bab')),
      calling('append', fc.constantFrom('a', 'b', 'ab', 'ba', ''), quiet),
    ),
  },
  {
    name: 'a counter',
    model: counter,
    initial: 0,
    calls: fc.oneof(
      reading(fc.integer({ min: -1, max: 4 })),
      calling('add', fc.constantFrom(1, 1, 2, -1, 0), fc.constantFrom(undefined, undefined, 1, 2)),
    ),
  },
  {
    name: 'a set',
    model: set,
    initial: [],
    calls: fc.oneof(
      reading(fc.uniqueArray(letters, { maxLength: 3 })),
      calling('add', letters, perhaps),
      calling('remove', letters, perhaps),
      calling('contains', letters, fc.boolean()),
    ),
  },
  {
    name: 'the elements of a set',
    model: set,
    initial: ['a'],
    calls: fc.oneof(
      calling('add', letters, perhaps),
      calling('remove', letters, perhaps),
      calling('contains', letters, fc.boolean()),
    ),
  },
];

/** Few clients with touching operations, of all outcomes. */
export function histories(calls: fc.Arbitrary<Call>, most: number): fc.Arbitrary<KeyedOperation[]> {
  const shape = fc.record({
    call: calls,
    client: fc.integer({ min: 1, max: 4 }),
    gap: fc.integer({ min: 0, max: 2 }),
    length: fc.integer({ min: 0, max: 5 }),
    outcome: fc.constantFrom<KeyedOperation['outcome']>('ok', 'ok', 'ok', 'info', 'fail'),
  });
  return fc.array(shape, { minLength: 1, maxLength: most }).map((shapes) => {
    const freeAt = new Map<number, number>();
    const given = shapes.map(({ call, client, gap, length, outcome }): Given => {
      const from = (freeAt.get(client) ?? 0) + gap;
      freeAt.set(client, from + length);
      return { ...call, client: `c${client}`, at: [from, from + length], outcome };
    });
    return historyOf(given.sort((one, other) => one.at[0] - other.at[0]));
  });
}
