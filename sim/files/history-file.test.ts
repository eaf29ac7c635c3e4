/** The history of a run as a file, and the same as Jepsen writes it. */
import { describe, expect, it } from 'vitest';
import { type RunResult, run } from '../run.js';
import { edn, Keyword } from './edn.js';
import { historyEdn } from './history-edn.js';
import { historyLines } from './history-file.js';
import { judgeHistory } from './judge-history.js';
import { readHistory } from './read-history.js';
import { smallRuns } from './test-runs.js';

const encoder = new TextEncoder();
const bytesOf = (lines: readonly string[]) => encoder.encode(`${lines.join('\n')}\n`);
const runs = Object.entries(smallRuns).map(([name, scenario]): [string, RunResult] => [
  name,
  run(scenario),
]);
const named = Object.fromEntries(runs);

/** Processes have names in one notation and numbers in the other. */
const byName = (reason: string) => reason.replaceAll(/by \S+/g, 'by a process');

describe('the history of a run', () => {
  it.each(runs)('is judged from its file as the run was: %s', async (_, result) => {
    const history = await readHistory([bytesOf(historyLines(result))], 'h');
    const { validity, reason } = judgeHistory(history.operations, history.model);
    const [verdict] = result.verdicts;
    expect({ checker: 'linearizable', validity }).toMatchObject({
      checker: verdict!.checker,
      validity: verdict!.validity,
    });
    if (validity === 'valid') expect(reason).toBe(verdict!.reason);
    expect(history.operations).toHaveLength(result.history.length / 2);
    expect(history.header).toMatchObject({ digest: result.digest, timeUnit: 'us' });
  });

  it('has among these runs one that is invalid and one of lists', () => {
    expect(named['invalid']!.verdicts[0]).toMatchObject({ validity: 'invalid' });
    const lines = historyLines(named['append']!);
    expect(JSON.parse(lines[0]!)).toMatchObject({ model: 'append' });
    expect(lines.some((line) => /"type":"ok","f":"read".*"value":\["/.test(line))).toBe(true);
  });

  it('tells faults as the nemesis, in order of time with the events', () => {
    const [head, ...lines] = historyLines(named['a pause, a lost answer']!).map((line) =>
      JSON.parse(line),
    );
    expect(head.events).toBe(lines.length);
    const times = lines.map(({ time }) => time);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    const faults = lines.filter(({ process }) => process === 'nemesis');
    expect(faults.map(({ f, type, time }) => [f, type, time])).toEqual([
      ['link-began', 'info', 0],
      ['pause-began', 'info', 2_990_000],
      ['pause-ended', 'info', 3_030_000],
      ['link-bit', 'info', expect.any(Number)],
      ['link-ended', 'info', expect.any(Number)],
    ]);
    expect(faults[0].value).toMatchObject({ fault: 2 });
  });

  const lines = historyLines(named['graceful']!);
  const changed = (at: number, change: (line: string) => string) =>
    lines.map((line, index) => (index === at ? change(line) : line));
  const written = lines.findIndex((line) => /"ok","f":"write"/.test(line));
  const last = lines.length - 1;
  it.each<[string, string[], RegExp]>([
    ['no value', changed(written, (line) => line.replace(/"v[\d.]+"/, 'null')), /its checksum/],
    ['a time', changed(last, (line) => line.replace(/\d}$/, '9}')), /changed or cut|time: got/],
    ['a space', changed(last, (line) => `${line} `), /changed or cut: its checksum/],
    ['a line less', lines.slice(0, -1), /changed or cut: it says \d+ events, and holds \d+$/],
    ['a line more', [...lines, ''], /changed or cut: it says \d+ events/],
    [
      'another digest',
      changed(0, (line) => line.replace(/"digest":"./, '"digest":"0')),
      /checksum/,
    ],
    [
      'no checksum',
      changed(0, (line) => line.replace(/,"checksum":"\w+"/, '')),
      /checksum: got not/,
    ],
    ['another model', changed(0, (line) => line.replace('register', 'append')), /checksum/],
    [
      'an unknown model',
      changed(0, (line) => line.replace('register', 'set')),
      /line 1: model: got/,
    ],
    [
      'a newer version',
      changed(0, (line) => line.replace('"version":1', '"version":2')),
      /^h: version 2 of a switchover history, this Switchover reads up to 1: get a newer one$/,
    ],
  ])('is not judged with %s', async (_, mutated, message) => {
    expect(mutated).not.toEqual(lines);
    await expect(readHistory([bytesOf(mutated)], 'h')).rejects.toThrow(message);
  });

  it('is judged whatever ends its lines, by the model of its header alone', async () => {
    const { digest } = named['graceful']!;
    const crlf = encoder.encode(lines.join('\r\n'));
    await expect(readHistory([crlf], 'h', 'register')).resolves.toMatchObject({
      header: { digest },
    });
    await expect(readHistory([crlf], 'h', 'append')).rejects.toThrow(
      '--model: got append, but h is a history of register',
    );
  });
});

describe('the history of a run in EDN', () => {
  it.each(runs)('is judged as the same in JSON Lines: %s', async (_, result) => {
    const judged = async (lines: readonly string[]) => {
      const { operations, model, ...rest } = await readHistory([bytesOf(lines)], 'h');
      const { validity, reason } = judgeHistory(operations, model);
      const count = operations.length;
      const { events, processes, hasTimes } = rest;
      // Operations are known by lines, and these have one more of what is no event.
      const about = reason.replaceAll(/(read|write|append) \d+ of/g, '$1 of');
      return { model, count, events, processes, hasTimes, validity, about };
    };
    const inEdn = await judged(historyEdn(result));
    const named = { ...inEdn, about: byName(inEdn.about) };
    const inLines = await judged(historyLines(result));
    expect(named).toEqual({ ...inLines, about: byName(inLines.about) });
  });

  it('is a vector of operations in the form of independent registers', () => {
    const [about, first, ...rest] = historyEdn(named['graceful']!);
    expect(about).toBe('; switchover history of model register');
    expect([first, rest.pop()]).toEqual(['[', ']']);
    expect(rest).toHaveLength(named['graceful']!.history.length);
    const [event] = named['graceful']!.history;
    expect(rest[0]).toMatch(/^\{:index 0, :time 2950000000, :type :invoke, :process 0, :f :\w+, /);
    expect(rest[0]).toContain(`:f :${event!.f}, :value ["${event!.key}" `);
    const read = rest.find((line) => line.includes(':type :ok') && line.includes(':f :read'));
    expect(read).toMatch(/:value \["k\d" ("v[\d.]+"|nil)\]\}$/);
  });

  it('is of transactions in the form of list-append where something is appended', () => {
    const lines = historyEdn(named['append']!).slice(2, -1);
    const wanted =
      /^\{:index \d+, :time \d+000, :type :(invoke|ok|info|fail), :process \d+, :f :txn, :value \[\[(:append "k\d" "[^"]+"|:r "k\d" (nil|\[("[^"]+" ?)*\]))\]\]\}$/;
    expect(lines.filter((line) => !wanted.test(line))).toEqual([]);
    expect(lines.some((line) => /:type :ok.*:r "k\d" \["/.test(line))).toBe(true);
  });

  it('has one number for each process and the nemesis by name', () => {
    const result = named['a pause, a lost answer']!;
    const lines = historyEdn(result).slice(2, -1);
    const numbers = lines.flatMap((line) => /:process (\d+)/.exec(line)?.[1] ?? []);
    const count = new Set(result.history.map(({ process }) => process)).size;
    expect([...new Set(numbers)]).toEqual(Array.from({ length: count }, (_, at) => `${at}`));
    const nemesis = lines.filter((line) => line.includes(':process :nemesis, :f :pause-began'));
    expect(nemesis).toHaveLength(1);
    expect(nemesis[0]).toContain(':type :info');
    expect(nemesis[0]).toContain(':value {:fault 1, :node "n2"');
  });
});

describe('EDN', () => {
  it.each<[unknown, string]>([
    [null, 'nil'],
    [undefined, 'nil'],
    ['a"b\\\n\b\f\u0001', '"a\\"b\\\\\\n\\u0008\\u000c\\u0001"'],
    [new Keyword('ok'), ':ok'],
    [[1, -2, true, 12n], '[1 -2 true 12]'],
    [{ a: 1, 'b c': {}, d: undefined }, '{:a 1, "b c" {}}'],
  ])('of a plain value is its notation: %#', (value, text) => {
    expect(edn(value)).toBe(text);
  });

  it('is refused for what has no exact form', () => {
    for (const value of [0.5, Number.NaN, () => 1]) expect(() => edn(value)).toThrow('no EDN for');
  });
});
