/**
 * Rules of XState that were mended within the range of versions that the package accepts. Each is
 * told by what the XState that is there does, so that the engine does the same.
 */
import { type AnyActorScope, createMachine, type StateValue } from 'xstate';
import { inertSystem } from '../inert.js';

/** Whether wildcards are asked when no exact transition's guard passes (since 5.32.3). */
export const asksWildcardsBehindExact =
  after({ on: { go: { guard: () => false, target: 'other' }, '*': 'there' } }, 'go') === 'there';

/** Whether a parallel state's history that remembers nothing leads to that state (since 5.33). */
export const hasParallelHistoryDefault = after({ on: { go: '#history' } }, 'go') !== 'start';

/** Where a machine is that has taken one event in a state with the given transitions. */
function after(start: object, type: string): StateValue {
  const history = { type: 'history', id: 'history' } as const;
  const machine = createMachine({
    initial: 'start',
    states: {
      start,
      there: {},
      other: {},
      both: { type: 'parallel', states: { one: {}, history } },
    },
  });
  const scope = { self: {}, system: inertSystem(), actionExecutor: () => {} };
  const before = machine.resolveState({ value: 'start', context: {} });
  return machine.transition(before, { type }, scope as unknown as AnyActorScope).value;
}
