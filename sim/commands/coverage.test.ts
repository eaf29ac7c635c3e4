/** `switchover coverage` as a person types it. Needs the build: `npm test` builds first. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Exit } from './arguments.js';
import { cli, switchover } from './test-cli.js';

const coverage = (line: string) => switchover(['coverage', ...line.split(' ')]);

describe('switchover coverage', () => {
  it('should fail where chance alone has not taken all, and name it', () => {
    const { status, stdout, stderr } = coverage('--no-scenarios --runs 4 --workers 1');
    expect([status, stderr]).toEqual([Exit.invalid, '']);
    expect(stdout).toMatch(/^graceful: what of its machines is taken$/m);
    expect(stdout).toContain('0 scenarios, 4 runs drawn for graceful from seed 1, 17 runs for 17');
    expect(stdout).toMatch(/^never taken, and not explained$/m);
    expect(stdout).toMatch(/^not explained: \d+; refuted: 0$/m);
  }, 120_000);

  it('should be the same with any number of workers, as JSON too', () => {
    const line = '--protocol kvrocks-pr3295 --no-scenarios --runs 6 --json --workers';
    const [one, two] = [1, 2].map((workers) => JSON.parse(coverage(`${line} ${workers}`).stdout));
    const { seconds: _, workers: __, ...rest } = one;
    expect(two).toMatchObject(rest);
    expect(rest).toMatchObject({
      version: 1,
      protocol: 'kvrocks-pr3295',
      scenarios: 0,
      defects: [],
    });
    expect(rest.drawn).toMatchObject({ 'kvrocks-pr3295': 6, graceful: 1 });
    expect(Object.keys(rest.covered)[0]).toBe('kvrocks-pr3295');
    expect(rest.alone.all.transitions.seen).toBeGreaterThan(150);
    expect(rest.all.all.transitions.seen).toBeGreaterThan(rest.alone.all.transitions.seen);
  }, 120_000);

  it('should report what was found so far when it is interrupted', async () => {
    const args = [
      cli,
      'coverage',
      '--no-scenarios',
      '--runs',
      '100000',
      '--workers',
      '1',
      '--json',
    ];
    const child = spawn(process.execPath, args);
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    setTimeout(() => child.kill('SIGINT'), 8000);
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(status).toBe(Exit.undecided);
    expect(JSON.parse(stdout)).toMatchObject({ isWhole: false, protocol: 'graceful' });
  }, 60_000);

  it.each([
    ['--protocol gracefull', 'unknown protocol "gracefull", did you mean "graceful"?'],
    ['--runs 0', 'expected an integer from 1'],
    ['--workers 0', 'expected an integer from 1 to 256'],
  ])('should refuse %s in one line', (line, why) => {
    const { status, stdout, stderr } = coverage(line);
    expect([status, stdout]).toEqual([Exit.misuse, '']);
    expect(stderr).toContain(why);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('should show its help', () => {
    expect(coverage('--help').stdout).toContain('switchover coverage --protocol kvrocks-pr3295');
  });
});
