/** Lists that are appended to: known-bad twins, and agreement with every order there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../runtime/record.js';
import { judgeList } from './append.js';
import { elementsOf } from './elements.js';
import { linearizable } from './linearizable.js';
import { precedes, type RegisterOperation, registerOperations } from './register.js';
import { append, get, list, runOf, set } from './test-records.js';

const judged = (...operations: OperationRecord[]) => judgeList(registerOperations(operations));

/** Two appends one after the other, and a read behind them. */
const good = (last: readonly string[] = ['a', 'b']) => [
  append(1, 'c1', 'k', 'a', [0, 10]),
  append(2, 'c2', 'k', 'b', [20, 30]),
  list(3, 'c1', 'k', last, [40, 50]),
];

const twins: { name: string; bad: OperationRecord[]; text: string }[] = [
  {
    name: 'lacks an acknowledged element',
    bad: good(['a']),
    text: 'read 3 of k by c1 returned a, without b, although append 2 of k (b) by c2 had ended',
  },
  {
    name: 'shows nothing of what was acknowledged',
    bad: good([]),
    text: 'read 3 of k by c1 returned nothing, without a, although append 1 of k (a) by c1',
  },
  {
    name: 'turns the order of two acknowledged elements around',
    bad: good(['b', 'a']),
    text: 'append 2 of k (b) by c2 was read as earlier than append 1 of k (a) by c1, which had ended',
  },
  { name: 'shows what nobody appended', bad: good(['a', 'b', 'x']), text: 'x, which nobody' },
  {
    name: 'shows an element twice',
    bad: good(['a', 'b', 'a']),
    text: 'returned a, twice, and append 1 of k (a) by c1 is the only one of it',
  },
  {
    name: 'shows what failed',
    bad: [append(1, 'c1', 'k', 'a', [0, 10], 'fail'), list(2, 'c2', 'k', ['a'], [20, 30])],
    text: 'returned a, but append 1 of k (a) by c1 failed',
  },
  {
    name: 'shows an element before its append began',
    bad: [list(1, 'c2', 'k', ['a'], [0, 10]), append(2, 'c1', 'k', 'a', [20, 30])],
    text: 'returned a, but append 2 of k (a) by c1 began only at 0.000020 s, after the read had ended',
  },
  {
    name: 'forgets what an earlier read showed',
    bad: [
      append(1, 'c1', 'k', 'a', [0, 10]),
      append(2, 'c2', 'k', 'b', [0, 90]),
      list(3, 'c3', 'k', ['a', 'b'], [20, 30]),
      list(4, 'c4', 'k', ['a'], [40, 50]),
    ],
    text: 'read 4 of k by c4 returned a, although read 3 of 2 elements up to b had ended',
  },
  {
    name: 'is of another lineage than an earlier read',
    bad: [
      append(1, 'c1', 'k', 'a', [0, 90]),
      append(2, 'c2', 'k', 'b', [0, 90]),
      list(3, 'c3', 'k', ['a'], [20, 30]),
      list(4, 'c4', 'k', ['b'], [40, 50]),
    ],
    text: 'read 4 of k by c4 returned b as element 1, where read 3 by c3 had a',
  },
];

