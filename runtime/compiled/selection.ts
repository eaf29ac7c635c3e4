/** Which transitions an event may enable in a configuration, in the order in which XState asks. */
import type { Branch } from './branch.js';
import { Code, Warming } from './code.js';
import type { Configuration } from './configuration.js';
import { writeGuard } from './guards.js';
import { ancestorsOf, isAtomic, type Node } from './nodes.js';
import type { Program, Transition } from './program.js';
import type { Run } from './run.js';

/** What is enabled now; undefined when nothing is. */
export type Ask = Warming<Branch | undefined>;

/** What an event of a type may enable. */
export interface Selection {
  readonly ask: Ask;
  /** Whether XState itself gives a meaning to this type of event when it comes from outside. */
  readonly isSpecial: boolean;
}

/**
 * Each region is asked; only when none of them has an answer the chain is, of which the first
 * transition answers whose guard passes.
 */
interface Question {
  readonly regions: readonly Question[];
  readonly chain: readonly Branch[];
}

const nothing: Question = { regions: [], chain: [] };

export function selectionOf(
  program: Program,
  configuration: Configuration,
  eventType: string,
): Selection {
  const isSpecial =
    ['*', 'xstate.init', 'xstate.stop'].includes(eventType) ||
    eventType.startsWith('xstate.error.actor');
  const branches = (all: readonly Transition[]) => all.map((one) => configuration.branch(one));
  const visit = (node: Node): Question => {
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
  const question = visit(program.machine.root);
  const ask: Ask = new Warming<Branch | undefined>(
    program.codeAfter,
    (run) => asked(question, run, undefined),
    () => {
      const code = new Code();
      writeQuestion(code, question);
      return code.made<Branch | undefined>(
        `${program.machine.id}, ${configuration.name}: ${eventType}`,
      );
    },
  );
  return { ask, isSpecial };
}

/** What may be enabled without an event: a chain for each leaf, in the order of last entry. */
export function eventlessOf(program: Program, configuration: Configuration): Ask | undefined {
  const chains = configuration.nodes
    .filter(isAtomic)
    .map((leaf) => [leaf, ...ancestorsOf(leaf, undefined)])
    .map((nodes) => nodes.map((node) => program.eventless(node)))
    .map((lists) => lists.reduce((inner, own) => program.algorithm.byDepth(inner, own), []))
    .map((chain) => upToCertain(chain.map((one) => configuration.branch(one))))
    .filter((chain) => chain.length > 0);
  if (chains.length === 0) return undefined;
  return new Warming<Branch | undefined>(
    program.codeAfter,
    (run) => askedEventless(chains, run),
    () => {
      const code = new Code();
      writeEventless(code, chains);
      return code.made<Branch | undefined>(`${program.machine.id}, ${configuration.name}`);
    },
  );
}

function canAnswer({ regions, chain }: Question): boolean {
  return regions.length > 0 || chain.length > 0;
}

/** Nothing behind a transition without a guard is ever asked. */
function upToCertain(chain: readonly Branch[]): readonly Branch[] {
  const certain = chain.findIndex(({ guard }) => guard === undefined);
  return certain === -1 ? chain : chain.slice(0, certain + 1);
}

// ---------------------------------------------------------------------------------------------
// By tables

/** What is enabled already, and what this question adds to it. */
function asked({ regions, chain }: Question, run: Run, enabled: Branch | undefined) {
  let both = enabled;
  for (const region of regions) both = asked(region, run, both);
  if (both !== enabled) return both;
  for (const branch of chain) if (passes(branch, run)) return enable(enabled, branch);
  return enabled;
}

function askedEventless(chains: readonly (readonly Branch[])[], run: Run): Branch | undefined {
  let enabled: Branch | undefined;
  for (const chain of chains) {
    const branch = chain.find(({ guard }) => guard === undefined || guard(run));
    if (branch !== undefined) enabled = enable(enabled, branch);
  }
  return enabled;
}

function enable(enabled: Branch | undefined, branch: Branch): Branch {
  return enabled === undefined ? branch : enabled.and(branch.last);
}

function passes(branch: Branch, run: Run): boolean {
  const { guard } = branch;
  if (guard === undefined) return true;
  try {
    return guard(run);
  } catch (error) {
    throw unevaluated(branch, run, error);
  }
}

/** XState's own words. */
function unevaluated({ last }: Branch, { event }: Run, error: unknown): Error {
  const named = last.guardName === undefined ? '' : `'${last.guardName}' `;
  const where = `in transition for event '${event.type}' in state node '${last.source.id}'`;
  const why = (error as Error).message;
  return new Error(`Unable to evaluate guard ${named}${where}:\n${why}`, { cause: error });
}

// ---------------------------------------------------------------------------------------------
// As code

function writeQuestion(code: Code, question: Question): void {
  code.line('const { event, state: { context } } = run;');
  code.line('let enabled, asked;');
  code.line('try {');
  writePart(code, question);
  code.line('} catch (error) {');
  code.line(`  throw ${code.held(unevaluated, 'unevaluated')}(asked, run, error);`);
  code.line('}');
  code.line('return enabled;');
}

function writePart(code: Code, { regions, chain }: Question): void {
  const before = code.variable('before', 'enabled');
  for (const region of regions) writePart(code, region);
  code.line(`if (enabled === ${before}) {`);
  writeChain(code, chain, true);
  code.line('}');
}

function writeEventless(code: Code, chains: readonly (readonly Branch[])[]): void {
  code.line('const { event, state: { context } } = run;');
  code.line('let enabled;');
  for (const chain of chains) writeChain(code, chain, false);
  code.line('return enabled;');
}

function writeChain(code: Code, chain: readonly Branch[], isNoted: boolean): void {
  code.line('chain: {');
  for (const branch of chain) {
    const name = code.held(branch, 'branch');
    const { guard } = branch;
    const enabling = `enabled = ${code.held(enable, 'enable')}(enabled, ${name});`;
    if (guard === undefined) {
      code.line(`  ${enabling}`);
    } else {
      if (isNoted) code.line(`  asked = ${name};`);
      code.line(`  if (${writeGuard(code, guard)}) {`);
      code.line(`    ${enabling}`);
      code.line('    break chain;');
      code.line('  }');
    }
  }
  code.line('}');
}
