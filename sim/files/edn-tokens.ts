/** Cuts EDN into tokens, chunk by chunk: of the text no more is kept than a token that is not over. */
import { InputError } from '../scenario.js';

/** A piece of EDN. `atom` is a word, a number or a character; a string is without its quotes. */
export interface Token {
  readonly kind: 'open' | 'close' | 'discard' | 'tag' | 'string' | 'atom';
  readonly text: string;
  /** On which it begins. */
  readonly line: number;
}

/** So many characters a token may have: no history has one that comes near. */
const longest = 1 << 20;

const [newline, comma, quote, hash, semicolon, backslash] = [0x0a, 0x2c, 0x22, 0x23, 0x3b, 0x5c];

/** Told the text in order, then the end; gives away every token as it is complete. */
export class EdnTokens {
  /** On which what is read next stands. */
  line = 1;
  private rest = '';

  /** @param source what the text is called */
  constructor(
    private readonly source: string,
    private readonly take: (token: Token) => void,
  ) {}

  /** @throws InputError naming the line */
  add(text: string): void {
    this.rest += text;
    this.cut(false);
    if (this.rest.length > longest) this.refuse(`a token of more than ${longest} characters`);
  }

  /** @throws InputError naming the line of a string that does not end */
  end(): void {
    this.cut(true);
    if (this.rest !== '') this.refuse('a string without its end');
  }

  private cut(isEnd: boolean): void {
    const text = this.rest;
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (isBlank(code)) {
        if (code === newline) this.line++;
        at++;
        continue;
      }
      const end = endOf(text, at, isEnd);
      if (end < 0) break;
      this.give(text.slice(at, end), code);
      at = end;
    }
    this.rest = text.slice(at);
  }

  private give(text: string, first: number): void {
    if (first === semicolon) return;
    const { line } = this;
    const told = (kind: Token['kind'], of = text) => this.take({ kind, text: of, line });
    if (first === quote) {
      told('string', text.slice(1, -1));
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.line++;
    } else if (text === '#_') told('discard');
    else if (/^#?[([{]$/.test(text)) told('open');
    else if (/^[)\]}]$/.test(text)) told('close');
    else if (first === hash && text.charCodeAt(1) !== hash) told('tag', text.slice(1));
    else told('atom');
  }

  private refuse(what: string): never {
    throw new InputError(`${this.source}: line ${this.line}: not EDN: ${what}`);
  }
}

/** Where the token that begins there ends; below 0 if that is not known yet, or nowhere. */
function endOf(text: string, at: number, isEnd: boolean): number {
  const first = text.charCodeAt(at);
  if (first === quote) return endOfString(text, at + 1);
  if (isBracket(first)) return at + 1;
  if (first === hash) {
    if (at + 1 === text.length && !isEnd) return -1;
    if (text[at + 1] === '{' || text[at + 1] === '_') return at + 2;
  }
  // The character behind a backslash may be any, a bracket too.
  let end = first === backslash ? at + 2 : at + 1;
  if (first === semicolon) {
    const found = text.indexOf('\n', at);
    end = found < 0 ? text.length : found;
  } else while (end < text.length && !isDelimiter(text.charCodeAt(end))) end++;
  if (end < text.length) return end;
  return isEnd ? text.length : -1;
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) at++;
  }
  return -1;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === comma || (code >= 0x09 && code <= 0x0d);
}

/** Of lists, vectors and maps. */
function isBracket(code: number): boolean {
  const isRound = code === 0x28 || code === 0x29;
  return isRound || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

function isDelimiter(code: number): boolean {
  return isBlank(code) || isBracket(code) || code === quote || code === semicolon;
}
