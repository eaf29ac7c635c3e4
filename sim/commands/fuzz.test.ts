/** `switchover fuzz` as a person types it. Needs the build: `npm test` builds first. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exit } from './arguments.js';
import { FindingsFolder } from './findings-folder.js';
import { cli, shell, switchover } from './test-cli.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fuzz = (line: string) => shell(`switchover fuzz ${line}`, folder);

describe('switchover fuzz', () => {
  it('should find what the proposal breaks, small, and write what replays', () => {
    const line = '--protocol kvrocks-pr3295 --seed 121 --runs 8 --workers 1 --until found';
    const { status, stdout } = fuzz(`${line} --out found`);
    expect(status).toBe(Exit.invalid);
    expect(stdout).toMatch(/^kvrocks-pr3295: \d runs?\n {2}seeds +seeds 121 to \d+; ended by what/);
    expect(stdout.replaceAll(/\n {2}(?=\w)/g, ' ')).toMatch(
      /; shrunk to \d faults?, \d commands?, \d operations? in \d+ runs; met: /,
    );
    expect(stdout).toContain('n1 is master, n2');
    expect(stdout).toMatch(/^ {2}passes +without (fault|command) /m);
    const [file] = readdirSync(join(folder, 'found'));
    const replayed = shell(stdout.trimEnd().split('\n').at(-1)!.replace('npx ', ''), folder);
    expect(stdout.trimEnd().endsWith(`found/${file}`)).toBe(true);
    expect(replayed.stdout).toMatch(/:\s+the\s+identical\s+run;/);
  }, 60_000);

  it('should tell of the protocol with safeguards that nothing was found', () => {
    const { status, stdout } = fuzz('--runs 6 --workers 2 --json --out none');
    expect(status).toBe(Exit.valid);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ version: 1, protocol: 'graceful', knobs: {}, seed: 1, runs: 6 });
    expect(told).toMatchObject({
      completed: 6,
      end: 'runs',
      findings: [],
      stories: [],
      defects: [],
    });
    expect(told.events.most).toBeGreaterThanOrEqual(told.events.p90);
    expect(told.reached.transitions).toBeGreaterThan(50);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('should write findings as they were drawn where nobody wants them small', () => {
    const line = '--protocol kvrocks-pr3295 --seed 26 --runs 1 --workers 1 --no-shrink --json';
    const { status, stdout } = fuzz(`${line} --out whole`);
    expect(status).toBe(Exit.invalid);
    const { findings, stories } = JSON.parse(stdout);
    expect(findings.length).toBeGreaterThan(0);
    expect(stories.length).toBeGreaterThan(0);
    for (const one of stories) expect(one).not.toHaveProperty('shrunk');
    expect(readdirSync(join(folder, 'whole')).length).toBe(stories.length);
  });

  it.each([
    ['--protocol gracefull', '--protocol: unknown protocol "gracefull", did you mean "graceful"?'],
    ['--without barier', '--without: unknown safeguard "barier", did you mean "barrier"?'],
    ['--set retryMs=x', '--set retryMs: got "x", expected an integer of at least 0 (ms)'],
    ['--runs 0', 'expected an integer from 1'],
    ['--until never', 'expected "found" or a number of findings'],
    ['--workers 0', 'expected an integer from 1 to 256'],
    ['--seed 9007199254740991 --runs 2', '--seed: got 9007199254740991, expected'],
    ['--out file/inner', '--out: got "file/inner", expected a folder (ENOTDIR)'],
    ['--out /proc/findings', '--out: got "/proc/findings", expected a folder that can be written'],
  ])('should refuse %s in one line, before the first run', (line, why) => {
    writeFileSync(join(folder, 'file'), '');
    const { status, stdout, stderr } = fuzz(line);
    expect(status).toBe(Exit.misuse);
    expect(stdout).toBe('');
    expect(stderr).toContain(why);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('should end with a summary when it is interrupted, and say how far it came', async () => {
    const args = [cli, 'fuzz', '--runs', '100000', '--workers', '1', '--out', join(folder, 'cut')];
    const child = spawn(process.execPath, args);
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    // The first line of progress comes after five seconds.
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(stdout).toMatch(
      /^graceful: \d+ runs\n {2}seeds +seeds 1 to \d+; ended before its end\n/,
    );
    expect(status).toBe(Exit.undecided);
  }, 60_000);

  it('should be content with a reader that has seen enough', () => {
    const { stderr } = fuzz('--runs 2 --workers 1 --json | head -c 10');
    expect(stderr).toBe('');
  });

  it('should show its help', () => {
    expect(switchover(['fuzz', '--help']).stdout).toContain('--until <n>');
  });
});

describe('the folder of findings', () => {
  it('should leave nothing behind where nothing came into it, and what was there', () => {
    const path = join(folder, 'mine');
    mkdirSync(path);
    new FindingsFolder(path).end();
    expect(existsSync(path)).toBe(true);
    const other = join(folder, 'deep', 'er');
    const findings = new FindingsFolder(other);
    expect(findings.write('a', 'x')).toBe(join(other, 'a.json'));
    expect(findings.write('a', 'y')).toBe(join(other, 'a-2.json'));
    findings.end();
    expect(readdirSync(other).sort()).toEqual(['a-2.json', 'a.json']);
  });

  it('should say that a disk is full before anything is run', () => {
    // A device on which every write fails so.
    expect(() => new FindingsFolder('/dev/full')).toThrow('expected a folder');
  });
});
