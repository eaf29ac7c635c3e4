/** Lines of a stream of bytes: ended by LF or CRLF, the last one perhaps by nothing. */
import { InputError } from '../scenario.js';

const newline = 0x0a;
const carriageReturn = '\r';
const byteOrderMark = '\ufeff';

/** Cuts chunks into lines and gives each away as it is complete, with its number from 1. */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private readonly source: string;
  private readonly take: (text: string, number: number) => void;
  private rest: Uint8Array[] = [];
  private number = 0;

  /** @param source what the stream is called */
  constructor(source: string, take: (text: string, number: number) => void) {
    this.source = source;
    this.take = take;
  }

  /** @throws InputError naming the line that is no text */
  add(chunk: Uint8Array): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(newline, from);
      if (end < 0) break;
      this.rest.push(chunk.subarray(from, end));
      this.give();
      from = end + 1;
    }
    if (from < chunk.length) this.rest.push(chunk.subarray(from));
  }

  /** Gives away what stands behind the last newline, if anything does. */
  end(): void {
    if (this.rest.length > 0) this.give();
  }

  private give(): void {
    this.number++;
    const bytes = this.rest.length === 1 ? this.rest[0]! : Buffer.concat(this.rest);
    this.rest = [];
    let text = this.decoded(bytes);
    if (text.endsWith(carriageReturn)) text = text.slice(0, -1);
    // Some editors begin a file so.
    if (this.number === 1 && text.startsWith(byteOrderMark)) text = text.slice(1);
    this.take(text, this.number);
  }

  private decoded(bytes: Uint8Array): string {
    try {
      return this.decoder.decode(bytes);
    } catch {
      throw new InputError(`${this.source}: line ${this.number}: not text in UTF-8`);
    }
  }
}
