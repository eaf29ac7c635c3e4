/**
 * A list or text that is only appended to, for one history alone. Each read of it returned a
 * beginning of the longest that was read, so up to there the state is no more than a length: each
 * append must be what stands there next. Behind the longest nothing is read any more.
 *
 * That leaves hardly anything to search, whatever was appended twice: which of several equal appends
 * comes next is of no account, and no other can.
 */
import type { Specification } from './model.js';
import type { Call, KeyedOperation } from './operation.js';
import { sameValue, type Value } from './value.js';

/** The length, from -1 for null (nothing at all); `beyond` is more than was ever read. */
type Length = number;

/**
 * @param inWords describes a list or text
 * @returns undefined where the reads show no such list, or something was written
 */
export function growthOf(
  history: readonly KeyedOperation[],
  initial: Value,
  inWords: (value: Value) => string,
): Specification<Length> | undefined {
  const isText = !Array.isArray(initial);
  if (history.some(({ f, input }) => f === 'write' || (isText && f === 'append' && !isOf(input)))) {
    return undefined;
  }
  const reads = history.filter(({ f }) => f === 'read').map(({ output }) => output ?? null);
  const values = [initial, ...reads].map((value) => (isText ? (value ?? '') : (value ?? [])));
  const longest = values.reduce((most, one) => (sizeOf(one) > sizeOf(most) ? one : most));
  if (!values.every((value) => isBeginning(value, longest))) return undefined;
  return growth(longest, isText, inWords);
}

const isOf = (value: Value) => typeof value === 'string';

function sizeOf(value: Value): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : -1;
}

function isBeginning(value: Value, longest: Value): boolean {
  if (typeof value === 'string') return typeof longest === 'string' && longest.startsWith(value);
  if (!Array.isArray(value) || !Array.isArray(longest)) return false;
  return value.every((one: Value, at) => sameValue(one, longest[at]));
}

function growth(
  longest: Value,
  isText: boolean,
  inWords: (value: Value) => string,
): Specification<Length> {
  const end = sizeOf(longest);
  const beyond = end + 1;
  const lengthOf = (value: Value) => (value === null ? (isText ? -1 : 0) : sizeOf(value));
  const appended = (from: Length, input: Value): Length | undefined => {
    if (from === beyond) return beyond;
    const at = Math.max(from, 0);
    if (!isText) {
      if (at === end) return beyond;
      return sameValue(input, (longest as readonly Value[])[at]) ? at + 1 : undefined;
    }
    const [text, whole] = [input as string, longest as string];
    if (whole.startsWith(text, at)) return at + text.length;
    return text.startsWith(whole.slice(at)) ? beyond : undefined;
  };
  return {
    init: lengthOf,
    step(state, { f, input, output }: Call) {
      if (f === 'append') return appended(state, input);
      return output === undefined || lengthOf(output) === state ? state : undefined;
    },
    equal: (one, other) => one === other,
    keyOf: String,
    isHarmless: ({ f }, state) => f === 'read' || state === beyond,
    describeState(state) {
      if (state < 0) return inWords(null);
      if (state === beyond) return `more than ${inWords(longest)}`;
      return inWords((longest as string | readonly Value[]).slice(0, state));
    },
  };
}
