/** `check` and `schema` as a person meets them. Needs the build. */
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

  it.each<[string[], string, string]>([
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
