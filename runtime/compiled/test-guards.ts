/** Guards for generated machines, of every form. */
import { and, not, or, stateIn } from 'xstate';
import type { Choices, Draft, Loose } from './test-machines.js';

/** Guards that machines name. */
export const guards: Record<string, Loose> = {
  odd: ({ context }: Loose) => context.n % 2 === 1,
  above: ({ context }: Loose, { limit }: Loose) => context.n > limit,
  even: not('odd'),
  'odd and small': and(['odd', not({ type: 'above', params: { limit: 3 } } as never)]),
  throwing: () => {
    throw new Error('this guard throws');
  },
};

/** A guard as it is written; now and then one that throws or is not there. */
export function guardFrom(choices: Choices, states: readonly Draft[]): Loose {
  switch (choices.below(12)) {
    case 0:
      return 'odd';
    case 1:
      return ({ context }: Loose) => context.m > 1;
    case 2:
      return { type: 'above', params: { limit: choices.below(3) } };
    case 3:
      return { type: 'above', params: ({ context }: Loose) => ({ limit: context.m }) };
    case 4:
      return ({ event }: Loose) => event.type === 'a' || event.k === 1;
    case 5:
      return not(guardFrom(choices, states));
    case 6:
      return and([guardFrom(choices, states), guardFrom(choices, states)]);
    case 7:
      return or([guardFrom(choices, states), guardFrom(choices, states)]);
    case 8:
      return stateIn(`#${choices.of(states).id}`);
    case 9:
      return stateIn(valueUpTo(choices.of(states)));
    case 10:
      return choices.of(['even', 'odd and small']);
    default:
      return choices.oneIn(12) ? choices.of(['throwing', 'nobody knows it']) : 'even';
  }
}

/** A state as a value of the machine, as far as that state. */
function valueUpTo({ key, parent }: Draft): Loose {
  const above = parent?.parent === undefined ? undefined : parent;
  if (above === undefined) return key;
  let value: Loose = key;
  for (let state: Draft | undefined = above; state?.parent !== undefined; state = state.parent) {
    value = { [state.key]: value };
  }
  return value;
}
