/** Targets as they are written: `#id`, or keys with dots between them. */
import type { Node } from './nodes.js';

/** Keys of a path; a backslash keeps a dot within one. */
function keysOf(path: string): string[] {
  const keys: string[] = [];
  let key = '';
  for (let at = 0; at < path.length; at++) {
    if (path[at] === '.') {
      keys.push(key);
      key = '';
    } else {
      key += path[at] === '\\' ? path[++at] : path[at];
    }
  }
  return [...keys, key];
}

/** The node at a path from another. @throws XState's own error when there is none */
export function nodeAt(from: Node, path: string | Node): Node {
  if (typeof path !== 'string') return path;
  if (path[0] === '#') return from.machine.getStateNodeById(path) as Node;
  let node = from;
  for (const key of keysOf(path)) {
    if (key === '') break;
    const child: Node | undefined = node.states[key];
    if (child === undefined) {
      throw new Error(`Child state '${key}' does not exist on '${node.id}'`);
    }
    node = child;
  }
  return node;
}
