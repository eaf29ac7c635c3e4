/** Which transitions an event may enable in a configuration, in the order in which XState asks. */
import type { Branch } from './branch.js';
import type { Configuration } from './configuration.js';
import { ancestorsOf, isAtomic, type Node } from './nodes.js';
import type { Program, Transition } from './program.js';

/**
 * Each region is asked; only when none of them has an answer the chain is, of which the first
 * transition answers whose guard passes.
 */
export interface Selection {
  readonly regions: readonly Selection[];
  readonly chain: readonly Branch[];
  /** Whether XState itself gives a meaning to this type of event when it comes from outside. */
  readonly isSpecial: boolean;
}

/** What an event of a type may enable. */
export function selectionOf(
  program: Program,
  configuration: Configuration,
  eventType: string,
): Selection {
  const isSpecial =
    ['*', 'xstate.init', 'xstate.stop'].includes(eventType) ||
    eventType.startsWith('xstate.error.actor');
  const branches = (all: readonly Transition[]) => all.map((one) => configuration.branch(one));
  const nothing: Selection = { regions: [], chain: [], isSpecial };
  const visit = (node: Node): Selection => {
    const own = branches(program.candidates(node, eventType));
    const children = configuration.childrenOf(node);
    // Of a compound state the one child; of a broken configuration what its state value names.
    const [first] = children;
    const isOne = node.type === 'compound' && first !== undefined && isAtomic(first);
    const answering = (isOne ? [first] : children).map(visit).filter(canAnswer);
    if (answering.length > 1) return { regions: answering, chain: upToCertain(own), isSpecial };
    const [{ regions, chain } = nothing] = answering;
    return { regions, chain: upToCertain(program.algorithm.byDepth(chain, own)), isSpecial };
  };
  return visit(program.machine.root);
}

/** What may be enabled without an event: a chain for each leaf, in the order of last entry. */
export function eventlessOf(
  program: Program,
  configuration: Configuration,
): readonly (readonly Branch[])[] {
  return configuration.nodes
    .filter(isAtomic)
    .map((leaf) => [leaf, ...ancestorsOf(leaf, undefined)])
    .map((nodes) => nodes.map((node) => program.eventless(node)))
    .map((lists) => lists.reduce((inner, own) => program.algorithm.byDepth(inner, own), []))
    .map((chain) => upToCertain(chain.map((one) => configuration.branch(one))))
    .filter((chain) => chain.length > 0);
}

function canAnswer({ regions, chain }: Selection): boolean {
  return regions.length > 0 || chain.length > 0;
}

/** Nothing behind a transition without a guard is ever asked. */
function upToCertain(chain: readonly Branch[]): readonly Branch[] {
  const certain = chain.findIndex(({ guard }) => guard === undefined);
  return certain === -1 ? chain : chain.slice(0, certain + 1);
}
