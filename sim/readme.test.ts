/**
 * The README says what is so: its examples run, its output is the command's own, its tables are
 * whole. Needs the build: `npm test` builds first. When output has changed for a good reason,
 * `UPDATE_README=1 npx vitest run sim/readme.test.ts` writes it anew.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graceful } from '../machines/kvrocks-handover/index.js';
import { measuredTable } from './ablation/measured.js';
import { checkerNames } from './checkers/verdict.js';
import { Exit } from './commands/arguments.js';
import { graphOf } from './paths/model-graph.js';
import { planPaths } from './paths/plan-paths.js';
import { markdownRows, rowOf } from './scenarios/cases/rows.js';
import { proposalCases } from './scenarios/proposal-cases.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const cli = join(root, 'dist/sim/cli.js');
const path = join(root, 'README.md');
const readme = readFileSync(path, 'utf8');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
  writeFileSync(join(folder, 'scenario.json'), blocks('json')[0]!);
  symlinkSync(join(root, 'sim'), join(folder, 'sim'));
  // The folder of somebody who has installed Switchover and writes a protocol of their own.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'primary-backup.js'), codeWith('export default'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/switchover'), 'dir');
  symlinkSync(join(root, 'node_modules/xstate'), join(folder, 'node_modules/xstate'), 'dir');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The contents of the README's fenced blocks of a language. */
function blocks(language: string): string[] {
  const fence = '`'.repeat(3);
  const pattern = new RegExp(`^${fence}${language}\\n(.*?)^${fence}$`, 'gms');
  return [...readme.matchAll(pattern)].map(([, content]) => content!);
}

/** The block of JavaScript that has a text in it. */
function codeWith(text: string): string {
  return blocks('js').find((block) => block.includes(text))!;
}

/** Runs what follows `npx switchover`, in a folder with the README's scenario.json. */
function switchover(line: string) {
  const args = line.split(' ').slice(2);
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
}

/** The first cells of the table under a heading, without their backquotes. */
function firstCells(heading: string): string[] {
  const table = readme
    .slice(readme.search(new RegExp(`^\\| ${heading} +\\|`, 'm')))
    .split('\n\n')[0]!;
  const rows = table.split('\n').slice(2);
  return rows.map((row) => row.split('|')[1]!.trim().replaceAll('`', ''));
}

/** Between its marks the README has this table; or gets it, where it is to be written anew. */
function expectTable(mark: string, table: string): void {
  const whole = `<!-- ${mark} -->\n\n${table}\n\n<!-- /${mark} -->`;
  const there = new RegExp(`<!-- ${mark} -->.*<!-- /${mark} -->`, 's');
  if (process.env['UPDATE_README'] === undefined) expect(there.exec(readme)?.[0]).toBe(whole);
  else {
    const now = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      now.replace(there, () => whole),
    );
  }
}

const lines = blocks('sh').flatMap((block) => block.trimEnd().split('\n'));

describe('the README', () => {
  const shown = blocks('console').map((block) => {
    const [first, ...rest] = block.split('\n');
    return { command: first!.replace('$ ', ''), output: rest.join('\n') };
  });

  it.each(shown)('should show the output of $command', ({ command, output }) => {
    const { stdout, status } = switchover(command);
    // What is told is a run that fails.
    expect(status).toBe(command.includes(' story ') ? Exit.invalid : Exit.valid);
    if (process.env['UPDATE_README'] !== undefined) {
      const old = `$ ${command}\n${output}`;
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(old, () => `$ ${command}\n${stdout}`),
      );
    } else expect(stdout).toBe(output);
  });

  it.each(lines.filter((line) => line.startsWith('npx switchover')))('should run: %s', (line) => {
    const { status, stdout, stderr } = switchover(line);
    // A campaign that takes longer than usual says on stderr how far it is.
    const said = line.includes(' fuzz ') ? stderr.replaceAll(/^.* runs?\b.*\n/gm, '') : stderr;
    expect([status === null || status >= Exit.misuse, said]).toEqual([false, '']);
    expect(stdout).not.toBe('');
  });

  it('should tell of each test case of the proposal that does not hold for both', () => {
    const differing = proposalCases.filter((one) => {
      const { proposal, graceful } = rowOf(one);
      return proposal !== 'holds' || graceful !== 'holds';
    });
    const head =
      '| case | id | test | `kvrocks-pr3295` | `graceful` |\n| --- | --- | --- | --- | --- |';
    expectTable('cases', `${head}\n${markdownRows(differing)}`);
  });

  it('should say how large the test models are, and how many paths there are', () => {
    const rows = graceful.models!.map((model) => {
      const { states, edges } = graphOf(model);
      const counts = (['shortest', 'simple', 'pairs'] as const).map((strategy) => {
        const { paths, left } = planPaths(model, strategy, { limit: 5000, seed: 1, steps: 20 });
        return left.count === 0 ? paths.length : `${paths.length} of ${paths.length + left.count}`;
      });
      return [`\`${model.name}\``, model.about, states.length, edges.length, ...counts];
    });
    const head = ['model', 'of what', 'states', 'transitions', 'shortest', 'simple', 'pairs'];
    const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
    expectTable('models', [head, head.map(() => '---'), ...rows].map(line).join('\n'));
  });

  it('should show how soon each absence was found', () => {
    const measured = JSON.parse(readFileSync(join(root, 'sim/ablation/measured.json'), 'utf8'));
    expectTable('ablation', measuredTable(measured));
  });

  it('should tell the stories of the proposal as its scenarios do', () => {
    const shown = [...readme.matchAll(/^npx switchover story sim\/corpus\/(pr3295-.*)\.json/gm)];
    const names = readdirSync(join(root, 'sim/corpus')).filter((name) =>
      name.startsWith('pr3295-'),
    );
    expect(shown.map(([, name]) => `${name}.json`).sort()).toEqual(names.sort());
  });

  it('should name scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = lines
      .filter((line) => line.startsWith('npm '))
      .flatMap((line) => line.split(' && '))
      .map((line) => line.replace(/^npm (run )?/, ''))
      .filter((name) => name !== 'ci');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it.each([
    ['walks', () => codeWith('pathCommands')],
    ['a test of your own', () => codeWith('node:assert')],
    ['arbitraries', () => blocks('ts')[0]!.replace("from 'vitest'", "from 'node:test'")],
  ])('should show library code that works: %s', (_, code) => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', code()],
      { encoding: 'utf8', cwd: root },
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\bpass 1\b/);
    expect(stdout).toMatch(/\bfail 0\b/);
  });

  it('should show the protocol that the examples have', () => {
    const example = readFileSync(join(root, 'sim/examples/primary-backup.js'), 'utf8');
    expect(codeWith('export default')).toBe(example);
  });

  it('should have every command, checker and exit code in its tables', () => {
    const help = spawnSync(process.execPath, [cli, '--help'], { encoding: 'utf8' }).stdout;
    const listed = help
      .split('Commands:\n')[1]!
      .split('\n\n')[0]!
      .matchAll(/^ {2}(\w+)/gm);
    const commands = [...listed].map(([, name]) => name).filter((name) => name !== 'help');
    expect(firstCells('command').sort()).toEqual(commands.map((one) => `switchover ${one}`).sort());
    expect(firstCells('checker')).toEqual([...checkerNames]);
    expect(firstCells('exit code')).toEqual(Object.values(Exit).map(String));
  });
});
