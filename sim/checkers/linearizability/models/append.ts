/**
 * A list that grows: `append` adds an element at its end, `read` returns all of it, `write` replaces
 * it. It begins as an empty list; or as null, then it is a text that texts are appended to, as Redis's
 * APPEND does.
 */
import { elementsOf } from '../../elements.js';
import { decideList } from '../decide-list.js';
import { growthOf } from '../growth.js';
import type { Model } from '../model.js';
import type { KeyedOperation } from '../operation.js';
import { sameValue, textOf, type Value, valueInWords } from '../value.js';

export const append: Model<Value> = {
  name: 'append',
  functions: ['read', 'append', 'write'],
  initial: [],
  misfit: () => undefined,
  init: (initial) => initial,
  step(state, { f, input, output }) {
    if (f === 'append') return grown(state, input);
    if (f === 'write') return sameValue(input, state) ? state : input;
    return output === undefined || isSame(output, state) ? state : undefined;
  },
  equal: sameValue,
  keyOf: textOf,
  describe: ({ f, input, output }) => ({
    about: heldInWords(f === 'read' ? (output ?? null) : input),
    answer: f === 'read' ? `returned ${heldInWords(output ?? null)}` : 'succeeded',
  }),
  describeState: heldInWords,
  isHarmless: ({ f }) => f === 'read',
  needed: counting,
  helps: (info, state, { f, output }) =>
    f === 'append' || (f === 'read' && isBeginning(append.step(state, info)!, output ?? null)),
  decider: (initial) => {
    const operations: KeyedOperation[] = [];
    return {
      add: (operation) => operations.push(operation),
      decide: () => decideList(counting(operations), initial),
    };
  },
  reduced: (history, initial) => growthOf(history, initial, heldInWords),
};

/** A read that did not answer says nothing. */
function counting(operations: readonly KeyedOperation[]): KeyedOperation[] {
  return operations.filter(({ f, output, outcome }) => {
    return f === 'read' ? outcome === 'ok' && output !== undefined : outcome !== 'fail';
  });
}

/** What is appended to a text is a text; to anything else an element. */
function grown(state: Value, input: Value): Value {
  if (Array.isArray(state)) return [...state, input];
  if (state === null) return input;
  return String(state) + String(input);
}

/** An empty list may be returned as nothing. */
function isSame(output: Value, state: Value): boolean {
  return sameValue(output, state) || (output === null && sameValue(state, []));
}

function isBeginning(state: Value, whole: Value): boolean {
  if (typeof state === 'string' && typeof whole === 'string') return whole.startsWith(state);
  if (!Array.isArray(state) || !Array.isArray(whole)) return isSame(whole, state);
  return state.every((one: Value, at) => sameValue(one, whole[at]));
}

/** A list by its size and its end. */
function heldInWords(value: Value): string {
  const isList = typeof value === 'string' && value.endsWith(',');
  const elements = isList ? elementsOf(value) : value;
  if (!Array.isArray(elements)) return valueInWords(value);
  const last = elements.length === 0 ? 'nothing' : valueInWords(elements.at(-1)!);
  return elements.length < 2 ? last : `${elements.length} elements up to ${last}`;
}