describe('a list that is appended to', () => {
  it('should be linearizable when each read shows all that had been acknowledged', () => {
    expect(judged(...good())).toEqual({ outcome: 'found' });
  });

  it.each(twins)('should not be when a read $name', ({ bad, text }) => {
    const judgement = judged(...bad);
    expect(judgement).toMatchObject({ outcome: 'none' });
    expect(judgement.outcome === 'none' && judgement.anomaly.text).toContain(text);
  });

  it('should leave what is undecided to appear at any later time, or never', () => {
    const undecided = append(1, 'c1', 'k', 'a', [0, 10], 'info');
    const late = [list(2, 'c2', 'k', [], [20, 30]), list(3, 'c2', 'k', ['a'], [40, 50])];
    expect(judged(undecided, ...late)).toEqual({ outcome: 'found' });
    expect(judged(undecided, late[0]!)).toEqual({ outcome: 'found' });
    expect(judged(undecided, ...late, list(4, 'c3', 'k', [], [60, 70]))).toMatchObject({
      outcome: 'none',
    });
  });

  it('should keep the order of a client that begins at the instant it has ended', () => {
    const own = [append(1, 'c1', 'k', 'a', [0, 10]), list(2, 'c1', 'k', [], [10, 20])];
    expect(judged(...own)).toMatchObject({ outcome: 'none' });
    const others = [append(1, 'c1', 'k', 'a', [0, 10]), list(2, 'c2', 'k', [], [10, 20])];
    expect(judged(...others)).toEqual({ outcome: 'found' });
  });

  it('should not be decided where reads cannot say the order', () => {
    const twice = [append(1, 'c1', 'k', 'a', [0, 10]), append(2, 'c1', 'k', 'a', [20, 30])];
    expect(judged(...twice)).toMatchObject({ outcome: 'undecided' });
    const mixed = [set(1, 'c1', 'k', 'v', [0, 10]), append(2, 'c1', 'k', 'a', [20, 30])];
    expect(linearizable(runOf(...mixed))).toMatchObject({
      validity: 'unknown',
      reason: 'k is both written and appended to: not decided; no key that was decided is wrong',
    });
  });

  it('should be judged by the linearizable checker beside registers', () => {
    const register = [set(10, 'c5', 'r', 'v', [0, 5]), get(11, 'c5', 'r', 'v', [6, 9])];
    expect(linearizable(runOf(...good(), ...register)).validity).toBe('valid');
    const verdict = linearizable(runOf(...good(['a']), ...register));
    expect(verdict).toMatchObject({ validity: 'invalid', operations: [2, 3] });
    expect(verdict.evidence.map(({ node }) => node)).toEqual(['c2', 'c1']);
  });

  it('should agree with a search through every order', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(histories, (operations) => {
        const all = registerOperations(operations);
        const { outcome } = judgeList(all);
        expect(outcome).toBe(someOrder(all) ? 'found' : 'none');
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }),
      { seed: 2_020, numRuns: 5_000 },
    );
    expect([...outcomes.values()].every((count) => count > 500) && outcomes.size).toBe(2);
  });
});

// Helpers

const shape = fc.record({
  client: fc.constantFrom('c1', 'c2', 'c3'),
  isRead: fc.boolean(),
  gap: fc.integer({ min: 0, max: 2 }),
  length: fc.integer({ min: 0, max: 6 }),
  outcome: fc.constantFrom(
    'ok' as const,
    'ok' as const,
    'ok' as const,
    'info' as const,
    'fail' as const,
  ),
  seen: fc.nat(),
});

/** Small histories in which reads show some order of some elements: about half can be explained. */
const histories = fc
  .tuple(fc.array(shape, { minLength: 1, maxLength: 6 }), fc.boolean())
  .map(([shapes, isShuffled]) => {
    const freeAt = new Map<string, number>();
    const ids = shapes.flatMap(({ isRead }, at) => (isRead ? [] : [`e${at + 1}`]));
    const order = isShuffled ? ids.reverse() : ids;
    return shapes
      .map(({ client, isRead, gap, length, outcome, seen }, at) => {
        const from = (freeAt.get(client) ?? 0) + gap;
        freeAt.set(client, from + length);
        const interval = [from, from + length] as const;
        return isRead
          ? list(at + 1, client, 'k', order.slice(0, seen % (order.length + 1)), interval)
          : append(at + 1, client, 'k', `e${at + 1}`, interval, outcome);
      })
      .sort((one, other) => one.invokedAt - other.invokedAt);
  });

/** Whether some order of the operations explains every read: tried one by one. */
function someOrder(all: readonly RegisterOperation[]): boolean {
  const history = all.filter(
    ({ f, outcome }) => outcome === 'ok' || (f === 'append' && outcome === 'info'),
  );
  const goesOn = (left: readonly RegisterOperation[], state: readonly string[]): boolean => {
    if (left.every(({ outcome }) => outcome === 'info')) return true;
    return left.some((one) => {
      const rest = left.filter((other) => other !== one);
      if (rest.some((other) => precedes(other, one))) return false;
      if (one.f === 'append') return goesOn(rest, [...state, ...elementsOf(one.value)]);
      return elementsOf(one.value).join() === state.join() && goesOn(rest, state);
    });
  };
  return goesOn(history, []);
}
