/**
 * What follows from a question: on tables at first, and by code once it has been asked often. The
 * code does by itself what the transitions do that have been taken often; others go by tables.
 */
import type { Branch } from './branch.js';
import { Code } from './code.js';
import { writeOperation } from './operation.js';
import type { Program } from './program.js';
import type { Question } from './question.js';
import type { Run } from './run.js';

export class Answer {
  /** Asks, and takes what is enabled. @returns whether anything is */
  take: (run: Run) => boolean;
  /** Whether XState itself gives a meaning to this type of event when it comes from outside. */
  readonly isSpecial: boolean;
  readonly #program: Program;
  readonly #question: Question;
  readonly #title: string;
  /** How often a transition was taken by tables. */
  readonly #taken: Map<Branch, number> = new Map();

  constructor(program: Program, question: Question, title: string, isSpecial = false) {
    this.isSpecial = isSpecial;
    this.#program = program;
    this.#question = question;
    this.#title = title;
    let asked = 0;
    this.take = (run) => {
      // Not at once, as a transition that is taken often soon brings its own code.
      if (++asked > program.codeAfter * 4) this.#becomeCode();
      return this.#takeByTables(run, question.ask(run));
    };
  }

  /** The code for what has been met so far. */
  get code(): Code {
    const code = new Code();
    code.line('const { state, event, actions } = run;');
    code.line('let { context } = state;');
    code.line('let enabled;');
    this.#question.write(code);
    for (const [branch, taken] of this.#taken) {
      if (taken > this.#program.codeAfter) writePlan(code, branch);
    }
    const byTables = (run: Run, enabled: Branch | undefined) => this.#takeByTables(run, enabled);
    code.line(`return ${code.held(byTables, 'byTables')}(run, enabled);`);
    return code;
  }

  #takeByTables(run: Run, enabled: Branch | undefined): boolean {
    if (enabled === undefined) return false;
    const taken = (this.#taken.get(enabled) ?? 0) + 1;
    this.#taken.set(enabled, taken);
    run.perform(enabled.plan(run.state.history));
    if (taken === this.#program.codeAfter + 1) this.#becomeCode();
    return true;
  }

  #becomeCode(): void {
    if (this.#program.mayMakeCode()) this.take = this.code.made(this.#title);
  }
}

/** Unless a history state has a say in it. */
function writePlan(code: Code, branch: Branch): void {
  const { fixed } = branch;
  if (fixed === undefined) return;
  const { operations, recorded, next, isDone } = fixed;
  code.line(`if (enabled === ${code.held(branch, 'branch')}) {`);
  code.line('const begin = actions.length;');
  for (const operation of operations) writeOperation(code, operation);
  if (recorded.length > 0) {
    code.line(`state.history = state.history.with(${code.held(recorded, 'recorded')});`);
  }
  if (next !== undefined) {
    code.line(`state.configuration = ${code.held(next, 'configuration')};`);
    code.line('run.hasChanged = true;');
  }
  if (isDone) code.line('state.isDone = true;');
  code.line(`if (run.reports) run.report(${code.held(fixed, 'plan')}, begin);`);
  code.line('return true;');
  code.line('}');
}
