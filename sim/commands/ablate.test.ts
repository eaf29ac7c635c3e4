/** `switchover ablate` as a person types it. Needs the build: `npm test` builds first. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exit } from './arguments.js';
import { shell } from './test-cli.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ablate = (line: string) => shell(`switchover ablate ${line}`, folder);

describe('switchover ablate', () => {
  it('should tell what an absence breaks, how soon it is found, and keep its story', () => {
    const only = '--only promote --only graceful-r5-not-joined';
    const { status, stdout } = ablate(`${only} --strategy swarm --campaigns 2 --workers 2`);
    expect(status).toBe(Exit.valid);
    expect(stdout).toMatch(/^graceful: what the absence of each safeguard and rule does$/m);
    expect(stdout).toMatch(/^promote {2}[a-z-]+ \(.*\)$/m);
    expect(stdout).toMatch(/^ {2}found by: swarm \d+, \d+$/m);
    expect(stdout).toContain('n1 is master, n2');
    expect(stdout).toMatch(/^every absence was found: 2 of 2$/m);
    const files = readdirSync(join(folder, 'switchover-ablation'));
    expect(files.sort()).toEqual(['graceful-r5-not-joined.json', 'promote.json']);
    const replayed = shell('switchover replay switchover-ablation/promote.json', folder);
    expect(replayed.stdout).toMatch(/:\s+the identical\s+run;/);
  }, 120_000);

  it('should say what it did not find, and fail', () => {
    const line = '--only gateReadsWhileSwitching --runs 1 --campaigns 1 --workers 1 --out none';
    const { status, stdout } = ablate(`${line} --json`);
    expect(status).toBe(Exit.invalid);
    const { version, rows, untestable, isWhole } = JSON.parse(stdout);
    expect([version, untestable, isWhole]).toEqual([1, [], true]);
    expect(rows).toMatchObject([
      {
        name: 'gateReadsWhileSwitching',
        kind: 'safeguard',
        violations: [],
        detections: [{ strategy: 'guided', found: 0, of: 1, median: null, p90: null }],
      },
    ]);
    const text = ablate(line).stdout;
    expect(text).toMatch(/^gateReadsWhileSwitching {2}held$/m);
    expect(text).toMatch(/^not found: gateReadsWhileSwitching$/m);
  }, 60_000);

  it.each([
    ['--only barier', '--only: unknown safeguard or rule "barier", did you mean "barrier"?'],
    ['--protocol kvrocks-pr3295', '--protocol: got "kvrocks-pr3295", expected one that has'],
    ['--strategy giuded', 'did you mean "guided"?'],
    ['--campaigns 0', 'expected an integer from 1 to 1000'],
    ['--out /proc/findings', '--out: got "/proc/findings", expected a folder that can be written'],
  ])('should refuse %s in one line, before the first run', (line, why) => {
    const { status, stdout, stderr } = ablate(line);
    expect([status, stdout]).toEqual([Exit.misuse, '']);
    expect(stderr).toContain(why);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});
