/** What a search that found no order stood before in the end: every state that could be had then. */
import type { Configuration } from './configurations.js';
import type { Part } from './judge-part.js';
import type { Cause } from './model.js';
import type { KeyedOperation } from './operation.js';
import { orderOf } from './order.js';
import type { Search } from './search.js';
import { named } from './words.js';

/** So many states are shown with what led to them. */
const shownMost = 4;

/** Why the operation at which a search ended can't be placed. */
export function obstaclesOf(search: Search, { model }: Part): Cause {
  const { states, partition } = search.configurations;
  const { key } = partition.operations[search.front.low]!;
  const all = [...search.front.byState.values()];
  const shown = all.slice(0, shownMost).map((configuration) => {
    const last = lastChange(search, configuration);
    const what = states.describe(configuration.state);
    const since =
      last === undefined ? 'as at first' : `after ${named(last, model.describe(last).about)}`;
    return { text: `${what} (${since})`, last };
  });
  const others = shown.flatMap(({ last }) => last ?? []);
  const holds = alternatives(
    shown.map(({ text }) => text),
    all.length - shown.length,
  );
  const because = `but whatever order is given to what had begun by then, ${key} holds ${holds}`;
  return { because: `${because} when its turn comes`, others };
}

function alternatives(texts: readonly string[], more: number): string {
  if (more > 0) return `${texts.join(', ')} or one of ${more} more`;
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** The operation that left the state that a configuration has; undefined for the first state. */
function lastChange(search: Search, { order }: Configuration): KeyedOperation | undefined {
  const { specification, initial } = search.configurations.partition;
  let state = specification.init(initial);
  let last: KeyedOperation | undefined;
  for (const operation of orderOf(search, order)) {
    const next = specification.step(state, operation);
    if (next === undefined) throw new Error(`an order that is none at operation ${operation.id}`);
    if (!specification.equal(next, state)) last = operation;
    state = next;
  }
  return last;
}
