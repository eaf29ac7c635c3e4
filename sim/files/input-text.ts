/** What a file or stdin holds, as text; what can't be read is said in one line. */
import { createReadStream, readFileSync } from 'node:fs';
import { parseJson } from '../json-text.js';
import { InputError } from '../scenario.js';
import { type FormatName, refuseOther } from './format.js';

/** What a file is called in an error. */
export function sourceName(path: string): string {
  return path === '-' ? 'stdin' : path;
}

/**
 * @param path a file, or `-` for stdin
 * @param wanted what is expected of it, in words
 * @throws InputError when it can't be read, or is no text
 */
export function readText(path: string, wanted: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw unreadable(path, wanted, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${sourceName(path)}: not text in UTF-8, expected ${wanted}`);
  }
}

/**
 * @param path a file, or `-` for stdin
 * @param wanted what is expected of it, in words
 * @returns its bytes as they come
 * @throws InputError when it can't be read
 */
export async function* readChunks(path: string, wanted: string): AsyncGenerator<Uint8Array> {
  const stream = path === '-' ? process.stdin : createReadStream(path);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw unreadable(path, wanted, error);
  }
}

function unreadable(path: string, wanted: string, error: unknown): InputError {
  const { code } = error as NodeJS.ErrnoException;
  const why: Record<string, string> = { ENOENT: 'no such file', EISDIR: 'is a directory' };
  const what = why[code ?? ''] ?? `can't be read (${code})`;
  return new InputError(`${sourceName(path)}: ${what}, expected ${wanted}`);
}

/**
 * The one JSON value of a file. Another format is told by name, also where it is JSON Lines.
 * @throws InputError when it is no JSON, or another format than the wanted one
 */
export function parseFile(text: string, wanted: FormatName, source: string): unknown {
  let value: unknown;
  try {
    value = parseJson(text, source);
  } catch (error) {
    refuseOther(firstLine(text), wanted, source);
    throw error;
  }
  refuseOther(value, wanted, source);
  return value;
}

function firstLine(text: string): unknown {
  const end = text.indexOf('\n');
  try {
    return end < 0 ? undefined : parseJson(text.slice(0, end), '');
  } catch {
    return undefined;
  }
}
