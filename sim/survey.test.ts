/** The survey as a command, and its digests in another process. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCase, surveyOf } from './survey.js';

const cli = fileURLToPath(new URL('../dist/sim/cli.js', import.meta.url));

describe('switchover survey', () => {
  it('should come to the same digests in another process', () => {
    const printed = execFileSync(
      process.execPath,
      [cli, 'survey', '--quick', '--json', '--only', 'takeover', '--seed', '7'],
      { encoding: 'utf8' },
    );
    const { cases } = JSON.parse(printed) as { cases: { name: string; digest: string }[] };
    const here = surveyOf('graceful', 'quick')
      .filter(({ name }) => name.includes('takeover'))
      .map((one) => runCase(one, 7))
      .map(({ name, digest }) => ({ name, digest }));
    expect(cases.map(({ name, digest }) => ({ name, digest }))).toEqual(here);
    expect(new Set(here.map(({ digest }) => digest)).size).toBeGreaterThan(3);
  });

  it('should exit with 1 and mark the checker when something is invalid', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [cli, 'survey', '--protocol', 'kvrocks-pr3295', '--only', 'takeover-reply lost by reset'],
      { encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stdout).toContain('liveness: invalid in 1');
    expect(stdout).toMatch(/X . .\s+takeover-reply lost by reset/);
  });

  it('should refuse a protocol that is not there, in one line', () => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'survey', '--protocol', 'raft'], {
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('"raft"');
  });
});
