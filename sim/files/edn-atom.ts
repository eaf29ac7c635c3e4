/** The smallest pieces of EDN: what a word, a number, a string or a character stands for. */
import { EdnNumber, EdnSymbol, Keyword } from './edn.js';

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['nil', null],
  ['true', true],
  ['false', false],
]);

const characters: ReadonlyMap<string, string> = new Map([
  ['newline', '\n'],
  ['return', '\r'],
  ['space', ' '],
  ['tab', '\t'],
  ['formfeed', '\f'],
  ['backspace', '\b'],
]);

const escapes: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['r', '\r'],
  ['n', '\n'],
  ['b', '\b'],
  ['f', '\f'],
  ['\\', '\\'],
  ['"', '"'],
]);

const integer = /^[+-]?(0|[1-9]\d*)$/;
const otherNumber =
  /^([+-]?(0|[1-9]\d*)(N|M|\/[1-9]\d*|(\.\d*)?([eE][+-]?\d+)?M?)|##(Inf|-Inf|NaN))$/;
// A slash stands between a namespace and a name, or alone.
const name = String.raw`[\p{L}\p{N}*+!_?$%&=<>.|'#:-]+`;
const symbol = new RegExp(`^(/|(?![0-9:#])(${name}/)?(${name}|/))$`, 'u');
const keyword = new RegExp(`^:(?!:)(${name}/)?${name}$`, 'u');

/**
 * @param text of a token that is no string, tag or bracket
 * @returns undefined where it stands for nothing
 */
export function atomOf(text: string): { readonly value: unknown } | undefined {
  if (words.has(text)) return { value: words.get(text) };
  if (text.startsWith('\\')) return characterOf(text.slice(1));
  if (/^[+-]?\d|^##/.test(text)) return numberOf(text);
  if (keyword.test(text)) return { value: new Keyword(text.slice(1)) };
  return isSymbol(text) ? { value: new EdnSymbol(text) } : undefined;
}

/** Whether a text can name something: also what is behind the `#` of a tag. */
export function isSymbol(text: string): boolean {
  return symbol.test(text);
}

/**
 * @param text between the quotes
 * @returns undefined where an escape is none of EDN's
 */
export function stringOf(text: string): string | undefined {
  let isWhole = true;
  const value = text.replaceAll(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    isWhole &&= escapes.has(code);
    return escapes.get(code) ?? '';
  });
  return isWhole ? value : undefined;
}

function numberOf(text: string): { readonly value: unknown } | undefined {
  if (integer.test(text) && Number.isSafeInteger(Number(text))) return { value: Number(text) + 0 };
  return otherNumber.test(text) ? { value: new EdnNumber(text) } : undefined;
}

function characterOf(text: string): { readonly value: string } | undefined {
  const named = characters.get(text);
  if (named !== undefined) return { value: named };
  if (/^u[0-9a-fA-F]{4}$/.test(text)) {
    return { value: String.fromCharCode(Number.parseInt(text.slice(1), 16)) };
  }
  return [...text].length === 1 ? { value: text } : undefined;
}
