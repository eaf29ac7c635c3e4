import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exit } from './arguments.js';
import { shell } from './test-cli.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-paths-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const paths = (...words: string[]) => shell(`switchover paths ${words.join(' ')}`, folder);

describe('switchover paths', () => {
  it('should drive every shortest path of a model, and cover it', () => {
    const { status, stdout } = paths('--model', 'coordinator', '--json');
    const { models } = JSON.parse(stdout);
    expect(models).toHaveLength(1);
    const [{ paths: driven, covered, left, failures }] = models;
    expect([driven.length, failures, left]).toEqual([139, [], { count: 0, more: false }]);
    expect(covered).toEqual({
      states: 51,
      ofStates: 51,
      transitions: 185,
      ofTransitions: 185,
      missing: [],
    });
    expect(driven.every(({ passed }: { passed: boolean }) => passed)).toBe(true);
    expect(status).toBe(Exit.valid);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('should tell where the proposal is otherwise, with a file that replays', () => {
    const few = ['--protocol', 'kvrocks-pr3295', '--model', 'coordinator', '--limit', '3'];
    const { status, stdout } = paths(...few);
    expect(status).toBe(Exit.invalid);
    expect(stdout).toContain('FAILOVER to a node that is unknown');
    expect(stdout).toContain('failed: n1 answered FAILOVER with OK; expected ERR');
    expect(stdout).toContain('136 beyond the limit');
    expect(stdout).toMatch(/kvrocks-pr3295: \d of 3 paths failed/);
    const file = /npx switchover replay (\S+)/.exec(stdout)![1]!;
    const again = shell(`switchover replay ${file}`, folder);
    expect([again.status, again.stderr]).toEqual([Exit.invalid, '']);
    expect(again.stdout).toContain('a path that failed');
    expect(again.stdout).toContain('Slave node not found in cluster');
  });

  it('should walk alike for one seed, and say that walks have no end', () => {
    const walk = ['--model', 'coordinator', '--strategy', 'walk', '--limit', '2', '--json'];
    const seeded = (seed: string) => {
      const { models } = JSON.parse(paths(...walk, '--seed', seed, '--steps', '4').stdout);
      expect(models[0].left).toEqual({ count: 0, more: true });
      return models[0].paths.map(({ events }: { events: string[] }) => events.join('; '));
    };
    expect(seeded('5')).toEqual(seeded('5'));
    expect(seeded('5')).not.toEqual(seeded('6'));
  });

  it.each([
    [['--model', 'coordinater'], '--model: got "coordinater", did you mean "coordinator"?'],
    [
      ['--protocol', 'gracefull'],
      '--protocol: unknown protocol "gracefull", did you mean "graceful"?',
    ],
    [['--without', 'barier'], '--without: unknown safeguard "barier", did you mean "barrier"?'],
  ])('should say in a line what is wrong with %j', (words, text) => {
    const { status, stderr } = paths(...words);
    expect([status, stderr]).toEqual([Exit.misuse, `error: ${text}\n`]);
  });
});
