/** Plain values of operations, compared by what they hold. */

/** An argument, an answer or a key's contents. */
export type Value = null | boolean | number | string | readonly Value[];

/** Whether two values hold the same. 5 and "5" do not. */
export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((item, at) => sameValue(item, other[at]));
}

/** Something that a map can be keyed by: the same for values that hold the same, and no others. */
export function identityOf(value: Value | undefined): null | boolean | number | string | undefined {
  if (typeof value === 'string') return value.startsWith('\0') ? `\0"${value}` : value;
  return typeof value === 'object' && value !== null ? `\0${JSON.stringify(value)}` : value;
}

/** A text for each value; equal texts, equal values. */
export function textOf(value: Value | undefined): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** So many elements of a list are shown: of a longer one its end. */
const shownMost = 8;

/** For people: nothing for null, texts without quotes, lists in brackets. */
export function valueInWords(value: Value): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'the empty text' : value;
  if (typeof value !== 'object') return String(value);
  if (value.length === 0) return 'nothing';
  const shown = value.slice(-shownMost).map(valueInWords).join(', ');
  const earlier = value.length - shownMost;
  return earlier > 0 ? `[${earlier} more, ${shown}]` : `[${shown}]`;
}
