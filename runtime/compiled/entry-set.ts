/** The states that a microstep enters, as XState's `computeEntrySet` collects them. */
import type { Algorithm, Recall } from './algorithm.js';
import { type Arrow, ancestorsOf, childrenOf, isBelow, isHistory, type Node } from './nodes.js';

export class EntrySet {
  readonly entered: Set<Node> = new Set();
  /** Those that were targeted or entered by default: their initial actions run. */
  readonly byDefault: Set<Node> = new Set();
  readonly #algorithm: Algorithm;
  readonly #recall: Recall;

  constructor(algorithm: Algorithm, recall: Recall) {
    this.#algorithm = algorithm;
    this.#recall = recall;
  }

  add(arrow: Arrow): void {
    const { source, target, reenter } = arrow;
    const domain = this.#algorithm.domain(arrow, this.#recall);
    for (const node of target ?? []) {
      // A transition from a state to itself that stays inside does not enter it anew.
      const isEntered = source !== node || source !== domain || reenter;
      if (!isHistory(node) && isEntered) this.#addByDefault(node);
      this.#addDescendants(node);
    }
    const isRootAnew = source.parent === undefined && reenter;
    for (const node of this.#algorithm.effectiveTargets(arrow, this.#recall)) {
      const ancestors = ancestorsOf(node, domain);
      if (domain?.type === 'parallel') ancestors.push(domain);
      this.#addAncestors(ancestors, isRootAnew ? undefined : domain);
    }
  }

  #addByDefault(node: Node): void {
    this.entered.add(node);
    this.byDefault.add(node);
  }

  #addDescendants(node: Node): void {
    if (isHistory(node)) {
      this.#addHistory(node);
    } else if (node.type === 'compound') {
      const initial = node.initial.target[0] as Node;
      if (!isHistory(initial)) this.#addByDefault(initial);
      this.#addDescendants(initial);
      this.#addAncestors(ancestorsOf(initial, node), undefined);
    } else if (node.type === 'parallel') {
      for (const child of this.#missing(node)) {
        this.#addByDefault(child);
        this.#addDescendants(child);
      }
    }
  }

  #addHistory(history: Node): void {
    const parent = history.parent as Node;
    let targets = this.#recall(history.id);
    if (targets !== undefined) {
      for (const node of targets) {
        this.entered.add(node);
        this.#addDescendants(node);
      }
    } else {
      const { target, isInitial } = this.#algorithm.historyDefault(history);
      targets = target;
      for (const node of target) {
        this.entered.add(node);
        if (isInitial) this.byDefault.add(parent);
        this.#addDescendants(node);
      }
    }
    for (const node of targets) this.#addAncestors(ancestorsOf(node, parent), undefined);
  }

  #addAncestors(ancestors: readonly Node[], below: Node | undefined): void {
    for (const node of ancestors) {
      if (isBelow(node, below)) this.entered.add(node);
      if (node.type !== 'parallel') continue;
      for (const child of this.#missing(node)) {
        this.entered.add(child);
        this.#addDescendants(child);
      }
    }
  }

  /** The regions of which nothing is entered yet; asked anew for each, as some may be added. */
  *#missing(parallel: Node): Iterable<Node> {
    for (const child of childrenOf(parallel)) {
      let isMissing = true;
      for (const node of this.entered) if (isBelow(node, child)) isMissing = false;
      if (isMissing) yield child;
    }
  }
}
