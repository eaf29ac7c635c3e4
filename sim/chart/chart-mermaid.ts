/**
 * A machine's chart as a Mermaid state diagram (`stateDiagram-v2`).
 *
 * Mermaid puts a state where it is mentioned last, and draws arrows between states side by side; an
 * arrow from a state into itself it can't draw, and it gives a state with children no room for text.
 * What happens whichever child is active starts from, or is listed in, a dashed state
 * `in any state` beside the children.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { childWith, pathIn } from './ancestry.js';
import { type Arrow, type Arrows, arrowsOf } from './arrows.js';
import { Aliases, labelText } from './mermaid-text.js';

/**
 * @param title shown above the diagram
 * @param part of the chart that is drawn, with what happens in it; by default the whole
 * @returns the diagram's text, which ends with a newline
 */
export function chartMermaid(
  machine: AnyStateMachine,
  title: string,
  part: AnyStateNode = machine.root,
): string {
  return new Diagram(machine, part).text(title);
}

const anywhere = 'in any state';

class Diagram {
  readonly #part: AnyStateNode;
  readonly #arrows: Arrows;
  readonly #aliases = new Aliases();
  readonly #anywheres = new Set<string>();

  constructor(machine: AnyStateMachine, part: AnyStateNode) {
    this.#part = part;
    this.#arrows = arrowsOf(machine);
  }

  text(title: string): string {
    // Regions stand side by side in a state only.
    const isWhole = this.#part.type === 'parallel' || !hasChildren(this.#part);
    const body = isWhole ? this.#state(this.#part) : this.#inner(this.#part);
    return [
      '---',
      `title: ${JSON.stringify(title)}`,
      '---',
      'stateDiagram-v2',
      ...indented([...body, ...this.#style()]),
      '',
    ].join('\n');
  }

  /** The declaration of a state with all that is in it. */
  #state(node: AnyStateNode): string[] {
    const alias = this.#alias(node);
    const head = `state "${labelText([nameOf(node)])}" as ${alias}`;
    if (hasChildren(node)) return [`${head} {`, ...indented(this.#inner(node)), '}'];
    return [
      head,
      ...this.#listed(node, alias),
      ...(node.type === 'final' ? [`${alias} --> [*]`] : []),
    ];
  }

  #inner(node: AnyStateNode): string[] {
    const children = Object.values<AnyStateNode>(node.states);
    const arrows = this.#arrows.arrows.filter(({ home }) => home === node);
    if (node.type === 'parallel') {
      const regions = children.map((child) => [
        ...arrows.filter(({ to }) => to === child).map((arrow) => this.#arrow(arrow)),
        ...this.#state(child),
      ]);
      return [...regions, this.#declaredAnywhere(node)]
        .filter((region) => region.length > 0)
        .flatMap((region, at) => (at === 0 ? region : ['--', ...region]));
    }
    return [
      ...this.#initial(node),
      ...arrows.map((arrow) => this.#arrow(arrow)),
      ...children.flatMap((child) => this.#state(child)),
      ...this.#declaredAnywhere(node),
    ];
  }

  #initial(node: AnyStateNode): string[] {
    return (node.initial.target ?? []).map((target) => {
      const child = childWith(node, target);
      const path = pathIn(child, target);
      const alias = this.#alias(child);
      return path === '' ? `[*] --> ${alias}` : `[*] --> ${alias} : ${labelText([`to ${path}`])}`;
    });
  }

  /** What a state does without leaving it, below its name. */
  #listed(node: AnyStateNode, alias: string): string[] {
    const lines = this.#arrows.inside.get(node.id) ?? [];
    return counted(lines).map((line) => `${alias} : ${labelText([line])}`);
  }

  #declaredAnywhere(node: AnyStateNode): string[] {
    const isSource = this.#arrows.arrows.some((arrow) => {
      return arrow.home === node && arrow.from === undefined;
    });
    if (!isSource && !this.#arrows.inside.has(node.id)) return [];
    const alias = this.#anywhere(node);
    return [`state "${anywhere}" as ${alias}`, ...this.#listed(node, alias)];
  }

  #anywhere(node: AnyStateNode): string {
    // An empty key more than a state of that name has.
    const alias = this.#alias(node, anywhere, '');
    this.#anywheres.add(alias);
    return alias;
  }

  #arrow({ home, from, to, lines }: Arrow): string {
    const start = from === undefined ? this.#anywhere(home) : this.#alias(from);
    return `${start} --> ${this.#alias(to)} : ${labelText(counted(lines))}`;
  }

  #alias(node: AnyStateNode, ...inner: readonly string[]): string {
    return this.#aliases.of([this.#part.machine.id, ...node.path, ...inner]);
  }

  #style(): string[] {
    if (this.#anywheres.size === 0) return [];
    return [
      'classDef anywhere fill:none,stroke-dasharray:4',
      `class ${[...this.#anywheres].join(',')} anywhere`,
    ];
  }
}

function nameOf(node: AnyStateNode): string {
  if (node.type !== 'history') return node.key;
  return `${node.key} (${node.history === 'deep' ? 'deep history' : 'history'})`;
}

function hasChildren(node: AnyStateNode): boolean {
  return Object.keys(node.states).length > 0;
}

/** Guards without a name look alike: lines that are equal become one that says how many. */
function counted(lines: readonly string[]): string[] {
  return [...new Set(lines)].map((line) => {
    const times = lines.filter((other) => other === line).length;
    return times === 1 ? line : `${line} ×${times}`;
  });
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
