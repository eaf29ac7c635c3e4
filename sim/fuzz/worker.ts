/** A process that makes runs for a campaign, shrinks what was found, and tells it. */
import workerpool from 'workerpool';
import type { KnobValues } from '../../machines/protocol.js';
import type { CheckerName } from '../checkers/verdict.js';
import type { Covered } from '../coverage/covered.js';
import { type CoveredOutcomes, type CoveredRun, Covering } from '../coverage/covering.js';
import { fateOf } from '../mutants/killers.js';
import { reachedBy } from '../mutants/reach.js';
import { type PathResult, PathRunner, type PathSubject } from '../paths/run-path.js';
import { loadProtocol } from '../protocol-file.js';
import { runResolved } from '../run.js';
import type { Scenario } from '../scenario.js';
import { observe } from '../story/observed.js';
import { type Signature, signatureOf } from '../story/signature.js';
import { type Story, storyOf } from '../story/story.js';
import { type Detection, detect, type Search } from './detect.js';
import { type Subject, subjectOf } from './draw-scenario.js';
import { Fuzzer, type Outcome, type Task } from './fuzz-run.js';
import { type Recipe, scenarioOf } from './recipe.js';
import { type Shrunk, shrink } from './shrink.js';
import type { Violation } from './violation.js';

/** What a campaign is about, as it crosses to another process. */
export interface PlainSubject {
  readonly protocol: string;
  readonly knobs: KnobValues;
}

/** What shrinking made of a run, and what its faults met then, when each of them matters. */
export interface Small extends Shrunk {
  readonly signature: Signature;
}

interface Known {
  readonly subject: Subject;
  readonly fuzzer: Fuzzer;
}

const known = new Map<string, Known>();

function knownOf({ protocol, knobs }: PlainSubject): Known {
  const name = JSON.stringify([protocol, knobs]);
  let found = known.get(name);
  if (found === undefined) {
    const subject = subjectOf(protocol, knobs);
    found = { subject, fuzzer: new Fuzzer(subject) };
    known.set(name, found);
  }
  return found;
}

function make(subject: PlainSubject, tasks: readonly Task[]): Outcome[] {
  const { fuzzer } = knownOf(subject);
  return tasks.map((task) => fuzzer.make(task));
}

/** A campaign of its own. */
function search(subject: PlainSubject, given: Search): Detection {
  return detect(new Fuzzer(knownOf(subject).subject), given);
}

const runners = new Map<string, PathRunner>();

/** Paths that come one after another begin alike, so what was driven is kept between turns. */
function drive(subject: PathSubject, paths: readonly (readonly number[])[]): PathResult[] {
  const name = JSON.stringify(subject);
  const runner = runners.get(name) ?? new PathRunner(subject);
  runners.set(name, runner);
  return paths.map((path) => runner.run(path));
}

function shrinkRun(
  subject: PlainSubject,
  recipe: Recipe,
  violation: Violation,
  budget: number,
): Small {
  const progress = workerpool.workerEmit;
  const { subject: whole } = knownOf(subject);
  const shrunk = shrink(scenarioOf(recipe, whole), violation, { budget, progress });
  return { ...shrunk, signature: signatureOf(runResolved(shrunk.scenario).record) };
}

function tellRun(scenario: Scenario, checker: CheckerName): Story {
  return storyOf(observe(scenario), checker);
}

const covering = new Covering();

/** Runs of a campaign with machines that are listened to. */
function cover(subject: PlainSubject, tasks: readonly Task[]): CoveredOutcomes {
  return covering.make(subject, tasks);
}

function coverPaths(subject: PathSubject): Covered {
  return covering.paths(subject);
}

function coverScenario(scenario: Scenario): CoveredRun {
  return covering.run(scenario);
}

// Ctrl-C goes to every process of the terminal; whoever asked decides when this one ends.
process.on('SIGINT', () => {});
// No task comes before this has been said.
for (const file of process.argv.slice(2)) await loadProtocol(file);
workerpool.worker({
  make,
  search,
  drive,
  shrinkRun,
  tellRun,
  fateOf,
  reachedBy,
  cover,
  coverPaths,
  coverScenario,
});
