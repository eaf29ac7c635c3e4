/** `run --save --history`, `replay` and `check` as a person meets them. Needs the build. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealed } from '../files/checksum.js';
import { smallRuns } from '../files/test-runs.js';
import { cli, root, switchover } from './test-cli.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(file(name), 'utf8');

/** Runs a command whose output nobody reads. */
async function unread(args: readonly string[]) {
  const child = spawn(process.execPath, [cli, ...args], { cwd: root });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, stderr };
}

interface Seen {
  readonly digest: string;
  readonly verdicts: readonly { readonly checker: string; readonly validity: string }[];
}

const validities = ({ verdicts }: Seen) =>
  verdicts.map(({ checker, validity }) => `${checker} ${validity}`);

describe('a run that is saved', () => {
  it.each([
    ['graceful', 0, 0],
    // An attempt fails without a cause, which no client sees.
    ['kvrocks-pr3295', 1, 0],
    ['invalid', 1, 1],
    ['append', 0, 0],
  ])('is replayed and its history judged as it was: %s', (name, exit, judged) => {
    const [saved, history] = [file(`${name}.json`), file(`${name}.jsonl`)];
    const files = ['--save', saved, '--history', history];
    const ran = switchover(['run', '-', '--json', ...files], JSON.stringify(smallRuns[name]));
    expect(ran).toMatchObject({ status: exit, stderr: '' });
    const first: Seen = JSON.parse(ran.stdout);
    const replayed = switchover(['replay', saved, '--json']);
    expect(replayed).toMatchObject({ status: exit, stderr: '' });
    const again = JSON.parse(replayed.stdout);
    expect(again).toMatchObject({ version: 1, identical: true, difference: null, changed: [] });
    expect(again.report.digest).toBe(first.digest);
    expect(validities(again.report)).toEqual(validities(first));
    const checked = switchover(['check', history, '--json']);
    expect(checked).toMatchObject({ status: judged, stderr: '' });
    const { verdict, digest } = JSON.parse(checked.stdout);
    expect([digest, validities({ digest, verdicts: [verdict] })]).toEqual([
      first.digest,
      validities(first).slice(0, 1),
    ]);
  });

  it('is told as `run` tells it, behind a line that it is the same', () => {
    const input = JSON.stringify(smallRuns['graceful']);
    const ran = switchover(['run', '-', '--save', file('told.json')], input);
    const { status, stdout } = switchover(['replay', file('told.json')]);
    expect(status).toBe(0);
    const [head, report] = stdout.split('\n\nscenario ');
    expect(head).toMatch(/^replay .*told\.json: the identical run; \d+ decisions,\s+digest/);
    expect(`scenario ${report}`).toBe(ran.stdout);
    const piped = switchover(['replay', '-'], text('told.json'));
    expect(piped.stdout).toMatch(/^replay {3}stdin: the identical run; /);
  });

  it('leaves the bytes of its files to no chance', () => {
    const input = JSON.stringify(smallRuns['a pause, a lost answer']);
    const write = (name: string) => {
      const files = ['--save', file(`${name}.json`), '--history', file(`${name}.edn`)];
      expect(switchover(['run', '-', ...files], input).status).toBe(0);
    };
    write('one');
    write('other');
    expect(text('one.json')).toBe(text('other.json'));
    expect(text('one.edn')).toBe(text('other.edn'));
    expect(text('one.edn')).toMatch(/^; switchover history of model register\n\[\n\{:index 0, /);
  });

  it('ends with the command that replays it where it did not hold', () => {
    const input = JSON.stringify(smallRuns['invalid']);
    const path = file("it's bad.json");
    expect(switchover(['run', '-', '--save', path], input).status).toBe(1);
    const { status, stdout } = switchover(['replay', path]);
    expect(status).toBe(1);
    const last = stdout.trimEnd().split('\n').at(-1);
    expect(last).toBe(`npx switchover replay '${path.replaceAll("'", "'\\''")}'`);
  });

  it('that is another run now exits 2, and says from which decision on', () => {
    const input = JSON.stringify(smallRuns['graceful']);
    switchover(['run', '-', '--save', file('old.json')], input);
    const { checksum: _, ...old } = JSON.parse(text('old.json'));
    old.scenario.network.latencyUs = [180, 200];
    writeFileSync(file('changed.json'), JSON.stringify(sealed(old)));
    const { status, stdout, stderr } = switchover(['replay', file('changed.json')]);
    expect([status, stderr]).toEqual([2, '']);
    expect(stdout).toMatch(/^replay .*not the run that was/);
    expect(stdout).toMatch(/^differs {2}from decision \d+ on, at \d\.\d{6} s$/m);
    expect(stdout).toMatch(/^saved {4}\w+ from \w+ to \w+, subject \d+, use \d+: answer \d of 8$/m);
    expect(stdout).toMatch(/^now {6}\w+ from \w+ to \w+, subject \d+, use \d+: answer \d of 2$/m);
    const json = JSON.parse(switchover(['replay', '-', '--json'], text('changed.json')).stdout);
    expect(json).toMatchObject({ identical: false, difference: { in: 'decision', now: { n: 2 } } });
  });
});

describe('files that a command cannot use', () => {
  const small = JSON.stringify(smallRuns['graceful']);
  beforeAll(() => {
    const files = [
      '--save',
      file('r.json'),
      '--history',
      file('h.jsonl'),
      '--trace',
      file('t.jsonl'),
    ];
    switchover(['run', '-', ...files], small);
  });

  it.each<[string[], string]>([
    [
      ['run', 'r.json'],
      'is a switchover replay, expected a scenario; `switchover replay` takes it',
    ],
    [
      ['run', 'h.jsonl'],
      'is a switchover history, expected a scenario; `switchover check` takes it',
    ],
    [['run', 't.jsonl'], 'is a switchover trace, expected a scenario'],
    [['replay', 'h.jsonl'], 'is a switchover history, expected a switchover replay; `switchover'],
    [['replay', 't.jsonl'], 'is a switchover trace, expected a switchover replay'],
    [['check', 'r.json'], 'is a switchover replay, expected a switchover history; `switchover re'],
    [['check', 't.jsonl'], 'is a switchover trace, expected a switchover history'],
    [['replay', 'none.json'], 'no such file, expected a switchover replay'],
    [['check', '.'], 'is a directory, expected a history\n'],
  ])('%j is refused in one line that names what it is', ([command, name], message) => {
    const { status, stdout, stderr } = switchover([command!, file(name!)]);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(`${name === '.' ? folder : name}: ${message}`);
  });

  it.each<[string, string, string]>([
    [
      'run',
      '{"version": 2}',
      'stdin: version: got 2, this Switchover reads scenarios up to version 1',
    ],
    [
      'replay',
      '',
      'stdin: version 2 of a switchover replay, this Switchover reads up to 1: get a n',
    ],
    [
      'check',
      '',
      'stdin: version 2 of a switchover history, this Switchover reads up to 1: get a n',
    ],
  ])('`%s` refuses a newer version', (command, given, message) => {
    const path = file(command === 'check' ? 'h.jsonl' : 'r.json');
    const newer = readFileSync(path, 'utf8').replace('"version":1', '"version":2');
    const { status, stderr } = switchover([command, '-'], given === '' ? newer : given);
    expect([status, stderr.startsWith(`error: ${message}`)]).toEqual([3, true]);
    expect(stderr).toMatch(/get a newer one\n$/);
  });

  it.each<[string[], string]>([
    [['--save', '.'], '--save: got ".", expected a file that can be written (EISDIR)'],
    [
      ['--history', 'no/h.edn'],
      '--history: got "no/h.edn", expected a file that can be written (E',
    ],
    [['--save', 'x', '--trace', './x'], '--trace: got "./x", which --save writes too'],
  ])('run %j is misuse before it runs', (flags, message) => {
    const { status, stdout, stderr } = switchover(['run', '-', ...flags], small);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain(message);
  });

  it('has a reader that may leave', async () => {
    for (const args of [
      ['replay', file('r.json')],
      ['check', file('h.jsonl')],
      ['schema', 'trace'],
    ]) {
      expect(await unread(args)).toEqual({ status: 0, stderr: '' });
    }
  });
});
