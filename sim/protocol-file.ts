/**
 * A protocol of a user's own, from a JavaScript file: imported once in a process, checked, and known
 * by its name from then on. Scenarios and what is saved of runs name the file beside the protocol.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Protocol } from '../machines/protocol.js';
import { protocolFrom } from './protocol-schema.js';
import { isProtocolFile, namedIn, registerProtocol } from './protocols.js';
import { InputError, type Scenario } from './scenario.js';

const loaded = new Map<string, Promise<Protocol>>();

/**
 * Loads a protocol from a file: its default export, or the export named `protocol`. It is known by its
 * name then, to `run` and to every scenario.
 * @param file its path, from the current directory
 * @throws InputError in one line: no such file, what its import throws, the first field that is wrong
 */
export async function loadProtocol(file: string): Promise<Protocol> {
  const path = resolve(file);
  let known = loaded.get(path);
  if (known === undefined) {
    known = imported(path);
    loaded.set(path, known);
  }
  try {
    return await known;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}

async function imported(path: string): Promise<Protocol> {
  if (!existsSync(path)) throw new InputError(`no such file (${path})`);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(path).href)) as typeof exported;
  } catch (error) {
    throw new InputError(`can't be imported: ${whyOf(error, path)}`);
  }
  const given = exported['default'] ?? exported['protocol'];
  if (given === undefined) {
    const names = Object.keys(exported).join(', ') || 'nothing';
    throw new InputError(`exports ${names}, expected a protocol as default export, or "protocol"`);
  }
  const protocol = protocolFrom(given);
  registerProtocol(protocol, path);
  return protocol;
}

/** What went wrong as a file was imported, with the line where the syntax is the reason. */
function whyOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `it throws ${String(error)}`;
  const { message, code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return 'expected a file that ends in .js, .mjs or .cjs';
  if (code === 'ERR_UNSUPPORTED_DIR_IMPORT') return 'it is a directory, expected a JavaScript file';
  if (code === 'ERR_IMPORT_ATTRIBUTE_MISSING' || code === 'ERR_IMPORT_ASSERTION_TYPE_MISSING') {
    return 'it is JSON, expected a JavaScript file';
  }
  if (error instanceof SyntaxError) return `${placeOf(path)}: ${message}`;
  return code === undefined ? `it throws ${error.name}: ${message}` : message;
}

/** Of a syntax error Node tells file and line to nobody but a terminal: another process is asked. */
function placeOf(path: string): string {
  const code = `import ${JSON.stringify(pathToFileURL(path).href)}`;
  const args = ['--input-type=module', '--eval', code];
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const [, place] = /^(?:file:\/\/)?\S*?([^/\s]+:\d+)$/m.exec(stderr) ?? [];
  return place ?? 'a syntax error';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * A scenario as a person writes it, with its protocol loaded where it names a file. A path that is
 * not absolute begins at the folder of the scenario's own file.
 * @param folder of the scenario; of what comes from elsewhere, the current directory
 * @returns the scenario with the protocol's name and the file's absolute path
 * @throws InputError as `loadProtocol`, naming the field
 */
export async function withProtocolLoaded(given: unknown, folder: string): Promise<unknown> {
  const { protocol } = (given ?? {}) as { readonly protocol?: Fields };
  if (typeof protocol !== 'object' || protocol === null) return given;
  const { name, file } = protocol;
  const isFileByName = file === undefined && typeof name === 'string' && isProtocolFile(name);
  const path = isFileByName ? name : file;
  if (typeof path !== 'string') return given;
  const found = await loadProtocol(resolve(folder, path)).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`protocol.${isFileByName ? 'name' : 'file'}: ${error.message}`);
  });
  if (!isFileByName && name !== undefined && name !== found.name) {
    throw new InputError(
      `protocol.name: got "${String(name)}", expected "${found.name}", the name in ${path}`,
    );
  }
  return { ...(given as Fields), protocol: { ...protocol, ...namedIn(found) } };
}

/**
 * A scenario to be written to a file: where its protocol is from one, that is named as seen from the
 * folder of the scenario, so that the two can be moved together.
 */
export function asSeenFrom(folder: string, scenario: Scenario): Scenario {
  const { file } = scenario.protocol;
  if (file === undefined) return scenario;
  const path = relative(resolve(folder), file).replaceAll('\\', '/');
  const seen = isAbsolute(path) || path.startsWith('.') ? path : `./${path}`;
  return { ...scenario, protocol: { ...scenario.protocol, file: seen } };
}

/** The folder of a file; of stdin, the current directory. */
export function folderOf(source: string): string {
  return source === '-' ? '.' : dirname(source);
}
