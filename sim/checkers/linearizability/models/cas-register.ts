/**
 * A register with compare-and-set: `cas` of `[from, to]` replaces what it holds if that is `from`.
 * It returns whether it did; without an output it did.
 */
import type { Model } from '../model.js';
import type { Call, KeyedOperation } from '../operation.js';
import { sameValue, textOf, type Value, valueInWords } from '../value.js';
import { register } from './register.js';

export const casRegister: Model<Value> = {
  ...register,
  name: 'cas-register',
  functions: ['read', 'write', 'cas'],
  misfit({ f, input, output }) {
    if (f !== 'cas') return undefined;
    if (!Array.isArray(input) || input.length !== 2) {
      return `value: got ${JSON.stringify(input)}, expected a list of two, from and to`;
    }
    if (output === undefined || typeof output === 'boolean') return undefined;
    return `output: got ${JSON.stringify(output)}, expected whether it replaced the value`;
  },
  step(state, call) {
    if (call.f !== 'cas') return register.step(state, call);
    const [from, to] = pairOf(call);
    const fits = sameValue(from, state);
    if (call.output === false) return fits ? undefined : state;
    if (!fits) return undefined;
    return sameValue(to, state) ? state : to;
  },
  describe(call) {
    if (call.f !== 'cas') return register.describe(call);
    const [from, to] = pairOf(call).map(valueInWords);
    return {
      about: `${from} to ${to}`,
      answer: call.output === false ? 'found another value' : 'succeeded',
    };
  },
  isHarmless: ({ f, output }) => f === 'read' || output === false,
  needed: valuesThatMatter,
  helps: (info, state, { f }) => f !== 'write' && casRegister.step(state, info) !== undefined,
};

function pairOf({ input }: Call): [Value, Value] {
  return input as unknown as [Value, Value];
}

/**
 * An `info` write or cas matters only for the value that it leaves: when a read returned it, a cas
 * started from it, or a cas found another value than its own.
 */
function valuesThatMatter(operations: readonly KeyedOperation[]): KeyedOperation[] {
  const history = operations.filter(({ outcome }) => outcome !== 'fail');
  const isAny = history.some(({ f, output }) => f === 'cas' && output === false);
  const wanted = new Set<string>();
  for (const call of history) {
    if (call.f === 'read') wanted.add(textOf(call.output));
    if (call.f === 'cas') wanted.add(textOf(pairOf(call)[0]));
  }
  return history.filter((call) => {
    if (call.f === 'read') return call.outcome === 'ok' && call.output !== undefined;
    if (call.outcome === 'ok' || isAny) return true;
    return wanted.has(textOf(call.f === 'cas' ? pairOf(call)[1] : call.input));
  });
}
