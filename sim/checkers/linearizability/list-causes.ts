/** Why no order explains a read of a list that is appended to, in words. */
import { counted, seconds } from '../text.js';
import {
  elementInWords,
  elementOf,
  type ListAppend,
  type ListHistory,
  type ListRead,
} from './list-history.js';
import type { Cause } from './model.js';
import { type KeyedOperation, precedes } from './operation.js';
import { answered, named } from './words.js';

/**
 * A read of an element that nobody can have appended by then, or not so often.
 * @param all the key's operations, failed ones and later ones too
 */
export function causeOfStrange(
  { operation: read, elements }: ListRead,
  element: string,
  { isText }: ListHistory,
  all: readonly KeyedOperation[],
): Cause {
  const name = elementInWords(element, isText);
  const appends = all.filter((one) => one.f === 'append' && elementOf(one, isText) === element);
  const possible = appends.filter(({ outcome }) => outcome !== 'fail');
  const inTime = possible.filter((append) => !precedes(read, append));
  if (inTime.length > 0) {
    const times = elements.filter((one) => one === element).length;
    const often = `by then it had been appended ${counted(inTime.length, 'time')} at most`;
    return { because: `with ${name} ${counted(times, 'time')}, but ${often}`, others: inTime };
  }
  const others = (possible.length > 0 ? possible : appends).slice(0, 1);
  const [first] = others;
  if (first === undefined) return { because: `with ${name}, which nobody appended`, others };
  const what = named(first, name);
  const why =
    possible.length > 0
      ? `began only at ${seconds(first.invokedAt)}, after the read had ended`
      : 'failed';
  return { because: `with ${name}, but ${what} ${why}`, others };
}

/** A read whose list and another's are not beginnings of one list. */
export function causeOfFork(read: ListRead, other: ListRead, { isText }: ListHistory): Cause {
  const at = read.elements.findIndex((element, index) => element !== other.elements[index]);
  const [own, its] = [read, other].map(({ elements }) => elementInWords(elements[at]!, isText));
  const { id, key, client } = other.operation;
  const where = `where read ${id} of ${key} by ${client} had ${its}`;
  return { because: `with ${own} as element ${at + 1}, ${where}`, others: [other.operation] };
}

/** An operation and its place in the only order that there can be. */
export interface Placed {
  readonly operation: KeyedOperation;
  readonly place: number;
}

/** An operation had ended before one began that has an earlier place. */
export function causeOfMisplaced(
  { late, early }: { readonly late: Placed; readonly early: Placed },
  { appends, isText }: ListHistory,
  longest: ListRead,
  offender: KeyedOperation,
): Cause {
  const elements = new Map(
    appends.map(({ operation, element }: ListAppend) => [
      operation,
      elementInWords(element, isText),
    ]),
  );
  const what = ({ operation }: Placed) => named(operation, elements.get(operation) ?? '');
  const [one, other] = [late.operation, early.operation];
  const ended = `had ended at ${seconds(one.completedAt)}`;
  const began = `began at ${seconds(other.invokedAt)}`;
  const others = [one, other].filter((operation) => operation !== offender);
  if (elements.has(other) && elements.has(one)) {
    const shows =
      late.place === Number.MAX_SAFE_INTEGER
        ? `${elements.get(other)} and not ${elements.get(one)}`
        : `${elements.get(other)} before ${elements.get(one)}`;
    const reader = longest.operation === offender ? 'it' : `read ${longest.operation.id}`;
    const order = `${what(late)} ${ended}, before ${what(early)} ${began}`;
    return { because: `but ${reader} shows ${shows}: ${order}`, others };
  }
  if (elements.has(other)) {
    const only = `began only at ${seconds(other.invokedAt)}`;
    return {
      because: `with ${elements.get(other)}, but ${what(early)} ${only}, after the read`,
      others,
    };
  }
  if (elements.has(one)) {
    const since = `although ${what(late)} ${ended}, before it began`;
    return { because: `without ${elements.get(one)}, ${since}`, others };
  }
  const had = answered(one, `returned ${counted((late.place - 1) / 2, 'element')}`);
  return { because: `although ${had} and ${ended}, before it began`, others };
}
