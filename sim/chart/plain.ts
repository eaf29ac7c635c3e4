/** Values of a chart as JSON has them. */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** What stands for a value that a function computes when the machine runs. */
export const computed = '(computed)';

/** A value with `(computed)` in place of each function; what is undefined is left out. */
export function plain(value: unknown): Json {
  const text = JSON.stringify(value, (_, part) => (typeof part === 'function' ? computed : part));
  return JSON.parse(text) as Json;
}
