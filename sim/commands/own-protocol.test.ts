/**
 * A protocol of a user's own, through the commands, in a folder outside of the repository. Needs the
 * build: `npm test` builds first.
 */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleWith, OwnFolder } from '../test-own-protocol.js';
import { Exit } from './arguments.js';
import { root, shell } from './test-cli.js';

const groundUp = readFileSync(join(root, 'sim/examples/ground-up.js'), 'utf8');

let folder: OwnFolder;
beforeAll(() => {
  folder = new OwnFolder({
    'ground-up.js': groundUp,
    'throws.js': exampleWith(['guard: mayHandOver', "guard: () => { throw new Error('a slip'); }"]),
    'clock.js': exampleWith([
      'timeoutMs: 500',
      'timeoutMs: 500 + Number(process.hrtime.bigint() % 1000n)',
    ]),
    'scenario.json': JSON.stringify({
      protocol: { name: './toy.js' },
      workload: { operations: 30 },
    }),
  });
});
afterAll(() => folder.end());

const switchover = (line: string, within = '.') =>
  shell(`switchover ${line}`, join(folder.path, within));
const inOneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

describe("a user's own protocol", () => {
  it('should be found wanting without its safeguard; the finding is told and replayed', () => {
    const line = '--without caughtUp --seed 9 --runs 4 --workers 1 --until found --out found/here';
    const { status, stdout, stderr } = switchover(`fuzz --protocol ./toy.js ${line}`);
    // A campaign that takes longer than usual says on stderr how far it is.
    expect(stderr).not.toContain('error');
    expect(status).toBe(Exit.invalid);
    expect(stdout).toContain('lost-write: not in the log of the master  not claimed');
    expect(inOneLine(stdout)).toContain('op1 asks n1 at 0.500 s to hand over to n2; n2 takes over');
    expect(stdout).toMatch(/passes +without command 1/);
    const [name] = readdirSync(join(folder.path, 'found/here'));
    const saved = JSON.parse(readFileSync(join(folder.path, 'found/here', name!), 'utf8'));
    expect(saved.scenario.protocol).toEqual({
      name: 'primary-backup',
      file: '../../toy.js',
      knobs: { caughtUp: false },
    });
    // From wherever: the file is looked for from the folder of the finding.
    const replayed = switchover(`replay here/${name}`, 'found');
    expect(replayed).toMatchObject({ status: Exit.invalid, stderr: '' });
    expect(inOneLine(replayed.stdout)).toContain('the identical run;');
    const story = switchover(`story found/here/${name}`);
    expect(story).toMatchObject({ status: Exit.invalid, stderr: '' });
    expect(story.stdout).toContain('lost-write: not in the log of the master');

    renameSync(join(folder.path, 'found/here', name!), join(folder.path, 'moved.json'));
    const lost = switchover('replay moved.json');
    expect(lost.status).toBe(Exit.misuse);
    expect(lost.stderr).toMatch(
      /^error: moved\.json: scenario\.protocol\.file: \S+toy\.js: no such file \(.*\)\n$/,
    );
    const found = switchover('replay moved.json --protocol ./toy.js');
    expect(inOneLine(found.stdout)).toContain('the identical run;');
  }, 120_000);

  it('should hold with its safeguard, in a sample', () => {
    const line = '--seed 5 --runs 12 --workers 2 --json --out none';
    const { status, stdout } = switchover(`fuzz --protocol ./toy.js ${line}`);
    expect(JSON.parse(stdout)).toMatchObject({ protocol: 'primary-backup', runs: 12, stories: [] });
    expect(status).toBe(Exit.valid);
  }, 120_000);

  it('should be named by a scenario, from the folder of its file', () => {
    const ran = switchover(`run ../scenario.json --json`, 'node_modules');
    expect(ran).toMatchObject({ status: Exit.valid, stderr: '' });
    const { scenario, verdicts } = JSON.parse(ran.stdout);
    expect(scenario.protocol).toMatchObject({
      name: 'primary-backup',
      file: join(folder.path, 'toy.js'),
    });
    expect(verdicts.filter(({ claimed }: { claimed: boolean }) => claimed)).toHaveLength(5);
    const printed = switchover('run scenario.json --without caughtUp --print-scenario');
    writeFileSync(join(folder.path, 'printed.json'), printed.stdout);
    expect(switchover('run printed.json').stdout).toContain('knobs    caughtUp off');
  }, 60_000);

  it('should be surveyed and drawn', () => {
    const survey = switchover('survey --protocol toy.js --quick --only "takeover lost" --json');
    const { protocol, cases } = JSON.parse(survey.stdout);
    expect(protocol).toBe('primary-backup');
    expect(cases.map(({ name }: { name: string }) => name)).toEqual([
      'takeover lost by reset',
      'takeover lost by drop',
      'takeover lost by hold',
    ]);
    expect(survey.status).toBe(Exit.valid);
    const chart = switchover('protocols ./toy.js --machine server --diagram --state handover');
    expect(chart.stdout).toContain('server__handover__draining --> server__handover__asking');
  }, 60_000);

  it('should be of machines from the ground up, whatever they are called', () => {
    const line = '--protocol ./ground-up.js --json';
    const digests = ['compiled', 'xstate'].map((engine) => {
      const { status, stdout } = switchover(`run ${line} --engine ${engine}`);
      expect(status).toBe(Exit.valid);
      return JSON.parse(stdout).digest;
    });
    expect(digests[1]).toBe(digests[0]);
    const survey = JSON.parse(switchover(`survey ${line} --quick --only "promote lost"`).stdout);
    expect(survey.cases.map(({ name }: { name: string }) => name)).toEqual([
      'promote lost by reset',
      'promote lost by drop',
      'promote lost by hold',
    ]);
    const campaign = '--seed 13 --runs 2 --workers 1 --until found --no-shrink --out ground';
    const { status, stdout } = switchover(`fuzz ${line} ${campaign}`);
    expect(status).toBe(Exit.invalid);
    expect(JSON.parse(stdout).stories[0]).toMatchObject({
      checker: 'lost-write',
      standing: 'claimed',
    });
  }, 120_000);

  it.each([
    ['run --protocol ./gone.js', /^error: --protocol: \.\/gone\.js: no such file \(.*\)\n$/],
    ['survey --protocol ./gone.js', /^error: --protocol: \.\/gone\.js: no such file/],
    ['protocols ./gone.js', /^error: protocols: \.\/gone\.js: no such file/],
    [
      'fuzz --protocol clock.js --runs 4 --workers 1',
      /clock\.js: the run of seed \d has .*: a machine reads a clock, a die or something else/,
    ],
    ['fuzz --protocol throws.js --runs 4 --workers 1', /throws\.js: machine 'server', .*: a slip/],
    ['run --protocol throws.js', /a slip .*: a mistake in \S+throws\.js, or else a defect/],
  ])('should be refused in one line: %s', (line, message) => {
    const { status, stdout, stderr } = switchover(line);
    expect([status, stdout]).toEqual([Exit.misuse, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
