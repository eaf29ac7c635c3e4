/**
 * Plain values as EDN (edn-format.org), the notation of Jepsen's histories: keywords where fields of
 * a record or names of a closed set stand, strings for data. What JavaScript has no value for is kept
 * as one of the classes here, both to be written and as it was read.
 */

/** A name that is written as a keyword. */
export class Keyword {
  constructor(readonly name: string) {}
}

/** A name that stands for itself, without a colon. */
export class EdnSymbol {
  constructor(readonly name: string) {}
}

/** A number that is no integer of 53 bits: a fraction, a ratio, a big one. Kept as it is written. */
export class EdnNumber {
  constructor(readonly text: string) {}
}

/** A map: pairs of key and value in their order, no key twice. */
export class EdnMap {
  constructor(readonly entries: readonly (readonly [unknown, unknown])[]) {}
}

/** A set, in the order in which it is written. */
export class EdnSet {
  constructor(readonly items: readonly unknown[]) {}
}

/** A value that a tag says more about: `#inst "2020-01-01"`. */
export class Tagged {
  constructor(
    readonly tag: string,
    readonly value: unknown,
  ) {}
}

/** @throws Error on a value that EDN has no form for here: a fraction, or no plain data */
export function edn(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(edn).join(' ')}]`;
  if (typeof value !== 'object') throw new Error(`no EDN for ${String(value)}`);
  return special(value) ?? fieldsOf(value);
}

function special(value: object): string | undefined {
  if (value instanceof Keyword) return `:${value.name}`;
  if (value instanceof EdnSymbol) return value.name;
  if (value instanceof EdnNumber) return value.text;
  if (value instanceof EdnSet) return `#{${value.items.map(edn).join(' ')}}`;
  if (value instanceof Tagged) return `#${value.tag} ${edn(value.value)}`;
  if (!(value instanceof EdnMap)) return undefined;
  return `{${value.entries.map(([key, held]) => `${edn(key)} ${edn(held)}`).join(', ')}}`;
}

function fieldsOf(value: object): string {
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
