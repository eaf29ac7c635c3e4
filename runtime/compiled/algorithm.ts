/**
 * Which states a microstep leaves and enters: the algorithm of SCXML as XState 5.33 runs it
 * (`stateUtils`, from `removeConflictingTransitions` to `computeEntrySet`), over sets of nodes. It
 * runs once for every table entry, so it is written to be compared with XState's, not to be fast.
 *
 * Methods of a class, not functions, so that a test can break one at a time and see it caught.
 */
import type { AnyTransitionDefinition } from 'xstate';
import { fits } from './descriptors.js';
import { EntrySet } from './entry-set.js';
import type { Recorded } from './history.js';
import {
  type Arrow,
  ancestorsOf,
  childrenOf,
  historiesOf,
  isAtomic,
  isBelow,
  isHistory,
  type Node,
  sorted,
} from './nodes.js';
import { nodeAt } from './paths.js';
import { asksWildcardsBehindExact, hasParallelHistoryDefault } from './xstate-rules.js';

/** What a history state remembers, undefined when nothing yet. */
export type Recall = (historyId: string) => readonly Node[] | undefined;

export class Algorithm {
  /** A state's transitions for a type of event: the exact ones, then the longest descriptors. */
  candidates({ transitions }: Node, eventType: string): readonly AnyTransitionDefinition[] {
    const exact = transitions.get(eventType);
    if (exact !== undefined && !asksWildcardsBehindExact) return exact;
    const partial = [...transitions.keys()]
      .filter((descriptor) => descriptor !== eventType && fits(eventType, descriptor))
      .sort((one, other) => other.length - one.length);
    const wildcards = partial.flatMap((descriptor) => transitions.get(descriptor) ?? []);
    return exact === undefined ? wildcards : [...exact, ...wildcards];
  }

  /** A state's transitions that need no event. */
  eventless({ always }: Node): readonly AnyTransitionDefinition[] {
    return always ?? [];
  }

  /** Who is asked first: the deeper state. */
  byDepth<T>(inner: readonly T[], outer: readonly T[]): T[] {
    return [...inner, ...outer];
  }

  /**
   * Of enabled transitions, those that are taken: of two that would leave one state the one whose
   * source is deeper, else the earlier.
   */
  withoutConflicts<A extends Arrow>(
    enabled: readonly A[],
    active: ReadonlySet<Node>,
    recall: Recall,
  ): A[] {
    const kept = new Set<A>();
    for (const one of enabled) {
      const outdone: A[] = [];
      let isPreempted = false;
      for (const other of kept) {
        if (!this.#conflict(one, other, active, recall)) continue;
        isPreempted = !isBelow(one.source, other.source);
        if (isPreempted) break;
        outdone.push(other);
      }
      if (isPreempted) continue;
      for (const other of outdone) kept.delete(other);
      kept.add(one);
    }
    return [...kept];
  }

  #conflict(one: Arrow, other: Arrow, active: ReadonlySet<Node>, recall: Recall): boolean {
    const left = new Set(this.exitSet([one], active, recall));
    return this.exitSet([other], active, recall).some((node) => left.has(node));
  }

  /** The states that are left, the deepest and last first. */
  exitSet(arrows: readonly Arrow[], active: ReadonlySet<Node>, recall: Recall): Node[] {
    const left = new Set<Node>();
    for (const arrow of arrows) {
      if (arrow.target === undefined || arrow.target.length === 0) continue;
      const domain = this.domain(arrow, recall);
      if (arrow.reenter && arrow.source === domain) left.add(domain);
      for (const node of active) if (isBelow(node, domain)) left.add(node);
    }
    return sorted([...left], 'last first');
  }

  /** The states that are entered, in document order, and those whose initial actions run. */
  entrySet(
    arrows: readonly Arrow[],
    recall: Recall,
  ): { entered: Node[]; byDefault: ReadonlySet<Node> } {
    const set = new EntrySet(this, recall);
    for (const arrow of arrows) set.add(arrow);
    return { entered: sorted([...set.entered]), byDefault: set.byDefault };
  }

  /** What the history states of states that are left remember from then on. */
  recorded(left: readonly Node[], active: ReadonlySet<Node>): Recorded {
    return left.flatMap((node) =>
      historiesOf(node).map((history) => [history.id, this.remembered(history, active)] as const),
    );
  }

  /** Of the active states, those that one history state keeps. */
  remembered(history: Node, active: ReadonlySet<Node>): Node[] {
    const { parent } = history;
    return [...active].filter((node) =>
      history.history === 'deep' ? isAtomic(node) && isBelow(node, parent) : node.parent === parent,
    );
  }

  /** The state within which a transition stays; undefined when it leaves even the root. */
  domain(arrow: Arrow, recall: Recall): Node | undefined {
    const { source, reenter } = arrow;
    const targets = this.effectiveTargets(arrow, recall);
    const staysInside = (target: Node) => target === source || isBelow(target, source);
    if (!reenter && targets.every(staysInside)) return source;
    const all = [...targets, source];
    const [head, ...tail] = all as [Node, ...Node[]];
    const common = ancestorsOf(head, undefined).find((ancestor) =>
      tail.every((node) => isBelow(node, ancestor)),
    );
    return common ?? (reenter ? undefined : source.machine.root);
  }

  /** Targets with what history states stand for. */
  effectiveTargets({ target }: Pick<Arrow, 'target'>, recall: Recall): Node[] {
    const found = new Set<Node>();
    for (const node of target ?? []) {
      const meant = isHistory(node)
        ? (recall(node.id) ?? this.effectiveTargets(this.historyDefault(node), recall))
        : [node];
      for (const one of meant) found.add(one);
    }
    return [...found];
  }

  /** Where a history state leads that remembers nothing. */
  historyDefault(history: Node): { target: readonly Node[]; isInitial: boolean } {
    const parent = history.parent as Node;
    const { target } = history.config as { target?: string | readonly (string | Node)[] };
    if (target === undefined || target === '') {
      const isInitial = parent.type !== 'parallel' || !hasParallelHistoryDefault;
      return { target: isInitial ? parent.initial.target : [parent], isInitial };
    }
    const targets = typeof target === 'string' ? [target] : target;
    return { target: targets.map((one) => nodeAt(parent, one)), isInitial: false };
  }

  /** The order of a microstep. */
  inOrder<T>({ left, taken, entered }: Record<'left' | 'taken' | 'entered', readonly T[]>): T[] {
    return [...left, ...taken, ...entered];
  }

  /** Whether a state has reached its end, given what is active. */
  isAtEnd(node: Node, active: ReadonlySet<Node>): boolean {
    if (node.type === 'compound') {
      return childrenOf(node).some((child) => child.type === 'final' && active.has(child));
    }
    if (node.type === 'parallel') {
      return childrenOf(node).every((child) => this.isAtEnd(child, active));
    }
    return node.type === 'final';
  }
}
