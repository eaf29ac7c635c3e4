/** `switchover mutants` as a person types it. Needs the build: `npm test` builds first. */
import { describe, expect, it } from 'vitest';
import { Exit } from './arguments.js';
import { switchover } from './test-cli.js';

const killedAtOnce = 'failover command|served|1:remove';
const heldWithinTwo = 'setnodes.resetting|always|0:retarget';

const mutants = (...args: string[]) =>
  switchover(['mutants', '--runs', '2', '--reach', '16', '--workers', '1', ...args]);

describe('switchover mutants', () => {
  it('should succeed where each is killed', () => {
    const { status, stdout, stderr } = mutants('--only', killedAtOnce);
    expect([status, stderr]).toEqual([Exit.valid, '']);
    expect(stdout).toMatch(/^graceful: 1 mutant, and which of them are told from it$/m);
    expect(stdout).toMatch(/^all +1 +0 +0 +1 +\d+ +0 +100 %$/m);
    expect(stdout).toMatch(/^killed 1 of 1; 0 survived, 0 of them explained$/m);
  }, 180_000);

  it('should fail where one survives that nobody has explained', () => {
    const args = ['--only', killedAtOnce, '--only', heldWithinTwo, '--json'];
    const { status, stdout } = mutants(...args);
    expect(status).toBe(Exit.invalid);
    const { version, planned, all, mutants: each } = JSON.parse(stdout);
    expect([version, planned, all.killed, all.survived]).toEqual([1, 2, 1, 1]);
    expect(each).toMatchObject([
      { id: killedAtOnce, end: 'killed', killer: 'corpus', by: ['attempts'] },
      { id: heldWithinTwo, end: 'survived' },
    ]);
  }, 180_000);

  it.each([
    [['--only', 'job.nowhere'], '--only: unknown mutant "job.nowhere", '],
    [['--group', 'slave'], 'Allowed choices are coordinator, takeover, setnodes.'],
    [['--operator', 'add'], 'Allowed choices are remove, retarget, negate, drop.'],
    [['--protocol', 'kvrocks-pr3295'], '--protocol: got "kvrocks-pr3295", expected graceful'],
    [['--sample', '0'], 'expected an integer from 1 to'],
  ])('should refuse %j in one line, before the first run', (args, why) => {
    const { status, stdout, stderr } = mutants(...args);
    expect([status, stdout]).toEqual([Exit.misuse, '']);
    expect(stderr).toContain(why);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});
