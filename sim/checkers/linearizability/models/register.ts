/** A register: `write` replaces what it holds, `read` returns it. */
import type { Model } from '../model.js';
import type { KeyedOperation } from '../operation.js';
import { UniqueRegister } from '../unique-register.js';
import { identityOf, sameValue, textOf, type Value, valueInWords } from '../value.js';

export const register: Model<Value> = {
  name: 'register',
  functions: ['read', 'write'],
  initial: null,
  misfit: () => undefined,
  init: (initial) => initial,
  step(state, { f, input, output }) {
    if (f === 'write') return sameValue(input, state) ? state : input;
    return output === undefined || sameValue(output, state) ? state : undefined;
  },
  equal: sameValue,
  keyOf: textOf,
  describe: ({ f, input, output }) => ({
    about: valueInWords(f === 'write' ? input : (output ?? null)),
    answer: f === 'write' ? 'succeeded' : `returned ${valueInWords(output ?? null)}`,
  }),
  describeState: valueInWords,
  isHarmless: ({ f }) => f === 'read',
  needed: writesThatWereRead,
  helps: (info, _, { f, output }) => f === 'read' && sameValue(info.input, output),
  decider: (initial, length) => new UniqueRegister(initial, length),
};

/**
 * An `info` write whose value no read returned shows nowhere, and any order is one without it. Nor
 * does a read say anything that did not answer.
 */
function writesThatWereRead(operations: readonly KeyedOperation[]): KeyedOperation[] {
  const doubtful = new Set<ReturnType<typeof identityOf>>();
  for (const { f, outcome, input } of operations) {
    if (f === 'write' && outcome === 'info') doubtful.add(identityOf(input));
  }
  const shown: typeof doubtful = new Set();
  if (doubtful.size > 0) {
    for (const { f, output } of operations) {
      if (f !== 'read' || output === undefined) continue;
      const value = identityOf(output);
      if (doubtful.has(value)) shown.add(value);
    }
  }
  return operations.filter(({ f, outcome, input, output }) => {
    if (outcome === 'ok') return f !== 'read' || output !== undefined;
    return f === 'write' && outcome === 'info' && shown.has(identityOf(input));
  });
}
