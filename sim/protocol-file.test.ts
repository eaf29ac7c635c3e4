/**
 * Files of protocols that are right and wrong, loaded as a program loads them. Needs the build: `npm
 * test` builds first.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSeenFrom } from './protocol-file.js';
import { parseScenario } from './scenario.js';
import { exampleWith, OwnFolder } from './test-own-protocol.js';

const wrong: Readonly<Record<string, string>> = {
  'syntax.js': 'export default {\n  name: }\n',
  'imports.js': "import './syntax.js';\nexport default 1;\n",
  'missing.js': "import 'not-installed';\n",
  'throws.js': "throw new TypeError('boom\\nand more');\n",
  'nothing.js': 'export const a = 1;\n',
  'seven.js': 'export default 7;\n',
  'taken.js': exampleWith(["name: 'primary-backup'", "name: 'graceful'"]),
  'twin.js': exampleWith(),
  'unknown.js': exampleWith(['  summary:', '  sumary:']),
  'checker.js': exampleWith(["checker: 'lost-write'", "checker: 'lost'"]),
  'fault.js': exampleWith(["['pause',", "['nap',"]),
  'machine.js': exampleWith(['machine: server,', 'machine: {},']),
  'impure.js': exampleWith(['entry: store.entry', 'entry: () => {}']),
  'root.js': exampleWith(['server: { machine', 'node: { machine']),
  'knob.js': exampleWith(['default: true', 'default: 5']),
  'value.js': exampleWith(['  knobs:', '  values: { caughtup: true },\n  knobs:']),
  'input.js': exampleWith(['  knobs:', "  nodeInput() { throw new Error('no');},\n  knobs:"]),
  'data.json': '{}',
};

let folder: OwnFolder;
let told: Readonly<Record<string, string>> = {};

beforeAll(() => {
  folder = new OwnFolder({
    ...wrong,
    'named.mjs': exampleWith(['export default', 'export const protocol =']).replaceAll(
      'primary-backup',
      'by-name',
    ),
    'common.cjs':
      "const { client, clientFields, operator, operatorFields } = require('switchover/machines');\n" +
      "const { createMachine } = require('xstate');\n" +
      "module.exports = { name: 'common', summary: 's', programs: {\n" +
      '  server: { machine: createMachine({}) },\n' +
      '  client: { machine: client, fields: clientFields },\n' +
      '  operator: { machine: operator, fields: operatorFields } } };\n',
  });
  mkdirSync(join(folder.path, 'dir.js'));
  const files = ['toy.js', 'toy.js', 'named.mjs', 'common.cjs', 'gone.js', 'dir.js'];
  const code = `
    import { loadProtocol, protocolNamed, run } from 'switchover';
    const told = {};
    for (const file of ${JSON.stringify([...files, ...Object.keys(wrong)])}) {
      told[file] = await loadProtocol(file).then(
        ({ name, knobs, claims, releases }) => [name, Object.keys(knobs), claims.length, Object.keys(releases)].join(' '),
        ({ name, message }) => name + ': ' + message,
      );
    }
    const protocol = { name: 'primary-backup' };
    told.run = run({ protocol, workload: { operations: 20 } }).verdicts[0].validity;
    told.path = protocolNamed('./toy.js').name;
    try { run({ protocol: { name: './never.js' } }); } catch ({ message }) { told.unloaded = message; }
    console.log(JSON.stringify(told));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    cwd: folder.path,
  });
  expect(stderr).toBe('');
  told = JSON.parse(stdout);
});
afterAll(() => folder.end());

describe('a protocol from a file', () => {
  it('should be known by its name, and by its path', () => {
    expect(told['toy.js']).toBe('primary-backup caughtUp 5 own');
    expect(told).toMatchObject({ run: 'valid', path: 'primary-backup' });
  });

  it('should be an export by name, or of CommonJS, too', () => {
    expect(told['named.mjs']).toBe('by-name caughtUp 5 own');
    expect(told['common.cjs']).toBe('common  0 own');
  });

  it.each([
    ['gone.js', 'gone.js: no such file ('],
    ['dir.js', "dir.js: can't be imported: it is a directory, expected a JavaScript file"],
    ['data.json', "data.json: can't be imported: it is JSON, expected a JavaScript file"],
    ['syntax.js', "syntax.js: can't be imported: syntax.js:2: Unexpected token '}'"],
    ['imports.js', "imports.js: can't be imported: syntax.js:2: Unexpected token '}'"],
    ['missing.js', "missing.js: can't be imported: Cannot find package 'not-installed'"],
    ['throws.js', "throws.js: can't be imported: it throws TypeError: boom"],
    ['nothing.js', 'nothing.js: exports a, expected a protocol as default export, or "protocol"'],
    ['seven.js', 'seven.js: the protocol: got 7, expected object'],
    ['taken.js', 'taken.js: name: got "graceful", which is a protocol of Switchover'],
    ['twin.js', 'twin.js: name: got "primary-backup", which is already that of /'],
    ['unknown.js', "unknown.js: the protocol: unknown field 'sumary'"],
    ['checker.js', 'checker.js: claims.0.checker: got "lost", expected one of "linearizable"|'],
    ['fault.js', 'fault.js: claims.0.under.0: got "nap", expected one of "crash"|'],
    ['machine.js', 'machine.js: programs.server.machine: got {}, expected a machine: setup('],
    ['impure.js', "impure.js: programs.server: machine 'server', entry of 'server': an inline"],
    ['root.js', 'root.js: roots.node: no program "server", expected one of feed, '],
    ['knob.js', 'knob.js: knobs.caughtUp.default: got 5, expected boolean'],
    ['value.js', 'value.js: values.caughtup: unknown knob, did you mean "caughtUp"?'],
    ['input.js', 'input.js: nodeInput: no'],
  ])('should be refused in one line: %s', (file, message) => {
    expect(told[file]).toContain(`InputError: ${message}`);
  });

  it('should have to be loaded before it is run by its path', () => {
    expect(told['unloaded']).toBe(
      'protocol.name: got "./never.js", a file that loadProtocol has not loaded',
    );
  });

  it('should be named in a file as seen from there', () => {
    const scenario = parseScenario({ protocol: { name: 'toy', file: '/home/me/toy.js' } });
    const seen = (place: string) => asSeenFrom(place, scenario).protocol.file;
    expect(seen('/home/me')).toBe('./toy.js');
    expect(seen('/home/me/found')).toBe('../toy.js');
    expect(seen('/home')).toBe('./me/toy.js');
    expect(asSeenFrom('/', parseScenario({})).protocol).not.toHaveProperty('file');
  });
});
