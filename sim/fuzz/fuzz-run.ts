/** One run of a campaign: drawn, run, healed, judged; and what of it a campaign needs to know. */
import type { CheckerName, Verdict } from '../checkers/verdict.js';
import { type RunOptions, runResolved } from '../run.js';
import { type Signature, signatureOf } from '../story/signature.js';
import { Coverage } from './coverage.js';
import type { Subject } from './draw-scenario.js';
import { type Recipe, scenarioOf } from './recipe.js';
import { type SwitchCounts, switchCounts } from './switch-counts.js';
import { standingOf, type Violation, violationsOf } from './violation.js';

/** A run to be made. */
export interface Task {
  /** Its place in the campaign, from 0. */
  readonly index: number;
  readonly recipe: Recipe;
}

/** What came of it; plain data. */
export interface Outcome extends Task {
  readonly digest: string;
  readonly events: number;
  /** How long it lasted, in simulated microseconds. */
  readonly virtualUs: number;
  readonly violations: readonly Violation[];
  /** What its faults and commands met; only where it violates anything. */
  readonly signature?: Signature;
  /** Checkers that could not decide what is claimed, or would be. */
  readonly undecided: readonly CheckerName[];
  readonly counts: SwitchCounts;
  /** What it reached and no run before it in the same process had. */
  readonly reached: readonly number[];
  /** Set where the simulator itself failed: nothing else of the outcome is known then. */
  readonly defect?: string;
}

type Listener = NonNullable<RunOptions['coverage']>;

const both =
  (one: Listener, other: Listener): Listener =>
  (machine, transition) => {
    one(machine, transition);
    other(machine, transition);
  };

type Listening = Pick<RunOptions, 'coverage' | 'machines'>;

/** Makes one run after another about one subject. */
export class Fuzzer {
  private readonly coverage: Coverage;
  private readonly known = new Set<number>();
  private readonly subject: Subject;
  private readonly listening: Listening;

  /** @param heard who else listens to the runs */
  constructor(subject: Subject, heard: Listening = {}) {
    this.subject = subject;
    const coverage = new Coverage(subject.protocol);
    this.coverage = coverage;
    this.listening = {
      ...heard,
      coverage: heard.coverage === undefined ? coverage.take : both(coverage.take, heard.coverage),
    };
  }

  /** Makes a run. What the simulator throws is a defect, and told as one. */
  make(task: Task): Outcome {
    try {
      return this.attempt(task);
    } catch (error) {
      return {
        ...task,
        ...nothing,
        defect: error instanceof Error ? error.message : String(error),
      };
    }
  }

  private attempt(task: Task): Outcome {
    const scenario = scenarioOf(task.recipe, this.subject);
    const { record, verdicts, digest, events } = runResolved(scenario, this.listening);
    const { protocol } = this.subject;
    const isUndecided = ({ checker, validity }: Verdict) =>
      validity === 'unknown' && standingOf(protocol, scenario, checker) !== 'outside';
    const reached = [...this.coverage.ofRun(record)].filter((one) => !this.known.has(one));
    for (const one of reached) this.known.add(one);
    const violations = violationsOf(protocol, scenario, verdicts);
    return {
      ...task,
      digest,
      events,
      virtualUs: record.endedAt,
      violations,
      ...(violations.length > 0 && { signature: signatureOf(record) }),
      undecided: verdicts.filter(isUndecided).map(({ checker }) => checker),
      counts: switchCounts(record),
      reached,
    };
  }
}

const nothing: Omit<Outcome, keyof Task> = {
  digest: '',
  events: 0,
  virtualUs: 0,
  violations: [],
  undecided: [],
  counts: { completed: 0, aborted: 0, inDoubt: 0, writesInFlight: 0, bites: {} },
  reached: [],
};
