/** The scripts in the shells that they are for, as far as these are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProgram } from '../commands/program.js';
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import { grammarOf } from './grammar.js';
import { zshCompletion } from './zsh.js';

const program = newProgram('1.2.3', 'a program');
const grammar = grammarOf(program);
const has = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
  writeFileSync(join(folder, 'my scenario.json'), '{}');
  writeFileSync(join(folder, 'own protocol.mjs'), '');
  writeFileSync(join(folder, 'run.json'), '{}');
  writeFileSync(join(folder, 'bash'), bashCompletion(grammar));
  writeFileSync(join(folder, 'zsh'), zshCompletion(grammar));
  writeFileSync(join(folder, 'fish'), fishCompletion(grammar));
});
afterAll(() => rmSync(folder, { recursive: true }));

function lines(shell: string, code: string, ...args: string[]): string[] {
  const { stdout, stderr } = spawnSync(shell, ['-c', code, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

/** What bash would put in place of what is behind the last space, `:` or `=`. */
function inBash(line: string): string[] {
  const code = `
    source ./bash
    COMP_LINE="$0" COMP_POINT=\${#0} COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
    _switchover
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return lines('bash', code, line);
}

const names = program.commands.map((command) => command.name());

describe.skipIf(!has('bash'))('completion in bash', () => {
  it.each([
    ['switchover ', names],
    ['switchover sc', ['scenarios', 'schema']],
    ['switchover --v', ['--version']],
    ['switchover run --pr', ['--protocol', '--print-scenario']],
    ['switchover run --protocol g', ['graceful']],
    ['switchover fuzz --protocol ./own', ['./own protocol.mjs']],
    ['switchover protocols ow', ['own protocol.mjs']],
    ['switchover run --protocol=kv', ['kvrocks-pr3295']],
    ['switchover run slow-slave --seed 3 --with', ['--without']],
    ['switchover run --without bar', ['barrier']],
    ['switchover run --set barr', ['barrier=']],
    ['switchover run --set barrier=', ['true', 'false']],
    ['switchover run --set=barrier=f', ['false']],
    ['switchover run --fault p', ['power:', 'pause:', 'partition:']],
    ['switchover run --fault crash:', ['n1', 'n2', 'n3']],
    ['switchover run --fault drop:takeover', ['takeover', 'takeover-reply']],
    ['switchover run slow-', ['slow-slave', 'slow-master']],
    ['switchover run my', ['my scenario.json']],
    ['switchover run --save r', ['run.json']],
    ['switchover run --json slow-m', ['slow-master']],
    ['switchover run slow-slave slow-', []],
    ['switchover run --seed ', []],
    ['switchover replay r', ['run.json']],
    ['switchover scenarios no', ['no-outcome']],
    ['switchover scenarios r', ['reads-at-slaves']],
    ['switchover scenarios q', []],
    ['switchover protocols graceful --machine c', ['call', 'client']],
    ['switchover check --model ', ['register', 'cas-register', 'append', 'counter', 'set']],
    ['switchover completion ', ['bash', 'zsh', 'fish']],
    ['switchover mutants --group ', ['coordinator', 'takeover', 'setnodes']],
    ['switchover mutants --operator re', ['remove', 'retarget']],
    ['switchover help sur', ['survey']],
    ['switchover nothing --', []],
  ])('%j should be completed by %j', (line, expected) => {
    expect(inBash(line).sort()).toEqual([...expected].sort());
  });

  it('should look only at what is before the cursor', () => {
    const code = `
      source ./bash
      COMP_LINE='switchover run --js --seed 3' COMP_POINT=19
      _switchover
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(lines('bash', code)).toEqual(['--json']);
  });
});

describe.skipIf(!has('zsh'))('completion in zsh', () => {
  it('should be a script that zsh reads, and loads where completion is on', () => {
    const code = 'autoload -Uz compinit; compinit -u -D; source ./zsh; print $_comps[switchover]';
    expect(lines('zsh', code)).toEqual(['_switchover']);
  });
});

describe.skipIf(!has('fish'))('completion in fish', () => {
  it.each([
    ['switchover sc', ['scenarios', 'schema']],
    ['switchover run --protocol g', ['graceful']],
    ['switchover run --set barrier=', ['barrier=false', 'barrier=true']],
    ['switchover run --fault cr', ['crash:']],
    ['switchover run --save r', ['run.json']],
  ])('%j should be completed by %j', (line, expected) => {
    const found = lines('fish', `source ./fish; complete -C '${line}'`);
    expect(found.map((one) => one.split('\t')[0]).sort()).toEqual(expected);
  });
});

describe('the grammar of the command line', () => {
  /** Values that a person makes up. Others are in `kinds`, or have choices. */
  const free = ['id', 'integer', 'json', 'n', 'text', 'state'];

  it('should know what every flag and every operand takes', () => {
    const values = grammar.commands.flatMap(({ name, flags, operands }) =>
      [...flags.flatMap(({ value }) => value ?? []), ...operands].map((value) => ({
        place: `${name} ${value.name}`,
        known: value.list !== undefined || value.files || free.includes(value.name),
      })),
    );
    expect(values.length).toBeGreaterThan(20);
    expect(values.filter(({ known }) => !known)).toEqual([]);
  });

  it('should hold every command and flag that help shows', () => {
    expect(grammar.commands.map(({ name }) => name)).toEqual(names);
    const shown = program.commands.map((command) => {
      return command.createHelp().visibleOptions(command).length;
    });
    expect(grammar.commands.map(({ flags }) => flags.length)).toEqual(shown);
  });

  it('should refuse a word that a shell would not take as it is', () => {
    const awkward = new Command('x').addCommand(new Command('two words'));
    expect(() => grammarOf(awkward)).toThrow('completion: "two words" would need quotes');
  });
});
