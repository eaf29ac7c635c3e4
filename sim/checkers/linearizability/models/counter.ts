/**
 * A counter: `add` of a number, perhaps below zero, and `read`. An add may return what the counter
 * holds after it.
 */
import type { Model } from '../model.js';
import type { Call } from '../operation.js';
import type { Value } from '../value.js';

export const counter: Model<number> = {
  name: 'counter',
  functions: ['read', 'add'],
  initial: 0,
  misfit({ f, input, output }) {
    if (f === 'add' && !Number.isSafeInteger(input)) {
      return `value: got ${JSON.stringify(input)}, expected an integer to add`;
    }
    if (output === undefined || output === null || Number.isSafeInteger(output)) return undefined;
    return `${f === 'add' ? 'output' : 'value'}: got ${JSON.stringify(output)}, expected an integer`;
  },
  init: (initial) => numberOf(initial),
  step(state, { f, input, output }) {
    const next = f === 'add' ? state + numberOf(input) : state;
    const isAnswered = output !== undefined && (f === 'read' || output !== null);
    return isAnswered && output !== next ? undefined : next;
  },
  equal: (one, other) => one === other,
  keyOf: String,
  describe: ({ f, input, output }) => ({
    about: String((f === 'add' ? input : output) ?? 'unknown'),
    answer: output === undefined || output === null ? 'succeeded' : `returned ${output}`,
  }),
  describeState: String,
  isHarmless: ({ f, input }) => f === 'read' || input === 0,
  needed: (operations) =>
    operations.filter(({ f, outcome }) => outcome === 'ok' || (outcome === 'info' && f === 'add')),
  helps,
};

/**
 * An `info` add helps to an answer that lies in its direction. Adds that lead to an answer in the end
 * can stand in such an order that each leads nearer to it, for the sum of those that are left does.
 */
function helps({ input }: Call, state: number, { f, input: added, output }: Call): boolean {
  if (typeof output !== 'number') return false;
  const missing = output - (f === 'add' ? numberOf(added) : 0) - state;
  return missing > 0 ? numberOf(input) > 0 : missing < 0 && numberOf(input) < 0;
}

function numberOf(value: Value): number {
  return typeof value === 'number' ? value : 0;
}
