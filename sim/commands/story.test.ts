/** `switchover story` as a person types it. Needs the build: `npm test` builds first. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exit } from './arguments.js';
import { shell } from './test-cli.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
  const workload = { clients: 2, operations: 60 };
  const protocol = { name: 'kvrocks-pr3295' };
  writeFileSync(join(folder, 'light.json'), JSON.stringify({ name: 'light', workload, protocol }));
  shell('switchover run light.json --fault drop:takeover-reply --save failed.json', folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const story = (line: string) => shell(`switchover story ${line}`, folder);

describe('switchover story', () => {
  it('should tell a scenario that fails, in lines as wide as the page, and how to run it', () => {
    const { status, stdout, stderr } = story('light.json --fault drop:takeover-reply');
    expect([status, stderr]).toEqual([Exit.invalid, '']);
    expect(stdout).toMatch(/^liveness: several masters {2}not claimed\n/);
    expect(stdout).toContain('  n1 is master, n2 and n3 follow. op1 asks n1 at 0.500 s to hand');
    expect(stdout).toMatch(/^ {2}passes +without fault 1 \(drop takeover-reply once/m);
    const lines = stdout.trimEnd().split('\n');
    const command = lines.pop();
    expect(command).toMatch(
      /^npx switchover run light\.json --fault drop:takeover-reply --seed 1$/,
    );
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(32);
  });

  it('should tell the same of the run that was saved, also from stdin', () => {
    const given = story('light.json --fault drop:takeover-reply').stdout;
    const saved = story('failed.json');
    const without = (text: string) => text.trimEnd().split('\n').slice(0, -1);
    expect(saved.status).toBe(Exit.invalid);
    expect(without(saved.stdout)).toEqual(without(given));
    expect(saved.stdout).toMatch(/\nnpx switchover replay failed\.json\n$/);
    expect(without(story('- < failed.json').stdout)).toEqual(without(given));
  });

  it('should have nothing to tell where every verdict is valid', () => {
    const { status, stdout } = story('light.json --protocol graceful');
    expect(status).toBe(Exit.valid);
    expect(stdout).toMatch(/^nothing to tell of light of graceful, seed 1: linearizable valid, /);
  });

  it('should tell of the checker that is asked for, and only where it failed', () => {
    expect(story('failed.json --checker liveness').stdout).toMatch(/^liveness: several masters/);
    const { status, stdout } = story('failed.json --checker linearizable');
    expect([status, stdout.split(' ').slice(0, 3)]).toEqual([
      Exit.invalid,
      ['nothing', 'to', 'tell'],
    ]);
  });

  it('should print the story as JSON', () => {
    const { status, stdout } = story('failed.json --json');
    const { version, digest, verdicts, story: told } = JSON.parse(stdout);
    expect([status, version, told.digest]).toEqual([Exit.invalid, 1, digest]);
    expect(verdicts).toContainEqual({ checker: 'liveness', validity: 'invalid' });
    expect(told.sentences.length).toBeGreaterThan(2);
    expect(told.neighbour).toMatchObject({ kind: 'fault', pinned: [] });
  });

  it.each([
    ['failed.json --seed 3', '--seed: expected a scenario; failed.json is told as it was saved'],
    ['nowhere.json', 'nowhere.json: no such file, and no scenario of that name'],
    ['--checker nobody', "argument 'nobody' is invalid"],
  ])('should refuse %s in one line', (line, why) => {
    const { status, stdout, stderr } = story(line);
    expect([status, stdout]).toEqual([Exit.misuse, '']);
    expect(stderr).toContain(why);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});
