/** State values as `save` gives them and `load` takes them. */
import type { AnyStateNode, StateValue } from 'xstate';

/**
 * A state value with its regions in document order: XState takes them in the order of the keys.
 * @throws naming the state and the child that it does not have
 */
export function inDocumentOrder(node: AnyStateNode, value: StateValue): StateValue {
  if (typeof value === 'string') return value;
  const children = Object.keys(value).map((key) => {
    const child: AnyStateNode | undefined = node.states[key];
    if (child === undefined) throw new Error(`state '${node.id}' has no child '${key}'`);
    return child;
  });
  children.sort((one, other) => one.order - other.order);
  return Object.fromEntries(
    children.map((child) => [child.key, inDocumentOrder(child, value[child.key]!)]),
  );
}

/**
 * Whether active states make a configuration: each with its parent, a compound one with one child,
 * a parallel one with all. XState fails at that when a transition from within a state leads to a
 * history state of it that remembers something else then: it leaves other states than it enters
 * (seen in 5.33.3).
 */
export function isConfiguration(nodes: readonly AnyStateNode[]): boolean {
  return nodes.every(({ type, parent, states }) => {
    if (parent !== undefined && !nodes.includes(parent)) return false;
    if (type !== 'compound' && type !== 'parallel') return true;
    const children = Object.values<AnyStateNode>(states).filter(
      (child) => child.type !== 'history',
    );
    const active = children.filter((child) => nodes.includes(child));
    return active.length === (type === 'compound' ? 1 : children.length);
  });
}

/** What is said when they make none. */
export const brokenConfiguration =
  'XState leaves states that it does not enter again: a transition from within a state to its history';
