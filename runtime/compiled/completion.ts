/**
 * What XState takes for active when it makes a state value or asks who answers an event: the active
 * states, and what they lack to be a configuration (`getAllStateNodes`). Of those that lack nothing
 * it is the same. It makes a difference before the root is entered, and see `isConfiguration`.
 */
import { ancestorsOf, childrenOf, initialNodes, type Node } from './nodes.js';

/** In the order in which XState finds them. */
export function completed(nodes: readonly Node[]): readonly Node[] {
  const all = new Set(nodes);
  const parents = new Set(nodes.map(({ parent }) => parent));
  for (const node of all) {
    if (node.type === 'compound') {
      if (!parents.has(node)) for (const initial of initialBelow(node)) all.add(initial);
    } else if (node.type === 'parallel') {
      for (const child of childrenOf(node)) {
        if (!all.has(child)) for (const initial of initialBelow(child)) all.add(initial);
      }
    }
  }
  for (const node of all) for (const ancestor of ancestorsOf(node, undefined)) all.add(ancestor);
  return [...all];
}

/** A node, what is entered with it by default, and what lies between. */
function initialBelow(node: Node): Iterable<Node> {
  const found = new Set(initialNodes(node));
  for (const initial of found) {
    for (const between of ancestorsOf(initial, node)) found.add(between);
  }
  return found;
}
