/** `run` and its fellows as a person meets them. Needs the build: `npm test` builds first. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cli = join(root, 'dist/sim/cli.js');
const light = JSON.stringify({
  name: 'light',
  workload: { clients: 2, operations: 40, startUs: 2_950_000 },
});
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function switchover(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    input,
    cwd: root,
  });
  return { status, stdout, stderr };
}

describe('switchover run', () => {
  it('should read a scenario from stdin and print the same report for the same seed', () => {
    const [one, other] = [1, 2].map(() => switchover(['run', '-'], light));
    expect(one).toMatchObject({ status: 0, stderr: '' });
    expect(one!.stdout).toMatch(/^scenario light$/m);
    expect(one!.stdout).toBe(other!.stdout);
    expect(one!.stdout).not.toContain(String.fromCharCode(27));
  });

  it('should print one JSON object with digest and verdicts', () => {
    const { status, stdout } = switchover(['run', '-', '--json'], light);
    const report = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report).toMatchObject({ version: 1, digest: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(report.verdicts.map(({ checker }: { checker: string }) => checker)).toEqual([
      'linearizable',
      'lost-write',
      'single-writer',
      'convergence',
      'liveness',
      'attempts',
      'durability',
    ]);
    expect(report.reproduce).toBe(`printf %s '${light}' | npx switchover run - --seed 1`);
  });

  it('should run the scenario that it prints', () => {
    const printed = switchover(['run', 'slow-slave', '--seed', '5', '--print-scenario']);
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(printed.stdout)).toMatchObject({ name: 'slow-slave', seed: 5 });
    const again = switchover(['run', '-', '--print-scenario'], printed.stdout);
    expect(again.stdout).toBe(printed.stdout);
  });

  it('should write a trace that says what it is, without changing the run', () => {
    const path = join(folder, 'trace.jsonl');
    const traced = switchover(['run', '-', '--json', '--trace', path], light);
    expect(traced).toMatchObject({ status: 0, stderr: '' });
    expect(traced.stdout).toBe(switchover(['run', '-', '--json'], light).stdout);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const [head, ...entries] = lines.map((line) => JSON.parse(line));
    expect(head).toMatchObject({
      version: 1,
      format: 'switchover trace',
      scenario: { name: 'light' },
    });
    const kinds = new Set(entries.map(({ what }) => what));
    expect([...kinds]).toEqual(expect.arrayContaining(['event', 'effect', 'decision']));
  });

  it('should exit 1 on an invalid verdict, with the command that repeats it last', () => {
    // A push by force to one node alone: nobody tells the old master, and both serve.
    const nodes = [
      { id: 'n2', master: null, slots: [[0, 16383]] },
      { id: 'n1', master: 'n2', slots: [] },
    ];
    const push = { type: 'setnodes', atUs: 0, node: 'n2', topology: { version: 2, nodes } };
    const scenario = JSON.stringify({
      ...JSON.parse(light),
      operator: [{ ...push, force: true }],
      limits: { livenessUs: 1_000_000 },
    });
    const { status, stdout } = switchover(['run', '-', '--set', 'retryMs=50'], scenario);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^invalid {2}liveness {7}not claimed \(a push is forced\); two masters/m,
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      `printf %s '${scenario}' | npx switchover run - --set retryMs=50 --seed 1`,
    );
  });

  it.each([
    [['run', '--sede', '1'], "unknown option '--sede'"],
    [['run', 'a', 'b'], "too many arguments for 'run'. Expected 1 argument but got 2."],
    [['run', '--trace', '.'], '--trace: got ".", expected a file that can be written (EISDIR)'],
    [
      ['run', 'nothing.json'],
      'nothing.json: no such file, and no scenario of that name; expected one of default',
    ],
    [
      ['protocols', 'grace'],
      'protocols: unknown protocol "grace", expected one of graceful, kvrocks-pr3295',
    ],
  ])('%j should be misuse, told in one line', (args, line) => {
    const { status, stdout, stderr } = switchover(args);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(line);
  });

  it('should say nothing and be no failure when its reader has gone', async () => {
    const child = spawn(process.execPath, [cli, 'run', '-'], { cwd: root });
    child.stdin.end(light);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('switchover protocols', () => {
  it('should list them, or tell one with knobs, claims and assumptions', () => {
    const all = switchover(['protocols']);
    expect(all).toMatchObject({ status: 0, stderr: '' });
    expect(all.stdout).toMatch(/^graceful +the .*^kvrocks-pr3295 +the /ms);
    const one = switchover(['protocols', 'kvrocks-pr3295']).stdout;
    for (const part of ['source: ', 'safeguards', 'barrier', 'claims', 'assumptions']) {
      expect(one).toContain(part);
    }
    expect(one.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('should give as JSON the values that a protocol has, not those of another', () => {
    const { protocol } = JSON.parse(switchover(['protocols', 'kvrocks-pr3295', '--json']).stdout);
    const barrier = protocol.knobs.find(({ name }: { name: string }) => name === 'barrier');
    expect(barrier).toMatchObject({ default: false, unit: 'on/off', safeguard: true });
    const { protocols } = JSON.parse(switchover(['protocols', '--json']).stdout);
    expect(protocols.map(({ name }: { name: string }) => name)).toContain('graceful');
  });
});
