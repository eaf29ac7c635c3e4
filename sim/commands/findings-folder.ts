/** Where a campaign's findings are written: tried before the first run, so that none is made in vain. */
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../scenario.js';

/** Findings are some ten thousand bytes; there must be room for a good many. */
const roomBytes = 1 << 20;

export class FindingsFolder {
  private readonly path: string;
  private readonly wasThere: boolean;
  private readonly written = new Map<string, number>();

  /** @throws InputError when nothing can be written there */
  constructor(path: string) {
    this.path = path;
    this.wasThere = existsSync(path);
    const trial = join(path, '.switchover-trial');
    try {
      make(path);
      try {
        writeFileSync(trial, Buffer.alloc(roomBytes, 1));
      } finally {
        rmSync(trial, { force: true });
      }
    } catch (error) {
      throw new InputError(`--out: got "${path}", ${why(error as NodeJS.ErrnoException)}`);
    }
  }

  /**
   * Writes a finding as JSON.
   * @param name of the file, without its extension; one that was written before gets a number
   * @returns its path
   * @throws InputError when it can't be written
   */
  write(name: string, text: string): string {
    const nth = (this.written.get(name) ?? 0) + 1;
    this.written.set(name, nth);
    const path = join(this.path, `${name}${nth === 1 ? '' : `-${nth}`}.json`);
    try {
      writeFileSync(path, text);
    } catch (error) {
      throw new InputError(`--out: "${path}", ${why(error as NodeJS.ErrnoException)}`);
    }
    return path;
  }

  /** Removes the folder where this made it and nothing came into it. */
  end(): void {
    if (!this.wasThere && readdirSync(this.path).length === 0) rmdirSync(this.path);
  }
}

/** Node's own recursion has no end where a folder's parent is there and takes no folders, as /proc. */
function make(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) make(parent);
  mkdirSync(path);
}

function why({ code }: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `the disk is full (${code})`;
  if (code === 'EEXIST' || code === 'ENOTDIR') return `expected a folder (${code})`;
  return `expected a folder that can be written to (${code})`;
}
