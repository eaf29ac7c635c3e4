/** `check` and `schema` as a person meets them. Needs the build. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { switchover } from './test-cli.js';

const event = (process: string, type: string, f: string, value: unknown) =>
  JSON.stringify({ process, type, f, key: 'x', value });
const written = [event('a', 'invoke', 'write', 1), event('a', 'ok', 'write', 1)];
const history = (...more: string[]) => `${[...written, ...more].join('\n')}\n`;
const read = (value: unknown) => [
  event('b', 'invoke', 'read', null),
  event('b', 'ok', 'read', value),
];

describe('switchover check', () => {
  it('should accept a valid history from stdin, and say what its lines are', () => {
    const { status, stdout, stderr } = switchover(
      ['check', '-', '--model', 'register'],
      history(...read(1)),
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      [
        'history  stdin: 2 operations, processes: 2; no header; no times: line 12 stands',
        '         at 0.000012 s',
        'model    register; operations are named by the line of their invoke',
        'valid    linearizable  2 operations on 1 key can be ordered',
        '',
      ].join('\n'),
    );
  });

  it('should reject a stale read with exit 1 and its evidence by line', () => {
    const { status, stdout } = switchover(
      ['check', '-', '--model', 'register'],
      history(...read(null)),
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^invalid {2}linearizable {2}read 3 of x by b returned nothing, but/m);
    expect(stdout).toMatch(/^ +0\.000002 s {2}a {2}write 1 of x \(1\) by a: invoked at/m);
  });

  it('should judge lists, also where an element is appended twice', () => {
    const append = [event('a', 'invoke', 'append', 1), event('a', 'ok', 'append', 1)];
    const judge = (...lines: string[]) =>
      switchover(['check', '-', '--model', 'append', '--json'], `${lines.join('\n')}\n`);
    expect(judge(...append, ...read([1])).status).toBe(0);
    expect(judge(...append, ...read([])).status).toBe(1);
    const twice = judge(...append, ...append, ...read([1, 1]));
    expect(twice.status).toBe(0);
    expect(judge(...append, ...append, ...read([1])).status).toBe(1);
    expect(JSON.parse(twice.stdout)).toMatchObject({
      version: 1,
      model: 'append',
      operations: 3,
      events: 6,
      processes: 2,
      hasTimes: false,
      digest: null,
      budget: { steps: 10_000_000, memory: 500_000 },
      verdict: { validity: 'valid', checker: 'linearizable' },
    });
  });

  it('should judge by what keys hold at first', () => {
    const reading = `${read(7).join('\n')}\n`;
    const judge = (...flags: string[]) =>
      switchover(['check', '-', '--model', 'cas-register', ...flags], reading);
    expect(judge().status).toBe(1);
    expect(judge('--initial', '7').status).toBe(0);
    const { verdict, ...json } = JSON.parse(judge('--initial', '7', '--json').stdout);
    expect([json.initial, verdict.validity]).toEqual(['7', 'valid']);
  });

  it('should be undecided with exit 2 when the budget is spent, and say what it was', () => {
    const cas = (at: number) => [
      JSON.stringify({ process: at, type: 'invoke', f: 'cas', value: [at, (at + 1) % 9] }),
    ];
    const ends = (at: number) =>
      JSON.stringify({ process: at, type: 'ok', f: 'cas', value: [at, (at + 1) % 9] });
    const all = Array.from({ length: 9 }, (_, at) => at);
    const text = [...all.flatMap(cas), ...all.map(ends)].join('\n');
    const judge = (...flags: string[]) =>
      switchover(['check', '-', '--model', 'cas-register', '--initial', '3', ...flags], text);
    expect(judge().status).toBe(0);
    const { status, stdout } = judge('--steps', '3');
    expect(status).toBe(2);
    expect(stdout).toMatch(/^unknown {2}linearizable {2}the budget of 3 steps was spent/m);
    expect(stdout).toContain('budget   --steps 3, --memory 500000: with more of them it may be');
  });

  it('should read EDN from stdin and from a file as JSON Lines', () => {
    const edn = '[{:process 0 :type :invoke :f :write :value 1}\n{:process 0 :type :ok :f :write}';
    const judged = switchover(['check', '-', '--model', 'register'], `${edn}]`);
    expect([judged.status, judged.stderr]).toEqual([0, '']);
    const cut = switchover(['check', '-', '--model', 'register'], edn);
    expect([cut.status, cut.stdout]).toEqual([3, '']);
    expect(cut.stderr).toBe('error: stdin: line 1: not EDN: "[" has no end\n');
    const folder = mkdtempSync(join(tmpdir(), 'switchover-'));
    try {
      const files = ['h.jsonl', 'h.edn'].map((name) => join(folder, name));
      const verdicts = files.map((file) => {
        switchover(['run', 'slow-slave', '--protocol', 'kvrocks-pr3295', '--history', file]);
        const { status, stdout } = switchover(['check', file, '--json']);
        const { model, operations, verdict } = JSON.parse(stdout);
        return { status, model, operations, validity: verdict.validity };
      });
      expect(verdicts[1]).toEqual(verdicts[0]);
      expect(verdicts[0]).toMatchObject({ status: 1, model: 'register', validity: 'invalid' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[string[], string, string]>([
    [
      ['--model', 'counter', '--initial', '"x"'],
      '{"process":0,"type":"invoke","f":"read"}',
      '--initial: got "x", expected an integer, by the model counter',
    ],
    [['--model', 'register', '--steps', '0'], history(), "--steps <n>' argument '0' is invalid"],
    [
      ['--model', 'register'],
      '{"process":0,"type":"invoke","f":"txn","value":[["r",1,null],["r",2,null]]}',
      'stdin: line 1: value: got a transaction of 2 operations, expected one: operations on one key are judged here, not transactions over several',
    ],
    [['--model', 'register'], `${history()}oops`, 'stdin: line 3: not JSON at column 1: got "o"'],
    [
      [],
      history(),
      '--model: got nothing, expected one of register, cas-register, append, counter, set: stdin says',
    ],
    [
      ['--model', 'queue'],
      history(),
      'Allowed choices are register, cas-register, append, counter, set.',
    ],
    [
      ['--model', 'register'],
      '',
      'stdin: holds no operation, expected a history as JSON Lines or EDN',
    ],
  ])('with %j should refuse in one line', (flags, text, message) => {
    const { status, stdout, stderr } = switchover(['check', '-', ...flags], text);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(message);
  });
});

describe('switchover schema', () => {
  it('should list the formats, and print the schema of each', () => {
    const { status, stdout } = switchover(['schema']);
    expect(status).toBe(0);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]!);
    expect(names).toEqual(['scenario', 'history', 'trace', 'replay']);
    for (const name of names) {
      const printed = switchover(['schema', name]);
      expect(printed).toMatchObject({ status: 0, stderr: '' });
      expect(JSON.parse(printed.stdout)).toMatchObject({
        title: `switchover ${name}, version 1`,
        $schema: 'https://json-schema.org/draft/2020-12/schema',
      });
    }
    const json = JSON.parse(switchover(['schema', '--json']).stdout);
    expect(json.formats.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it('should refuse a format that there is none of', () => {
    const { status, stderr } = switchover(['schema', 'histroy']);
    expect(status).toBe(3);
    expect(stderr).toContain('Allowed choices are scenario, history, trace, replay.');
  });
});
