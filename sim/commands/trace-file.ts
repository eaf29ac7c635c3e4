/** The full trace of a run as JSON Lines: a line that says what it is, then an entry a line. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { TraceEntry, Tracer } from '../../runtime/trace.js';
import { InputError, type Scenario } from '../scenario.js';

/** So many characters are written at once. */
const chunk = 1 << 20;

/** An open trace file; what it is told of is on disk once it is closed. */
export class TraceFile {
  private readonly path: string;
  private readonly file: number;
  private waiting: string[] = [];
  private length = 0;

  /** @throws InputError when the file can't be written */
  constructor(path: string, scenario: Scenario) {
    this.path = path;
    try {
      this.file = openSync(path, 'w');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new InputError(`--trace: got "${path}", expected a file that can be written (${code})`);
    }
    this.add({ version: 1, format: 'switchover trace', scenario });
  }

  /** To be given to a run. */
  readonly tracer: Tracer = (entry: TraceEntry) => this.add(entry);

  /** @throws InputError when the rest can't be written */
  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.file);
    }
  }

  private add(value: unknown): void {
    const line = `${JSON.stringify(value)}\n`;
    this.waiting.push(line);
    this.length += line.length;
    if (this.length >= chunk) this.flush();
  }

  private flush(): void {
    const text = this.waiting.join('');
    this.waiting = [];
    this.length = 0;
    try {
      writeFileSync(this.file, text);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new InputError(`--trace: "${this.path}" can't be written to its end (${code})`);
    }
  }
}
