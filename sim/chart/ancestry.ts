/** Which state of a chart is in which. */
import type { AnyStateNode } from 'xstate';

/** Whether a state is a proper descendant of another. */
export function isWithin(inner: AnyStateNode, outer: AnyStateNode): boolean {
  return inner.id !== outer.id && upTo(outer, inner) !== undefined;
}

/** The child of a state that another is, or is in. */
export function childWith(home: AnyStateNode, inner: AnyStateNode): AnyStateNode {
  return upTo(home, inner)!.at(-1)!;
}

/** Keys from a state down to another: empty for itself. */
export function pathIn(outer: AnyStateNode, inner: AnyStateNode): string {
  return (upTo(outer, inner) ?? [])
    .map(({ key }) => key)
    .reverse()
    .join('.');
}

/** A state and those that it is in, up to but without `outer`; undefined when it is not in it. */
function upTo(outer: AnyStateNode, inner: AnyStateNode): AnyStateNode[] | undefined {
  const chain: AnyStateNode[] = [];
  for (let node: AnyStateNode | undefined = inner; node !== undefined; node = node.parent) {
    if (node === outer) return chain;
    chain.push(node);
  }
  return undefined;
}
