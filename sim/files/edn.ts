/**
 * Plain values as EDN (edn-format.org), the notation of Jepsen's histories: keywords where fields of
 * a record or names of a closed set stand, strings for data.
 */

/** A name that is written as a keyword. */
export class Keyword {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** @throws Error on a value that EDN has no form for here: a fraction, or no plain data */
export function edn(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (value instanceof Keyword) return `:${value.name}`;
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(edn).join(' ')}]`;
  if (typeof value !== 'object') throw new Error(`no EDN for ${String(value)}`);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${fieldName(name)} ${edn(field)}`).join(', ')}}`;
}

/** A field that can't be a keyword is a string. */
function fieldName(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? `:${name}` : quoted(name);
}

/** JSON's escapes, but for those that EDN lacks. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/\\(.)/g, (whole, letter) =>
    letter === 'b' ? '\\u0008' : letter === 'f' ? '\\u000c' : whole,
  );
}
