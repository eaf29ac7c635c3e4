/** One path, driven and judged: what is known of it is plain data. */
import type { TestModel } from '../../machines/test-model.js';
import { counts, type Violation, violationsOf } from '../fuzz/violation.js';
import { knobsOf, protocolNamed } from '../protocols.js';
import { runResolved } from '../run.js';
import { InputError, parseScenario, type Scenario } from '../scenario.js';
import { expected } from '../suggest.js';
import { type Driven, Driver, type Stray } from './drive.js';
import { graphOf, type ModelEdge } from './model-graph.js';

/** Whose paths are driven, as it crosses to another process. */
export interface PathSubject {
  readonly protocol: string;
  readonly knobs: Readonly<Record<string, boolean | number>>;
  readonly model: string;
}

/** A path is driven twice: alone, and beside clients; then checkers judge the second run. */
export interface PathResult {
  /** The edges of the model's graph that it takes. */
  readonly path: readonly number[];
  /** Where the cluster was not as the model says, and whether it took clients for that. */
  readonly stray?: Stray & { readonly isLoaded: boolean };
  /** What checkers found wrong. */
  readonly violations: readonly Violation[];
  /** Cluster runs that it took. */
  readonly runs: number;
}

/** Drives paths of one subject; those that begin alike share what they have in common. */
export class PathRunner {
  private readonly subject: PathSubject;
  private readonly alone: Driver;
  private readonly loaded: Driver;
  private readonly edges: readonly ModelEdge[];

  /** @throws InputError naming the protocol, knob or model that there is not */
  constructor(subject: PathSubject) {
    this.subject = subject;
    const model = modelNamed(subject.protocol, subject.model);
    knobsOf(protocolNamed(subject.protocol), subject.knobs);
    const protocol = { name: subject.protocol, knobs: subject.knobs };
    this.alone = new Driver(model, protocol, false);
    this.loaded = new Driver(model, protocol, true);
    this.edges = graphOf(model).edges;
  }

  run(path: readonly number[]): PathResult {
    const before = this.alone.runs + this.loaded.runs;
    const alone = this.drive(this.alone, path);
    const loaded = this.drive(this.loaded, path);
    const stray = alone.stray ?? loaded.stray;
    const isLoaded = alone.stray === undefined;
    const { scenario, verdicts } = runResolved(this.scenario(path, true));
    const protocol = protocolNamed(this.subject.protocol);
    return {
      path,
      ...(stray !== undefined && { stray: { ...stray, isLoaded } }),
      violations: violationsOf(protocol, scenario, verdicts).filter(counts),
      runs: this.alone.runs + this.loaded.runs - before + 1,
    };
  }

  /** What a path did up to where it ended or strayed, as a scenario: alone or beside clients. */
  scenario(path: readonly number[], isLoaded: boolean): Scenario {
    const driver = isLoaded ? this.loaded : this.alone;
    return parseScenario(driver.scenario(this.drive(driver, path)));
  }

  private drive(driver: Driver, path: readonly number[]): Driven {
    return driver.drive(path.map((at) => this.edges[at]!));
  }
}

/** A protocol's test model by its name. @throws InputError naming the models that there are */
export function modelNamed(protocol: string, name: string, flag = '--model'): TestModel {
  const { models = [] } = protocolNamed(protocol);
  const found = models.find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = models.map((one) => one.name);
  if (known.length === 0) {
    throw new InputError(`${flag}: protocol "${protocol}" has no test model`);
  }
  throw new InputError(`${flag}: got "${name}", ${expected(name, known)}`);
}
