/** Runs that are listened to, in one process. */
import type { Protocol } from '../../machines/protocol.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { Fuzzer, type Outcome, type Task } from '../fuzz/fuzz-run.js';
import type { PlainSubject } from '../fuzz/worker.js';
import { planPaths } from '../paths/plan-paths.js';
import { modelNamed, PathRunner, type PathSubject } from '../paths/run-path.js';
import { protocolNamed } from '../protocols.js';
import { runResolved } from '../run.js';
import type { Scenario } from '../scenario.js';
import { Collector } from './collector.js';
import type { Covered } from './covered.js';

/** Runs of a campaign, and what they cover that none before them in the same process has. */
export interface CoveredOutcomes {
  readonly outcomes: readonly Outcome[];
  readonly covered: Covered;
}

/** What a scenario covers. */
export interface CoveredRun {
  readonly covered: Covered;
  /** Set where the simulator itself failed. */
  readonly defect?: string;
}

interface Campaign {
  readonly collector: Collector;
  readonly fuzzer: Fuzzer;
  readonly told: Set<string>;
}

export class Covering {
  /** By machines, not by protocol: making one costs more than a run. */
  private readonly collectors = new Map<Protocol['programs'], Collector>();
  private readonly campaigns = new Map<string, Campaign>();

  /** Makes runs of a campaign. */
  make(subject: PlainSubject, tasks: readonly Task[]): CoveredOutcomes {
    const { collector, fuzzer, told } = this.campaignOf(subject);
    collector.forget();
    const outcomes = tasks.map((task) => fuzzer.make(task));
    const covered = collector.covered.filter((one) => !told.has(one));
    for (const one of covered) told.add(one);
    return { outcomes, covered };
  }

  /** Runs a scenario. */
  run(scenario: Scenario): CoveredRun {
    const collector = this.collectorOf(protocolNamed(scenario.protocol.name));
    collector.forget();
    try {
      runResolved(scenario, collector.listening);
      return { covered: collector.covered };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { covered: [], defect: `${scenario.name}: ${why}` };
    }
  }

  /** Drives every shortest path of a test model, alone and beside clients. */
  paths(subject: PathSubject): Covered {
    const runner = new PathRunner(subject);
    const model = modelNamed(subject.protocol, subject.model);
    const collector = this.collectorOf(protocolNamed(subject.protocol));
    const ways = planPaths(model, 'shortest', { limit: Infinity, seed: 1, steps: 0 }).paths;
    const scenarios = ways.flatMap((path) =>
      [false, true].map((isLoaded) => runner.scenario(path, isLoaded)),
    );
    collector.forget();
    for (const scenario of scenarios) runResolved(scenario, collector.listening);
    return collector.covered;
  }

  private campaignOf(plain: PlainSubject): Campaign {
    const name = JSON.stringify(plain);
    let found = this.campaigns.get(name);
    if (found === undefined) {
      const subject = subjectOf(plain.protocol, plain.knobs);
      const collector = this.collectorOf(subject.protocol);
      const fuzzer = new Fuzzer(subject, collector.listening);
      found = { collector, fuzzer, told: new Set() };
      this.campaigns.set(name, found);
    }
    return found;
  }

  private collectorOf(protocol: Protocol): Collector {
    let found = this.collectors.get(protocol.programs);
    if (found === undefined) {
      found = new Collector(protocol);
      this.collectors.set(protocol.programs, found);
    }
    return found;
  }
}
