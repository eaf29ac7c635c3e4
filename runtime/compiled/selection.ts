/** Which transitions an event may enable in a configuration, in the order in which XState asks. */
import { Answer } from './answer.js';
import type { Branch } from './branch.js';
import type { Configuration } from './configuration.js';
import { ancestorsOf, isAtomic, type Node } from './nodes.js';
import type { Program, Transition } from './program.js';
import { chains, question, type Tree } from './question.js';

const nothing: Tree = { regions: [], chain: [] };

/** What an event of a type may enable. */
export function answerTo(
  program: Program,
  configuration: Configuration,
  eventType: string,
): Answer {
  const isSpecial =
    ['*', 'xstate.init', 'xstate.stop'].includes(eventType) ||
    eventType.startsWith('xstate.error.actor');
  const branches = (all: readonly Transition[]) => all.map((one) => configuration.branch(one));
  const visit = (node: Node): Tree => {
    const own = branches(program.candidates(node, eventType));
    const children = configuration.childrenOf(node);
    // Of a compound state the one child; of a broken configuration what its state value names.
    const [first] = children;
    const isOne = node.type === 'compound' && first !== undefined && isAtomic(first);
    const answering = (isOne ? [first] : children).map(visit).filter(canAnswer);
    if (answering.length > 1) return { regions: answering, chain: upToCertain(own) };
    const [{ regions, chain } = nothing] = answering;
    return { regions, chain: upToCertain(program.algorithm.byDepth(chain, own)) };
  };
  const asked = question(visit(program.machine.root));
  const title = `${program.machine.id}, ${configuration.name}: ${eventType}`;
  return new Answer(program, asked, title, isSpecial);
}

/**
 * What may be enabled without an event, a chain for each leaf, in the order of last entry; undefined
 * when nothing may.
 */
export function eventlessOf(program: Program, configuration: Configuration): Answer | undefined {
  const found = configuration.nodes
    .filter(isAtomic)
    .map((leaf) => [leaf, ...ancestorsOf(leaf, undefined)])
    .map((nodes) => nodes.map((node) => program.eventless(node)))
    .map((lists) => lists.reduce((inner, own) => program.algorithm.byDepth(inner, own), []))
    .map((chain) => upToCertain(chain.map((one) => configuration.branch(one))))
    .filter((chain) => chain.length > 0);
  if (found.length === 0) return undefined;
  const title = `${program.machine.id}, ${configuration.name}`;
  return new Answer(program, chains(found), title);
}

function canAnswer({ regions, chain }: Tree): boolean {
  return regions.length > 0 || chain.length > 0;
}

/** Nothing behind a transition without a guard is ever asked. */
function upToCertain(chain: readonly Branch[]): readonly Branch[] {
  const certain = chain.findIndex(({ guard }) => guard === undefined);
  return certain === -1 ? chain : chain.slice(0, certain + 1);
}
