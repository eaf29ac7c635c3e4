import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exit } from './arguments.js';
import { failureOf } from './failure.js';
import { examples } from './help.js';
import { newProgram } from './program.js';
import { shell, switchover } from './test-cli.js';

const names = newProgram('1.2.3', 'a program').commands.map((command) => command.name());
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
  const workload = { clients: 2, operations: 40, startUs: 2_950_000 };
  writeFileSync(join(folder, 'scenario.json'), JSON.stringify({ name: 'light', workload }));
  shell('switchover run scenario.json --save run.json --history history.jsonl', folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command line prints by commander, and the exit code, in this process. */
async function told(program: Command, words: readonly string[]) {
  const printed = { exit: Exit.valid as number, stdout: '', stderr: '' };
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (text) => {
        printed.stdout += text;
      },
      writeErr: (text) => {
        printed.stderr += text;
      },
    });
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const { lines, exit } = failureOf(error, false);
    printed.stderr += lines.map((line) => `${line}\n`).join('');
    printed.exit = exit;
  }
  return printed;
}

/** The lines of a help text below `Examples:` that are to be typed. */
function typed(help: string): string[] {
  const [, after] = help.split('\nExamples:\n');
  return [...(after ?? '').matchAll(/^ {2}(\S.*)$/gm)].map(([, line]) => line!);
}

const helps = await Promise.all(
  [[], ...names.map((name) => [name])].map(async (words) => {
    const { stdout } = await told(newProgram('1.2.3', 'a program'), [...words, '--help']);
    return { words, help: stdout };
  }),
);
const lines = [...new Set(helps.flatMap(({ help }) => typed(help)))];

describe('help', () => {
  it.each(helps)('of $words should end with two to four examples', ({ help }) => {
    expect(help).toMatch(/^Usage: switchover /);
    expect(typed(help).length).toBeGreaterThanOrEqual(2);
    expect(typed(help).length).toBeLessThanOrEqual(4);
  });

  it.each(lines)('should show an example whose every word is understood: %s', async (line) => {
    const [, words] = /\bswitchover (.*?)(?: [<>] \S+|\)")?$/.exec(line)!;
    const program = newProgram('1.2.3', 'a program');
    let acted = 0;
    for (const command of program.commands) command.action(() => void acted++);
    expect(await told(program, words!.split(' '))).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect(acted).toBe(1);
  });

  // A run takes its time, and a campaign more: of its examples all but the run itself is done here. This is bash.
  const elsewhere =
    /^switchover (demo|survey|selfcheck|fuzz|ablate|paths|mutants|coverage)|completion zsh/;
  const short = lines.filter((line) => !elsewhere.test(line));
  it.each(short)('should show an example that works: %s', (line) => {
    const isRun = line.startsWith('switchover run');
    const { status, stdout, stderr } = shell(`${line}${isRun ? ' --print-scenario' : ''}`, folder);
    expect([status, stderr]).toEqual([Exit.valid, '']);
    expect(stdout === '').toBe(line.includes(' > ') || line.startsWith('eval'));
  });

  it('of one command should be the same asked in either way', () => {
    const { status, stdout } = switchover(['help', 'scenarios']);
    expect([status, stdout]).toEqual([0, switchover(['scenarios', '--help']).stdout]);
    expect(switchover(['help']).stdout).toBe(switchover(['--help']).stdout);
  });

  it('should show what a command that is added says', async () => {
    const command = examples(new Command('new').exitOverride(), [
      ['switchover new', 'something new'],
      ['switchover new --more', 'more of it'],
    ]);
    const { stdout } = await told(command, ['--help']);
    expect(stdout).toMatch(/\nExamples:\n {2}switchover new\n {6}something new\n/);
    expect(typed(stdout)).toEqual(['switchover new', 'switchover new --more']);
  });
});

describe('a slip', () => {
  it.each([
    [['protcols'], `unknown command 'protcols', did you mean "protocols"?`],
    [['help', 'protcols'], 'help: unknown command "protcols", did you mean "protocols"?'],
    [['xyz'], `unknown command 'xyz', expected one of ${names.slice(0, 16).join(', ')} and 1 more`],
    [['run', '--sede', '1'], `unknown option '--sede', did you mean "--seed"?`],
    [['run', '--sede=1'], `unknown option '--sede=1', did you mean "--seed"?`],
    [['demo', '--frobnicate'], `unknown option '--frobnicate', expected one of --json, --help`],
    [['--verison'], `unknown option '--verison', did you mean "--version"?`],
    [
      ['protocols', 'gracefull'],
      'protocols: unknown protocol "gracefull", did you mean "graceful"?',
    ],
    [
      ['survey', '--protocol', 'kvrocks'],
      '--protocol: unknown protocol "kvrocks", expected one of graceful, kvrocks-pr3295',
    ],
    [
      ['survey', '--only', 'nothing at all'],
      `--only: got "nothing at all", expected a text that some case's name holds`,
    ],
    [
      ['scenarios', 'slow-slav'],
      'scenarios: unknown scenario "slow-slav", did you mean "slow-slave"?',
    ],
    [['scenarios', '--resolved'], '--resolved: expected the name of a scenario too'],
    [['scenarios', 'a', 'b'], "too many arguments for 'scenarios'. Expected 1 argument but got 2."],
    [
      ['protocols', 'graceful', '--machine', 'sever'],
      '--machine: unknown machine "sever", did you mean "server"?',
    ],
    [['protocols', '--machine', 'server'], '--machine: expected a protocol too'],
    [['protocols', 'graceful', '--diagram'], '--diagram: expected --machine too'],
    [['protocols', 'graceful', '--machine'], "option '--machine <machine>' argument missing"],
    [
      ['protocols', 'graceful', '--machine', 'call', '--state', 'over'],
      '--state: expected --diagram too',
    ],
    [
      ['protocols', 'graceful', '--machine', 'call', '--diagram', '--state', 'oven'],
      '--state: unknown state "oven", expected one of call, call.connecting',
    ],
    [
      ['protocols', 'graceful', '--machine', 'server', '--diagram', '--state', 'idle'],
      '--state: ambiguous state "idle", expected one of server.job.idle, server.verdict.idle',
    ],
  ])('%j is told in one line, with what was meant', async (args, line) => {
    const { exit, stdout, stderr } = await told(newProgram('1.2.3', 'a program'), args);
    expect([exit, stdout]).toEqual([Exit.misuse, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(line);
  });
});
