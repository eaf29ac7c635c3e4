/**
 * Every small history there is, up to a size, judged as the definition says: by the model's own
 * decision where it has one, by each search alone, and by all together.
 */
import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.js';
import { DepthFirst } from './depth-first.js';
import { countingOf, decidedOf } from './judge-part.js';
import { JustInTime } from './just-in-time.js';
import type { Model } from './model.js';
import { append, casRegister, counter, register, set } from './models/index.js';
import { partitionOf } from './partition.js';
import { Race } from './race.js';
import { someOrder } from './test-brute-force.js';
import { type Given, historyOf } from './test-histories.js';
import type { Value } from './value.js';

type Call = Pick<Given, 'f' | 'input' | 'output'>;

/** As many instants as operations carry every order of intervals, ties included. */
function intervals(instants: number): (readonly [number, number])[] {
  const times = Array.from({ length: instants }, (_, at) => at);
  return times.flatMap((from) => times.filter((to) => to >= from).map((to) => [from, to] as const));
}

/** Multisets of a size, as sorted choices. */
function* multisets<T>(from: readonly T[], size: number, least = 0): Generator<T[]> {
  if (size === 0) yield [];
  else {
    for (let at = least; at < from.length; at += 1) {
      for (const rest of multisets(from, size - 1, at)) yield [from[at]!, ...rest];
    }
  }
}

/** Each call over each interval, `ok`, and `info` unless it is a read; each by its own client. */
function shapesOf(calls: readonly Call[], instants: number): Given[] {
  return calls.flatMap((call) =>
    intervals(instants).flatMap((at): Given[] => [
      { ...call, at },
      ...(call.f === 'read' || call.output !== undefined
        ? []
        : [{ ...call, at, outcome: 'info' as const }]),
    ]),
  );
}

interface Judged {
  histories: number;
  linearizable: number;
  decided: number;
}

/** Judges a history every way, and fails where one differs from the definition. */
function judge(given: readonly Given[], model: Model, initial: Value, counts: Judged): void {
  const all = historyOf(given.toSorted((one, other) => one.at[0] - other.at[0]));
  const expected = someOrder(all, model, initial);
  const part = { operations: all, model, initial };
  const decided = decidedOf(part);
  const searched = [DepthFirst, JustInTime].map((kind) => {
    const race = new Race(partitionOf(countingOf(part), model, initial), [kind]);
    race.advance(100_000, 100_000);
    return race.outcome === 'found';
  });
  const { validity } = checkHistory(all, model, { initial });
  const answers = [decided?.linearizable ?? expected, ...searched, validity === 'valid'];
  if (answers.some((answer) => answer !== expected)) {
    expect.fail(`${answers.join()} where ${expected}: ${JSON.stringify(given)}`);
  }
  counts.histories += 1;
  counts.linearizable += Number(expected);
  counts.decided += Number(decided !== undefined);
}

const read = (output: Value): Call => ({ f: 'read', output });

describe('every history', () => {
  it('should be judged right, of up to 4 operations on a register with values of their own', () => {
    const counts = { histories: 0, linearizable: 0, decided: 0 };
    for (let size = 1; size <= 4; size += 1) {
      for (let writes = 0; writes <= size; writes += 1) {
        const values = [null, ...Array.from({ length: writes }, (_, at) => at + 1)];
        const writeShapes = shapesOf([{ f: 'write' }], size);
        const readShapes = shapesOf(values.map(read), size);
        for (const some of multisets(writeShapes, writes)) {
          const written = some.map((one, at) => ({ ...one, input: at + 1 }));
          for (const others of multisets(readShapes, size - writes)) {
            judge([...written, ...others], register, null, counts);
          }
        }
      }
    }
    expect(counts).toMatchInlineSnapshot(`
      {
        "decided": 202446,
        "histories": 202446,
        "linearizable": 154142,
      }
    `);
  });

  it.each<{ what: string; size: number; model: Model; initial: Value; calls: Call[] }>([
    {
      what: 'a register with values written twice',
      size: 3,
      model: register,
      initial: null,
      calls: [{ f: 'write', input: 1 }, { f: 'write', input: 2 }, read(1), read(2)],
    },
    {
      what: 'a register with compare-and-set',
      size: 3,
      model: casRegister,
      initial: 0,
      calls: [
        { f: 'write', input: 1 },
        { f: 'cas', input: [0, 1] },
        { f: 'cas', input: [1, 0], output: true },
        { f: 'cas', input: [1, 0], output: false },
        read(0),
      ],
    },
    {
      what: 'a list',
      size: 3,
      model: append,
      initial: [],
      calls: [
        { f: 'append', input: 'a' },
        { f: 'append', input: 'b' },
        read(['a']),
        read(['a', 'b']),
      ],
    },
    {
      what: 'a text that is written too',
      size: 3,
      model: append,
      initial: null,
      calls: [{ f: 'append', input: 'a' }, { f: 'write', input: 'b' }, read('a'), read('ba')],
    },
    {
      what: 'a counter',
      size: 3,
      model: counter,
      initial: 0,
      calls: [{ f: 'add', input: 1 }, { f: 'add', input: -1 }, read(0), read(1)],
    },
    {
      what: 'a set',
      size: 3,
      model: set,
      initial: [],
      calls: [
        { f: 'add', input: 'a' },
        { f: 'remove', input: 'a', output: true },
        { f: 'contains', input: 'a', output: true },
        read([]),
        read(['a']),
      ],
    },
  ])('should be judged right, of up to $size operations on $what', (example) => {
    const { size, model, initial, calls } = example;
    const counts = { histories: 0, linearizable: 0, decided: 0 };
    for (let most = 1; most <= size; most += 1) {
      for (const given of multisets(shapesOf(calls, most), most)) {
        judge(given, model, initial, counts);
      }
    }
    expect(counts.histories).toBeGreaterThan(2_000);
    expect(counts.linearizable).toBeGreaterThan(counts.histories / 10);
    expect(counts.linearizable).toBeLessThan((counts.histories * 9) / 10);
  });
});
