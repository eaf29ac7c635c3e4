/** Elements of an SCXML document, as far as they are read. */

// biome-ignore lint/suspicious/noExplicitAny: configurations are built without XState's types.
export type Loose = any;

/** An element as far as it is read here. */
export interface Element {
  readonly tagName: string;
  readonly children: Iterable<Element>;
  readonly textContent: string;
  getAttribute(name: string): string | null;
}

/** What XState, or a machine without actors, has no word for. */
export class Unsupported extends Error {}

/** An attribute with its entities resolved, which linkedom leaves as they are. */
export function attributeOf(element: Element, name: string): string | null {
  return (
    element
      .getAttribute(name)
      ?.replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&') ?? null
  );
}

/** Children by name, in order. */
export function childrenOf(element: Element, ...names: string[]): Element[] {
  return [...element.children].filter(({ tagName }) => names.includes(tagName));
}

/** Those of a name below one, but for what is only carried. */
export function allOf(element: Element, name: string): Element[] {
  return [...element.children].flatMap((child) => [
    ...(child.tagName === name ? [child] : []),
    ...(child.tagName === 'content' ? [] : allOf(child, name)),
  ]);
}
