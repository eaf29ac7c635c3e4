/** Lists that are appended to: known-bad twins, in the words for them, as lists and as texts. */
import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.js';
import { append } from './models/index.js';
import { type Given, historyOf } from './test-histories.js';

const add = (client: string, element: string, at: Given['at'], outcome?: Given['outcome']) => ({
  f: 'append',
  input: element,
  client,
  at,
  ...(outcome === undefined ? {} : { outcome }),
});

const list = (client: string, elements: readonly string[], at: Given['at']): Given => ({
  f: 'read',
  output: elements,
  client,
  at,
});

/** The same, kept as a text. */
const asText = (given: readonly Given[]): Given[] =>
  given.map((call) =>
    call.f === 'append'
      ? { ...call, input: `${call.input},` }
      : {
          ...call,
          output:
            Array.isArray(call.output) && call.output.length > 0
              ? call.output.map((one) => `${one},`).join('')
              : null,
        },
  );

/** Two appends one after the other, and a read behind them. */
const good = (last: readonly string[] = ['a', 'b']): Given[] => [
  add('c1', 'a', [0, 10]),
  add('c2', 'b', [20, 30]),
  list('c1', last, [40, 50]),
];

const twins: { name: string; bad: Given[]; text: string }[] = [
  {
    name: 'lacks an acknowledged element',
    bad: good(['a']),
    text: 'read 3 of k by c1 returned a, without b, although append 2 of k (b) by c2 had ended at 0.000030 s, before it began',
  },
  {
    name: 'shows nothing of what was acknowledged',
    bad: good([]),
    text: 'read 3 of k by c1 returned nothing, without a, although append 1 of k (a) by c1 had ended',
  },
  {
    name: 'turns the order of two acknowledged elements around',
    bad: good(['b', 'a']),
    text: 'read 3 of k by c1 returned 2 elements up to a, but it shows b before a: append 1 of k (a) by c1 had ended at 0.000010 s, before append 2 of k (b) by c2 began at 0.000020 s',
  },
  {
    name: 'skips an acknowledged element',
    bad: good(['b']),
    text: 'read 3 of k by c1 returned b, without a, although append 1 of k (a) by c1 had ended',
  },
  {
    name: 'shows what nobody appended',
    bad: good(['a', 'b', 'x']),
    text: 'read 3 of k by c1 returned 3 elements up to x, with x, which nobody appended',
  },
  {
    name: 'shows an element twice',
    bad: good(['a', 'b', 'a']),
    text: 'returned 3 elements up to a, with a 2 times, but by then it had been appended 1 time at most',
  },
  {
    name: 'shows what failed',
    bad: [add('c1', 'a', [0, 10], 'fail'), list('c2', ['a'], [20, 30])],
    text: 'read 2 of k by c2 returned a, with a, but append 1 of k (a) by c1 failed',
  },
  {
    name: 'shows an element before its append began',
    bad: [list('c2', ['a'], [0, 10]), add('c1', 'a', [20, 30])],
    text: 'returned a, with a, but append 2 of k (a) by c1 began only at 0.000020 s, after the read had ended',
  },
  {
    name: 'forgets what an earlier read showed',
    bad: [
      add('c1', 'a', [0, 10]),
      add('c2', 'b', [0, 90]),
      list('c3', ['a', 'b'], [20, 30]),
      list('c4', ['a'], [40, 50]),
    ],
    text: 'read 4 of k by c4 returned a, although read 3 of k by c3 returned 2 elements and had ended at 0.000030 s, before it began',
  },
  {
    name: 'is of another lineage than an earlier read',
    bad: [
      add('c1', 'a', [0, 90]),
      add('c2', 'b', [0, 90]),
      list('c3', ['a'], [20, 30]),
      list('c4', ['b'], [40, 50]),
    ],
    text: 'read 4 of k by c4 returned b, with b as element 1, where read 3 of k by c3 had a',
  },
  {
    name: 'is of another lineage than one that ended before, and nothing else is wrong',
    bad: [
      add('c1', 'a', [0, 90]),
      add('c2', 'a', [0, 90]),
      add('c3', 'b', [0, 90]),
      list('c4', ['a', 'b'], [10, 20]),
      list('c5', ['a', 'a'], [10, 30]),
    ],
    text: 'read 5 of k by c5 returned 2 elements up to a, with a as element 2, where read 4 of k by c4 had b',
  },
];

describe('a list that is appended to', () => {
  it.each(['list', 'text'])('should be linearizable when each read shows all, as a %s', (kind) => {
    const isText = kind === 'text';
    const given = isText ? asText(good()) : good();
    const judgement = checkHistory(historyOf(given), append, { initial: isText ? null : [] });
    expect(judgement).toMatchObject({ validity: 'valid', operations: 3, steps: 0, stored: 0 });
  });

  it.each(twins)('should not be when a read $name', ({ bad, text }) => {
    const [rejection, ...others] = checkHistory(historyOf(bad), append).rejections;
    expect(rejection!.text).toContain(text);
    expect(others).toEqual([]);
    const asTexts = checkHistory(historyOf(asText(bad)), append, { initial: null });
    expect(asTexts.rejections[0]!.text).toBe(rejection!.text);
  });

  it('should let what is undecided appear at any later time, or never', () => {
    const late = [list('c2', [], [20, 30]), list('c2', ['a'], [40, 50])];
    const judged = (...given: Given[]) =>
      checkHistory(historyOf([add('c1', 'a', [0, 10], 'info'), ...given]), append).validity;
    expect(judged(...late)).toBe('valid');
    expect(judged(late[0]!)).toBe('valid');
    expect(judged(...late, list('c3', [], [60, 70]))).toBe('invalid');
  });

  it('should keep the order of a client that begins at the instant it has ended', () => {
    const read = (client: string) => list(client, [], [10, 20]);
    const judged = (client: string) =>
      checkHistory(historyOf([add('c1', 'a', [0, 10]), read(client)]), append).validity;
    expect(judged('c1')).toBe('invalid');
    expect(judged('c2')).toBe('valid');
  });

  it('should be decided by search where an element was appended twice', () => {
    const twice = (last: readonly string[]) =>
      checkHistory(
        historyOf([
          add('c1', 'a', [0, 10]),
          add('c1', 'b', [20, 30]),
          add('c2', 'a', [0, 50]),
          list('c3', last, [60, 70]),
        ]),
        append,
      );
    for (const last of [
      ['a', 'a', 'b'],
      ['a', 'b', 'a'],
    ]) {
      expect(twice(last)).toMatchObject({ validity: 'valid' });
      expect(twice(last).steps).toBeGreaterThan(0);
    }
    const [rejection] = twice(['b', 'a', 'a']).rejections;
    expect(rejection!.text).toBe(
      'read 4 of k by c3 returned 3 elements up to a, but whatever order is given to what had ' +
        'begun by then, k holds 3 elements up to a (after append 3 of k (a) by c2) ' +
        'or 3 elements up to b (after append 2 of k (b) by c1) when its turn comes',
    );
  });
});
