/**
 * Lists as the workload `append` keeps them: a text, each element with a comma behind it, so that
 * APPEND of one element is an append to the list. Elements hold no comma.
 */

const separator = ',';

/** The elements of a key's value, in order. A text that does not end an element is one too. */
export function elementsOf(value: string | null): string[] {
  if (value === null) return [];
  const elements = value.split(separator);
  if (elements.at(-1) === '') elements.pop();
  return elements;
}

/** What is appended to a key for that element. */
export function appended(element: string): string {
  return element + separator;
}

/** The value of a key that holds those elements; null for none. */
export function listOf(elements: readonly string[]): string | null {
  return elements.length === 0 ? null : elements.map(appended).join('');
}
