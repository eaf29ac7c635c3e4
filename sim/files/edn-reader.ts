/**
 * Reads a file of EDN chunk by chunk: forms one after another, or one vector or list of them. Each is
 * given away as it is complete, and then forgotten.
 */
import { InputError } from '../scenario.js';
import { EdnMap, EdnSet, edn, Tagged } from './edn.js';
import { atomOf, isSymbol, stringOf } from './edn-atom.js';
import { EdnTokens, type Token } from './edn-tokens.js';

/** Levels of forms within one another; no history comes near. */
const deepest = 500;

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '#{': '}' };
const newline = 0x0a;

/** A form that is not complete: what opened it, or a tag or discard that waits for its form. */
interface Frame {
  readonly kind: 'file' | '(' | '[' | '{' | '#{' | 'tag' | 'discard';
  readonly tag: string;
  readonly line: number;
  readonly items: unknown[];
}

/** Told chunks of bytes in order, then the end. */
export class EdnReader {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private readonly tokens: EdnTokens;
  private readonly frames: Frame[] = [];
  private lines = 1;
  /** Whether the file is one vector, and whether that is over. */
  private vector: 'none' | 'open' | 'over' = 'none';
  private hasForm = false;

  /**
   * @param source what the file is called
   * @param take told every form and the line on which it begins
   */
  constructor(
    private readonly source: string,
    private readonly take: (form: unknown, line: number) => void,
  ) {
    this.tokens = new EdnTokens(source, (token) => this.token(token));
  }

  /** @throws InputError naming the line that is no EDN, and why */
  add(chunk: Uint8Array): void {
    // Line by line, so that the line is known of what is no text.
    for (let from = 0; from < chunk.length; ) {
      const end = chunk.indexOf(newline, from);
      const next = end < 0 ? chunk.length : end + 1;
      this.tokens.add(this.decoded(chunk.subarray(from, next)));
      if (end >= 0) this.lines++;
      from = next;
    }
  }

  /** @throws InputError where a form is not complete */
  end(): void {
    this.tokens.add(this.decoded(undefined));
    this.tokens.end();
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    const { kind, tag, line } = frame;
    const what = kind === 'tag' ? `#${tag}` : kind === 'discard' ? '#_' : `"${this.opener(frame)}"`;
    const has = kind === 'tag' || kind === 'discard' ? 'nothing behind it' : 'no end';
    this.refuse(line, `${what} has ${has}`);
  }

  private decoded(bytes: Uint8Array | undefined): string {
    try {
      return this.decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new InputError(`${this.source}: line ${this.lines}: not text in UTF-8`);
    }
  }

  private token({ kind, text, line }: Token): void {
    if (this.vector === 'over') this.refuse(line, `got ${text} behind the end of the vector`);
    if (kind === 'open') this.open(text as '(' | '[' | '{' | '#{', line);
    else if (kind === 'close') this.close(text, line);
    else if (kind === 'discard') this.push('discard', line);
    else if (kind === 'tag') {
      if (!isSymbol(text)) this.refuse(line, `got #${text}, expected a tag, #{ or #_`);
      this.push('tag', line, text);
    } else this.put(this.atom(kind, text, line), line);
  }

  private atom(kind: 'string' | 'atom', text: string, line: number): unknown {
    if (kind === 'string') {
      const value = stringOf(text);
      return value ?? this.refuse(line, 'a string with an escape that EDN has not');
    }
    const atom = atomOf(text);
    if (atom === undefined) return this.refuse(line, `got ${shortened(text)}`);
    return atom.value;
  }

  private open(text: '(' | '[' | '{' | '#{', line: number): void {
    const isFile = this.frames.length === 0 && !this.hasForm && (text === '[' || text === '(');
    if (!isFile) this.push(text, line);
    else {
      this.push('file', line, text);
      this.vector = 'open';
    }
  }

  private push(kind: Frame['kind'], line: number, tag = ''): void {
    if (this.frames.length >= deepest) this.refuse(line, `more than ${deepest} levels`);
    this.frames.push({ kind, tag, line, items: [] });
  }

  private close(text: string, line: number): void {
    const frame = this.frames.pop();
    if (frame === undefined) this.refuse(line, `got ${text}, which closes nothing`);
    const expected = closing[this.opener(frame)];
    if (expected === undefined) this.refuse(line, `got ${text}, expected a form`);
    if (expected !== text) {
      this.refuse(line, `got ${text}, expected the ${expected} of line ${frame.line}`);
    }
    if (frame.kind === 'file') this.vector = 'over';
    else this.put(this.formOf(frame, line), frame.line);
  }

  private opener({ kind, tag }: Frame): string {
    return kind === 'file' ? tag : kind;
  }

  private formOf({ kind, items }: Frame, line: number): unknown {
    if (kind === '{') {
      if (items.length % 2 === 1) this.refuse(line, 'a map with a key that has no value');
      const entries = items.flatMap((key, at) => (at % 2 === 0 ? [[key, items[at + 1]]] : []));
      this.expectDifferent(
        entries.map(([key]) => key),
        line,
      );
      return new EdnMap(entries as [unknown, unknown][]);
    }
    if (kind !== '#{') return items;
    this.expectDifferent(items, line);
    return new EdnSet(items);
  }

  private expectDifferent(items: readonly unknown[], line: number): void {
    const seen = new Set<string>();
    for (const text of items.map(edn)) {
      if (seen.has(text)) this.refuse(line, `${shortened(text)} twice in a map or set`);
      seen.add(text);
    }
  }

  /** A complete form: for the one that it is in, or to be given away. */
  private put(form: unknown, line: number): void {
    let [value, begins] = [form, line];
    for (;;) {
      const frame = this.frames.at(-1);
      if (frame?.kind === 'discard') {
        this.frames.pop();
        return;
      }
      if (frame?.kind === 'tag') {
        this.frames.pop();
        value = new Tagged(frame.tag, value);
        begins = frame.line;
        continue;
      }
      if (frame === undefined || frame.kind === 'file') {
        this.hasForm = true;
        this.take(value, begins);
      } else frame.items.push(value);
      return;
    }
  }

  private refuse(line: number, what: string): never {
    throw new InputError(`${this.source}: line ${line}: not EDN: ${what}`);
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
