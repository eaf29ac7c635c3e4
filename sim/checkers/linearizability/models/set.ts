/**
 * A set: `add` and `remove` of an element, `contains` of one, and `read` of all of them, in any
 * order. An add or remove may return whether it changed the set. Without reads of the whole each
 * element is judged for itself.
 */
import type { Model } from '../model.js';
import { byKey, type Call, type KeyedOperation, ownPredecessors } from '../operation.js';
import { sameValue, textOf, type Value, valueInWords } from '../value.js';

/** Texts of its elements, sorted. */
type Elements = readonly string[];

export const set: Model<Elements> = {
  name: 'set',
  functions: ['read', 'add', 'remove', 'contains'],
  initial: [],
  misfit({ f, output }) {
    if (output === undefined || output === null) return undefined;
    if (f === 'read' ? Array.isArray(output) : typeof output === 'boolean') return undefined;
    const expected = f === 'read' ? 'a list of elements' : 'true or false';
    return `${f === 'read' ? 'value' : 'output'}: got ${JSON.stringify(output)}, expected ${expected}`;
  },
  init: elementsOf,
  step(state, call) {
    const { f, output } = call;
    if (f === 'read') {
      return output === undefined || same(elementsOf(output), state) ? state : undefined;
    }
    const element = textOf(call.input);
    const has = state.includes(element);
    if (f === 'contains') return output === undefined || output === has ? state : undefined;
    const changes = has !== (f === 'add');
    if (typeof output === 'boolean' && output !== changes) return undefined;
    if (!changes) return state;
    return f === 'add' ? [...state, element].sort() : state.filter((one) => one !== element);
  },
  equal: same,
  keyOf: (state) => `[${state.join()}]`,
  describe: ({ f, input, output }) => ({
    about: f === 'read' ? valueInWords(output ?? []) : valueInWords(input),
    answer:
      output === undefined || output === null ? 'succeeded' : `returned ${valueInWords(output)}`,
  }),
  describeState: (state) => valueInWords(state.map((text): Value => JSON.parse(text))),
  isHarmless: ({ f, output }) => f === 'read' || f === 'contains' || output === false,
  needed: (operations) =>
    operations.filter(
      ({ f, outcome }) =>
        outcome === 'ok' || (outcome === 'info' && (f === 'add' || f === 'remove')),
    ),
  helps,
  parts(history) {
    if (history.some(({ f }) => f === 'read') || isTied(history)) return [history];
    const keyed = history.map((operation) => ({ operation, key: textOf(operation.input) }));
    return [...byKey(keyed).values()].map((those) => those.map(({ operation }) => operation));
  },
};

/**
 * Whether a client went from one element to another within an instant. Times order operations so that
 * the elements' orders always fit together; what a client knows beyond them may not.
 */
function isTied(history: readonly KeyedOperation[]): boolean {
  const counting = history.filter(({ outcome }) => outcome !== 'fail');
  const before = ownPredecessors(counting);
  return counting.some(({ input }, at) => {
    const own = counting[before[at]!];
    return own !== undefined && !sameValue(own.input, input);
  });
}

/** An `info` call can help another about its own element; to a read, if it brings it nearer. */
function helps(info: Call, state: Elements, other: Call): boolean {
  if (other.f !== 'read') return sameValue(info.input, other.input);
  const element = textOf(info.input);
  const isWanted = elementsOf(other.output ?? null).includes(element);
  return isWanted === (info.f === 'add') && state.includes(element) !== isWanted;
}

function elementsOf(value: Value): Elements {
  return Array.isArray(value) ? [...new Set(value.map(textOf))].sort() : [];
}

function same(one: Elements, other: Elements): boolean {
  return one.length === other.length && one.every((element, at) => element === other[at]);
}
