/** Where a transition is written in the config of its state: XState names it otherwise. */
import type { AnyStateNode } from 'xstate';
import type { StateConfig } from '../../machines/mutant.js';

/** A list of transitions of a state: those of a descriptor. */
export interface TransitionList {
  readonly key: 'on' | 'after' | 'always' | 'onDone';
  /** The key within `on` and `after`. */
  readonly name?: string;
}

/** Which list of a state's config holds the transitions of a descriptor. */
export function listOf({ id }: AnyStateNode, descriptor: string): TransitionList {
  if (descriptor === 'always') return { key: 'always' };
  if (descriptor === `xstate.done.state.${id}`) return { key: 'onDone' };
  const [after, end] = ['xstate.after.', `.${id}`];
  if (descriptor.startsWith(after) && descriptor.endsWith(end)) {
    return { key: 'after', name: descriptor.slice(after.length, -end.length) };
  }
  return { key: 'on', name: descriptor };
}

/** The transitions of a list as they are written, a target alone as a transition of its own. */
export function transitionsIn(state: StateConfig, { key, name }: TransitionList): StateConfig[] {
  const written = name === undefined ? state[key] : state[key]?.[name];
  return listed(written).map((one) =>
    typeof one === 'string' ? { target: one } : (one as StateConfig),
  );
}

/** The state with other transitions in a list; a list without any is not there. */
export function withTransitions(
  state: StateConfig,
  { key, name }: TransitionList,
  transitions: readonly StateConfig[],
): StateConfig {
  if (name === undefined) return withEntry(state, key, transitions);
  return { ...state, [key]: withEntry(state[key] as StateConfig, name, transitions) };
}

/** What may be written alone or in an array, as an array. */
export function listed(written: unknown): unknown[] {
  if (written === undefined) return [];
  return Array.isArray(written) ? [...written] : [written];
}

/** In its place among the keys: their order is the order in which timers are armed. */
function withEntry(
  record: StateConfig,
  name: string,
  value: readonly StateConfig[],
): Record<string, unknown> {
  const entries = Object.entries(record);
  return Object.fromEntries(
    value.length === 0
      ? entries.filter(([key]) => key !== name)
      : entries.map(([key, old]) => [key, key === name ? value : old]),
  );
}
