/** Guards asked in order, and which transitions that enables: on tables, and written as code. */
import type { Branch } from './branch.js';
import type { Code } from './code.js';
import { writeGuard } from './guards.js';
import type { Run } from './run.js';

/** Something to ask. */
export interface Question {
  /** What is enabled now; undefined when nothing is. */
  ask(run: Run): Branch | undefined;
  /** Writes the same as code, which has `run`, `event`, `context` at hand and sets `enabled`. */
  write(code: Code): void;
}

/**
 * Each region is asked; only when none of them has an answer the chain is, of which the first
 * transition answers whose guard passes.
 */
export interface Tree {
  readonly regions: readonly Tree[];
  readonly chain: readonly Branch[];
}

/** For an event. */
export function question(tree: Tree): Question {
  return {
    ask: (run) => asked(tree, run, undefined),
    write: (code) => {
      code.line('let asked;');
      code.line('try {');
      writeTree(code, tree, true);
      code.line('} catch (error) {');
      code.line(`throw ${code.held(unevaluated, 'unevaluated')}(asked, run, error);`);
      code.line('}');
    },
  };
}

/** Without an event: each chain answers for itself. */
export function chains(all: readonly (readonly Branch[])[]): Question {
  return {
    ask: (run) => {
      let enabled: Branch | undefined;
      for (const chain of all) {
        const branch = chain.find(({ guard }) => guard === undefined || guard(run));
        if (branch !== undefined) enabled = enable(enabled, branch);
      }
      return enabled;
    },
    write: (code) => {
      for (const [at, chain] of all.entries()) writeChain(code, chain, at === 0, false);
    },
  };
}

/** What is enabled already, and what this question adds to it. */
function asked({ regions, chain }: Tree, run: Run, enabled: Branch | undefined) {
  let both = enabled;
  for (const region of regions) both = asked(region, run, both);
  if (both !== enabled) return both;
  for (const branch of chain) if (passes(branch, run)) return enable(enabled, branch);
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

/** `isFirst`: nothing is enabled yet. */
function writeTree(code: Code, { regions, chain }: Tree, isFirst: boolean): void {
  if (regions.length === 0) {
    writeChain(code, chain, isFirst, true);
  } else {
    const before = isFirst ? 'undefined' : code.variable('before', 'enabled');
    for (const [at, region] of regions.entries()) writeTree(code, region, isFirst && at === 0);
    if (chain.length === 0) return;
    code.line(`if (enabled === ${before}) {`);
    writeChain(code, chain, isFirst, true);
    code.line('}');
  }
}

/** `isNoted`: which guard is asked is noted down, in case that it throws. */
function writeChain(
  code: Code,
  chain: readonly Branch[],
  isFirst: boolean,
  isNoted: boolean,
): void {
  code.line('chain: {');
  for (const branch of chain) {
    const name = code.held(branch, 'branch');
    const both = `enabled === undefined ? ${name} : enabled.and(${name}.last)`;
    const enabling = `enabled = ${isFirst ? name : both};`;
    const { guard } = branch;
    if (guard === undefined) {
      code.line(enabling);
    } else {
      if (isNoted) code.line(`asked = ${name};`);
      code.line(`if (${writeGuard(code, guard)}) {`);
      code.line(enabling);
      code.line('break chain;');
      code.line('}');
    }
  }
  code.line('}');
}
