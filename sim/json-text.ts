/** JSON from a text, with errors that say where: engines don't agree on how they tell. */
import { InputError } from './scenario.js';

/**
 * @param source what the text is called: a file's name, or a flag
 * @throws InputError with line and column of the first character that cannot be
 */
export function parseJson(text: string, source: string): unknown {
  return parsed(text, (before) => {
    const lines = before.split('\n');
    return `${source}: not JSON at line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
  });
}

/**
 * @param text one line of JSON Lines
 * @param source what the line is called
 * @throws InputError with the column of the first character that cannot be
 */
export function parseJsonLine(text: string, source: string): unknown {
  return parsed(text, (before) => `${source}: not JSON at column ${before.length + 1}`);
}

function parsed(text: string, where: (before: string) => string): unknown {
  try {
    // What is nested too deep would end the stack of whoever walks it.
    if (!isTooDeep(text)) return JSON.parse(text);
  } catch {}
  const { at, wanted } = new Scanner(text).firstError();
  const found = at < text.length ? JSON.stringify(text[at]) : 'the end of the text';
  throw new InputError(`${where(text.slice(0, at))}: got ${found}, expected ${wanted}`);
}

/** Lists and objects within one another; no file of Switchover's comes near. */
const deepest = 500;

const [quote, backslash] = [0x22, 0x5c];
const [list, listEnd, object, objectEnd] = [0x5b, 0x5d, 0x7b, 0x7d];

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === backslash) at++;
      else if (code === quote) isString = false;
    } else if (code === quote) isString = true;
    else if (code === list || code === object) {
      if (++depth > deepest) return true;
    } else if (code === listEnd || code === objectEnd) depth--;
  }
  return false;
}

interface SyntaxFault {
  readonly at: number;
  readonly wanted: string;
}

/** Walks a text that is not JSON, as far as it could be. */
class Scanner {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  firstError(): SyntaxFault {
    const fault = this.value();
    if (fault !== undefined) return fault;
    this.skip(/[ \t\r\n]*/y);
    return { at: this.at, wanted: 'the end of the text' };
  }

  private value(): SyntaxFault | undefined {
    this.skip(/[ \t\r\n]*/y);
    const first = this.text[this.at];
    if (first === '{') return this.members('}', () => this.member());
    if (first === '[') return this.members(']', () => this.value());
    if (first === '"') return this.string();
    const isWord = this.skip(/true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y);
    return isWord ? undefined : this.fault('a value');
  }

  private members(close: string, one: () => SyntaxFault | undefined): SyntaxFault | undefined {
    if (++this.depth > deepest) return this.fault(`at most ${deepest} levels`);
    this.at++;
    this.skip(/[ \t\r\n]*/y);
    if (this.leave(close)) return undefined;
    for (;;) {
      const fault = one();
      if (fault !== undefined) return fault;
      this.skip(/[ \t\r\n]*/y);
      if (this.leave(close)) return undefined;
      if (!this.take(',')) return this.fault(`"," or "${close}"`);
    }
  }

  private member(): SyntaxFault | undefined {
    this.skip(/[ \t\r\n]*/y);
    if (this.text[this.at] !== '"') return this.fault("a field's name in double quotes");
    const fault = this.string();
    if (fault !== undefined) return fault;
    this.skip(/[ \t\r\n]*/y);
    return this.take(':') ? this.value() : this.fault('":"');
  }

  private string(): SyntaxFault | undefined {
    this.at++;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings.
    this.skip(/(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    return this.take('"') ? undefined : this.fault('the end of a string');
  }

  private leave(close: string): boolean {
    if (!this.take(close)) return false;
    this.depth--;
    return true;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** Goes on behind a match, if there is one. */
  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return false;
    this.at += found[0].length;
    return true;
  }

  private fault(wanted: string): SyntaxFault {
    return { at: this.at, wanted };
  }
}
