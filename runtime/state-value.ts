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
