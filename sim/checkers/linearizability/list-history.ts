/**
 * The history of a list that is appended to, as elements: what each append adds and each read shows.
 * A list is a list of values; or a text, as Redis's APPEND keeps it, each element with a comma behind
 * it.
 */
import { elementsOf } from '../elements.js';
import type { KeyedOperation } from './operation.js';
import { textOf, type Value, valueInWords } from './value.js';

export interface ListRead {
  readonly operation: KeyedOperation;
  readonly elements: readonly string[];
}

export interface ListAppend {
  readonly operation: KeyedOperation;
  readonly element: string;
}

export interface ListHistory {
  readonly appends: readonly ListAppend[];
  readonly reads: readonly ListRead[];
  readonly isText: boolean;
}

/**
 * @param initial null for a text, [] for a list
 * @returns undefined where something is written, or a text does not say where its elements end
 */
export function listHistoryOf(
  history: readonly KeyedOperation[],
  initial: Value,
): ListHistory | undefined {
  const isText = initial === null;
  if (!isText && !(Array.isArray(initial) && initial.length === 0)) return undefined;
  const appends: ListAppend[] = [];
  const reads: ListRead[] = [];
  for (const operation of history) {
    if (operation.f === 'append') {
      const element = elementOf(operation, isText);
      if (element === undefined) return undefined;
      appends.push({ operation, element });
    } else {
      const value = operation.output ?? null;
      const elements = isText ? inText(value) : inList(value);
      if (operation.f !== 'read' || elements === undefined) return undefined;
      reads.push({ operation, elements });
    }
  }
  return { appends, reads, isText };
}

/** The one element that an append adds. */
export function elementOf({ input }: KeyedOperation, isText: boolean): string | undefined {
  const elements = isText ? inText(input) : [textOf(input)];
  return elements?.length === 1 ? elements[0] : undefined;
}

/** An element as people write it. */
export function elementInWords(element: string, isText: boolean): string {
  return isText ? element : valueInWords(JSON.parse(element) as Value);
}

function inText(value: Value): readonly string[] | undefined {
  if (value === null) return [];
  return typeof value === 'string' && value.endsWith(',') ? elementsOf(value) : undefined;
}

function inList(value: Value): readonly string[] | undefined {
  if (value === null) return [];
  return Array.isArray(value) ? value.map(textOf) : undefined;
}
