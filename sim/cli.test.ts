/** The command line as a person meets it. Needs the build: `npm test` builds first. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shell } from './commands/test-cli.js';

const root = new URL('../', import.meta.url);
const cli = fileURLToPath(new URL('dist/sim/cli.js', root));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('switchover', () => {
  it('says its version and what it can do', () => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
    expect(run('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    const help = run('--help');
    expect(help.status).toBe(0);
    expect(help.stdout).toMatch(/^Usage: switchover /);
    expect(help.stdout).toContain('selfcheck');
    expect(help.stdout).toContain(
      'Exit codes: 0 valid, 1 invalid, 2 undecided, 3 misuse, 4 defect.',
    );
  });

  it.each([
    [
      ['selfcheck', '--seed', 'x'],
      "option '--seed <integer>' argument 'x' is invalid. expected an integer from 0 to 9007199254740991",
    ],
    [
      ['selfcheck', '--events', '0'],
      "option '--events <integer>' argument '0' is invalid. expected an integer from 1 to 9007199254740991",
    ],
    [['selfcheck', '--evnets', '5'], `unknown option '--evnets', did you mean "--events"?`],
    [['selfchek'], `unknown command 'selfchek', did you mean "selfcheck"?`],
  ])('%j is misuse, told in one line', (args, line) => {
    expect(run(...args)).toEqual({ status: 3, stdout: '', stderr: `error: ${line}\n` });
  });

  it('without a command shows its help and is misuse', () => {
    const { status, stdout, stderr } = run();
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^Usage: switchover /);
  });
});

describe.skipIf(!existsSync('/dev/full'))('output that goes nowhere', () => {
  it.each([
    [
      'set -o pipefail; switchover protocols graceful --machine server | head -1 > /dev/null',
      0,
      '',
    ],
    ['switchover scenarios >&-', 0, ''],
    [
      'switchover scenarios > /dev/full',
      3,
      'error: stdout: ENOSPC: no space left on device, write\n',
    ],
    ['switchover nothing 2> /dev/full', 3, ''],
    ['switchover nothing 2>&-', 3, ''],
  ])('%s', (line, status, stderr) => {
    expect(shell(line, tmpdir())).toEqual({ status, stdout: '', stderr });
  });
});

describe('switchover selfcheck', () => {
  it('reports events, faults, Node version and digest, for people or as JSON', () => {
    const text = run('selfcheck', '--seed', '4', '--events', '3000');
    expect(text).toMatchObject({ status: 0, stderr: '' });
    const json = run('selfcheck', '--seed', '4', '--events', '3000', '--json');
    expect(json).toMatchObject({ status: 0, stderr: '' });
    const result = JSON.parse(json.stdout);
    expect(result).toMatchObject({
      version: 1,
      seed: 4,
      engine: 'compiled',
      against: 'xstate',
      divergence: null,
    });
    expect(result.node).toBe(process.version);
    expect(text.stdout.split('\n')).toEqual([
      'seed    4',
      expect.stringMatching(/^events {2}30\d\d in 0\.\d{6} s of simulated time$/),
      expect.stringMatching(/^faults {2}crash \d+/),
      'engines compiled and xstate',
      `node    ${process.version}`,
      `digest  ${result.digest}`,
      'the runs are equal',
      '',
    ]);
  });

  it('says nothing and does not fail when its reader has gone', async () => {
    const child = spawn(process.execPath, [cli, 'selfcheck', '--events', '1000']);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([0, '']);
  });

  it.skipIf(process.platform === 'win32')('ends on Ctrl-C with what it has found', async () => {
    const child = spawn(process.execPath, [cli, 'selfcheck', '--events', '600000', '--json']);
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    child.kill('SIGINT');
    expect(await ended).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ wanted: 600_000, divergence: null });
  });
});
