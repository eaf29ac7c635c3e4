/**
 * Machines made of machines: the same chart with one part changed. The machine that one is made of
 * stays as it is, so what is shipped holds no switch for what is only tested. Named guards, actions
 * and delays are replaced by XState's own `provide`.
 */
import { type AnyStateMachine, createMachine } from 'xstate';

/** A state as it is written: data, and functions within. */
// biome-ignore lint/suspicious/noExplicitAny: a config holds whatever XState takes.
export type StateConfig = Readonly<Record<string, any>>;

/**
 * The machine with one of its states written otherwise, and the same implementations. Ids stay, and so
 * do the names of transitions that the change leaves in place.
 * @param path keys from the root down to the state, as XState's `path` of a state node; none: the root
 * @throws RangeError naming the state that is not there
 */
export function mutant(
  machine: AnyStateMachine,
  path: readonly string[],
  change: (state: StateConfig) => StateConfig,
): AnyStateMachine {
  const at = (state: StateConfig, depth: number): StateConfig => {
    const key = path[depth];
    if (key === undefined) return change(state);
    const child = state['states']?.[key];
    if (child === undefined) {
      const missing = path.slice(0, depth + 1).join('.');
      throw new RangeError(`machine '${machine.id}' has no state '${missing}'`);
    }
    return { ...state, states: { ...state['states'], [key]: at(child, depth + 1) } };
  };
  const config = at(machine.config, 0);
  return createMachine(
    config as never,
    machine.implementations as never,
  ) as unknown as AnyStateMachine;
}
