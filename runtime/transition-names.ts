/**
 * Stable names for the parts of a machine, the same whichever engine runs it: coverage, triggers
 * and mutants hold on to them. A state node's name is its id; a transition's is
 * `source|descriptor|index`, where the source is a state id, the descriptor is the event as it is
 * written (`xstate.after...` and `xstate.done.state...` for `after` and `onDone`, `always` for
 * eventless ones), and the index counts that source's transitions of that descriptor from 0.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/**
 * Every state node in document order: a parent, then its children.
 * @throws when two nodes have one id.
 */
export function stateNodes(machine: AnyStateMachine): readonly AnyStateNode[] {
  const nodes = new Map<string, AnyStateNode>();
  const visit = (node: AnyStateNode) => {
    if (nodes.has(node.id)) {
      throw new Error(`machine '${machine.id}': two states have the id '${node.id}'`);
    }
    nodes.set(node.id, node);
    for (const child of Object.values<AnyStateNode>(node.states)) visit(child);
  };
  visit(machine.root);
  return [...nodes.values()];
}

/**
 * Every transition by name, in document order; within a state those of `on`, `onDone`, `after` and
 * `always`, in this order. Initial transitions have no name: they are part of an entry.
 * @throws when two transitions have one name.
 */
export function namedTransitions(
  machine: AnyStateMachine,
): ReadonlyMap<string, AnyTransitionDefinition> {
  const named = new Map<string, AnyTransitionDefinition>();
  for (const node of stateNodes(machine)) {
    const groups = [...node.transitions.entries(), ['always', node.always ?? []] as const];
    for (const [descriptor, transitions] of groups) {
      for (const [index, transition] of transitions.entries()) {
        const name = `${node.id}|${descriptor}|${index}`;
        if (named.has(name)) {
          throw new Error(`machine '${machine.id}': two transitions have the name '${name}'`);
        }
        named.set(name, transition);
      }
    }
  }
  return named;
}
