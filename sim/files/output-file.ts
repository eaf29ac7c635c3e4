/** A file that a command writes, opened before the work begins so that it fails before it. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { InputError } from '../scenario.js';

/** So many characters are written at once. */
const chunk = 1 << 20;

/** An open file; what it is given is on disk once it is closed. */
export class OutputFile {
  private readonly flag: string;
  private readonly path: string;
  private readonly file: number;
  private waiting: string[] = [];
  private length = 0;

  /**
   * @param flag that the path was given with
   * @throws InputError when the file can't be written
   */
  constructor(flag: string, path: string) {
    this.flag = flag;
    this.path = path;
    try {
      this.file = openSync(path, 'w');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new InputError(`${flag}: got "${path}", expected a file that can be written (${code})`);
    }
  }

  /** @throws InputError when what has gathered can't be written */
  write(text: string): void {
    this.waiting.push(text);
    this.length += text.length;
    if (this.length >= chunk) this.flush();
  }

  /** @throws InputError when the rest can't be written */
  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.file);
    }
  }

  private flush(): void {
    const text = this.waiting.join('');
    this.waiting = [];
    this.length = 0;
    try {
      writeFileSync(this.file, text);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new InputError(`${this.flag}: "${this.path}" can't be written to its end (${code})`);
    }
  }
}
