/** How state nodes stand to one another, in XState's terms. */
import type { AnyStateNode } from 'xstate';

export type Node = AnyStateNode;

/** Where a transition leads: all that decides which states it leaves and enters. */
export interface Arrow {
  readonly source: Node;
  /** Undefined when it stays where it is. */
  readonly target: readonly Node[] | undefined;
  readonly reenter: boolean;
}

export function isHistory(node: Node): boolean {
  return node.type === 'history';
}

/** A leaf of a configuration. A parallel state without regions is none, as in XState. */
export function isAtomic(node: Node): boolean {
  return node.type === 'atomic' || node.type === 'final';
}

/** Properly below; every node is below undefined. */
export function isBelow(node: Node, ancestor: Node | undefined): boolean {
  if (ancestor === undefined) return true;
  for (let above = node.parent; above !== undefined; above = above.parent) {
    if (above === ancestor) return true;
  }
  return false;
}

/** The nearest first, up to one that is not among them, or else to the root. */
export function ancestorsOf(node: Node, upTo: Node | undefined): Node[] {
  const found: Node[] = [];
  if (node === upTo) return found;
  for (let above = node.parent; above !== undefined && above !== upTo; above = above.parent) {
    found.push(above);
  }
  return found;
}

/** Its states, without history states, in document order. */
export function childrenOf(node: Node): Node[] {
  return Object.values<Node>(node.states).filter((child) => !isHistory(child));
}

/** Its history states, in document order. */
export function historiesOf(node: Node): Node[] {
  return Object.values<Node>(node.states).filter(isHistory);
}

/** The root and all that is entered by default, as XState targets them at the start. */
export function initialNodes(root: Node): Node[] {
  const found = new Set<Node>();
  const visit = (node: Node) => {
    if (found.has(node)) return;
    found.add(node);
    if (node.type === 'compound') visit(node.initial.target[0]!);
    else if (node.type === 'parallel') for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return [...found];
}

/** In place, as everything of this kind is: by document order, or (`'last first'`) against it. */
export function sorted(nodes: Node[], order: 'first first' | 'last first' = 'first first'): Node[] {
  return order === 'first first'
    ? nodes.sort((one, other) => one.order - other.order)
    : nodes.sort((one, other) => other.order - one.order);
}
