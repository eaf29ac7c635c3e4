/**
 * Transactions of one operation, as Elle writes list-append: `[["append", key, element]]` or
 * `[["r", key, list]]`. One of several is no operation on one key, and linearizability of keys says
 * nothing of it.
 */
import { InputError } from '../scenario.js';
import { shown } from '../schema-issue.js';

/** What a transaction of one operation does. */
export interface Single {
  readonly f: string;
  readonly key: string | number;
  readonly value: unknown;
}

const functions: ReadonlyMap<unknown, string> = new Map([
  ['append', 'append'],
  ['r', 'read'],
  ['w', 'write'],
]);

/** @throws InputError unless the value is a transaction of one operation on a key */
export function singleOf(value: unknown): Single {
  const wanted = '[[f, key, value]], f being append or r';
  if (!Array.isArray(value) || !value.every(Array.isArray) || value.length === 0) {
    throw new InputError(`value: got ${shown(value)}, expected ${wanted}`);
  }
  if (value.length > 1) {
    throw new InputError(
      `value: got a transaction of ${value.length} operations, expected one: ` +
        'operations on one key are judged here, not transactions over several',
    );
  }
  const [micro, key, given, ...more] = value[0] as unknown[];
  const f = functions.get(micro);
  const isKey = (typeof key === 'string' && key !== '') || Number.isSafeInteger(key);
  if (f === undefined || !isKey || more.length > 0) {
    throw new InputError(`value: got ${shown(value)}, expected ${wanted}`);
  }
  return { f, key: key as string | number, value: given };
}
