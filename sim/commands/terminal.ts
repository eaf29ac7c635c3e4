/** What long commands owe a person at a terminal: progress on stderr, and a clean end on Ctrl-C. */

/** Shows progress on one line of stderr, at most ten times a second; nothing without a terminal. */
export class Progress {
  private shownAt = 0;
  private isShown = false;
  private readonly what: string;

  constructor(what: string) {
    this.what = what;
  }

  show(done: number, total: number): void {
    if (process.stderr.isTTY !== true || Date.now() - this.shownAt < 100) return;
    this.shownAt = Date.now();
    this.isShown = true;
    process.stderr.write(`\r\u001b[K${this.what} ${done} of ${total}`);
  }

  /** Clears the line. */
  end(): void {
    if (this.isShown) process.stderr.write('\r\u001b[K');
    this.isShown = false;
  }
}

/** A signal that is aborted by the first Ctrl-C; the second one ends the process as usual. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
