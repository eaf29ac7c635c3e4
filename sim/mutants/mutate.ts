/** Machines made by a mutation: one place is written otherwise, and nothing beside it. */
import { type AnyStateMachine, not } from 'xstate';
import { mutant, type StateConfig } from '../../machines/mutant.js';
import { stateNodes } from '../../runtime/transition-names.js';
import type { Mutation } from './mutation.js';
import { listed, listOf, transitionsIn, withTransitions } from './transition-list.js';

type Place = Pick<Mutation, 'where' | 'operator' | 'to' | 'action'>;

/**
 * The machine with the mutation.
 * @throws RangeError when the machine has no such place; whatever XState throws at a machine that it
 * refuses to build
 */
export function mutated(machine: AnyStateMachine, mutation: Place): AnyStateMachine {
  const { where, operator, action } = mutation;
  const state = where.split('|')[0]!;
  return rewritten(machine, state, (config) => {
    if (where.includes('|')) {
      return changed(machine, config, where, (transition) => otherwise(transition, mutation));
    }
    if (operator !== 'drop' || action === undefined || action.list === 'actions') {
      throw new RangeError(`'${operator}' of state '${state}', expected a list of its actions`);
    }
    return without(config, action.list, action.at);
  });
}

/** The machine with a state, by id, written otherwise. */
export function rewritten(
  machine: AnyStateMachine,
  state: string,
  change: (config: StateConfig) => StateConfig,
): AnyStateMachine {
  const node = stateNodes(machine).find(({ id }) => id === state);
  if (node === undefined) throw new RangeError(`machine '${machine.id}' has no state '${state}'`);
  return mutant(machine, node.path, change);
}

/** A state's config with one transition, by name, written otherwise; undefined: it is not there. */
export function changed(
  machine: AnyStateMachine,
  config: StateConfig,
  transition: string,
  change: (transition: StateConfig) => StateConfig | undefined,
): StateConfig {
  const [state, descriptor, index] = transition.split('|') as [string, string, string];
  const node = stateNodes(machine).find(({ id }) => id === state)!;
  const list = listOf(node, descriptor);
  const all = transitionsIn(config, list);
  if (all[Number(index)] === undefined) {
    throw new RangeError(`machine '${machine.id}' has no transition '${transition}'`);
  }
  return withTransitions(
    config,
    list,
    all.flatMap((one, at) => (at === Number(index) ? (change(one) ?? []) : one)),
  );
}

function otherwise(
  transition: StateConfig,
  { operator, to, action }: Place,
): StateConfig | undefined {
  switch (operator) {
    case 'remove':
      return undefined;
    case 'retarget':
      return { ...transition, target: `#${to}` };
    case 'negate':
      return { ...transition, guard: not(transition['guard'] as never) };
    case 'drop':
      return without(transition, 'actions', action!.at);
  }
}

function without(config: StateConfig, list: string, at: number): StateConfig {
  const { [list]: written, ...rest } = config;
  const left = listed(written).toSpliced(at, 1);
  return left.length === 0 ? rest : { ...rest, [list]: left };
}
