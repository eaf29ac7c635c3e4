/** Processes that make the runs of a campaign, and what is known of one that dies. */
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import type { CheckerName } from '../checkers/verdict.js';
import type { Covered } from '../coverage/covered.js';
import type { CoveredOutcomes, CoveredRun } from '../coverage/covering.js';
import type { Fate } from '../mutants/killer.js';
import type { KillBudget } from '../mutants/killers.js';
import type { Spot } from '../mutants/probe.js';
import type { PathResult, PathSubject } from '../paths/run-path.js';
import { protocolFiles } from '../protocols.js';
import type { Scenario } from '../scenario.js';
import type { Story } from '../story/story.js';
import type { Detection, Search } from './detect.js';
import type { Outcome, Task } from './fuzz-run.js';
import type { Recipe } from './recipe.js';
import type { ShrinkProgress } from './shrink.js';
import type { Violation } from './violation.js';
import type { PlainSubject, Small } from './worker.js';

/** A worker is no more, and not because it was told to end. */
export class WorkerDied extends Error {
  override name = 'WorkerDied';
}

const script = fileURLToPath(new URL('./worker.js', import.meta.url));

export class Workers {
  private readonly pool: workerpool.Pool;

  /**
   * Protocols from files must be loaded before.
   * @param file the built worker; another than the default is for tests that run from source */
  constructor(count: number, file: string = script) {
    this.pool = workerpool.pool(file, {
      workerType: 'process',
      // What has been loaded here is to be known there.
      forkArgs: protocolFiles(),
      minWorkers: count,
      maxWorkers: count,
    });
  }

  /**
   * Makes some runs.
   * @throws WorkerDied when the process that was at it is gone
   */
  async make(subject: PlainSubject, tasks: readonly Task[]): Promise<Outcome[]> {
    return this.ask('make', [subject, tasks]);
  }

  /**
   * Makes a campaign of its own, until it finds something.
   * @throws WorkerDied as `make`
   */
  async detect(subject: PlainSubject, search: Search): Promise<Detection> {
    return this.ask('search', [subject, search]);
  }

  /**
   * Drives some paths of a test model.
   * @throws WorkerDied as `make`
   */
  async drive(subject: PathSubject, paths: readonly (readonly number[])[]): Promise<PathResult[]> {
    return this.ask('drive', [subject, paths]);
  }

  /**
   * Shrinks a run that fails.
   * @throws WorkerDied as `make`
   */
  async shrink(
    subject: PlainSubject,
    recipe: Recipe,
    { checker, kind, standing }: Violation,
    budget: number,
    progress: (at: ShrinkProgress) => void,
  ): Promise<Small> {
    const given = [subject, recipe, { checker, kind, standing }, budget];
    return this.ask('shrinkRun', given, progress as (said: unknown) => void);
  }

  /**
   * Tells a run that fails a checker, and looks for a neighbour that passes.
   * @throws WorkerDied as `make`
   */
  async tell(scenario: Scenario, checker: CheckerName): Promise<Story> {
    return this.ask('tellRun', [scenario, checker]);
  }

  /**
   * Runs the protocol that mutants are made of, and hears what it comes by.
   * @throws WorkerDied as `make`
   */
  async reach(what: Search | 'scenarios' | 'paths'): Promise<Spot[]> {
    return this.ask('reachedBy', [what]);
  }

  /**
   * Tries to tell a mutant from the protocol that it is made of.
   * @throws WorkerDied as `make`
   */
  async fate(id: string, budget: KillBudget): Promise<Fate> {
    return this.ask('fateOf', [id, budget]);
  }

  /**
   * Makes some runs, and tells what they cover.
   * @throws WorkerDied as `make`
   */
  async cover(subject: PlainSubject, tasks: readonly Task[]): Promise<CoveredOutcomes> {
    return this.ask('cover', [subject, tasks]);
  }

  /**
   * Drives the shortest paths of a test model, and tells what they cover.
   * @throws WorkerDied as `make`
   */
  async coverPaths(subject: PathSubject): Promise<Covered> {
    return this.ask('coverPaths', [subject]);
  }

  /**
   * Runs a scenario, and tells what it covers.
   * @throws WorkerDied as `make`
   */
  async coverScenario(scenario: Scenario): Promise<CoveredRun> {
    return this.ask('coverScenario', [scenario]);
  }

  /** Asks a worker for something; `heard` is told what it says meanwhile. */
  private async ask<T>(
    what: string,
    given: readonly unknown[],
    heard: (said: unknown) => void = () => {},
  ): Promise<T> {
    try {
      return (await this.pool.exec(what, [...given], { on: heard })) as T;
    } catch (error) {
      const { message } = error as Error;
      if (!message.includes('terminated')) throw error;
      const signal = /signalCode: `?(\w+)/.exec(message)?.[1];
      throw new WorkerDied(`a worker died${signal === undefined ? '' : ` of ${signal}`}`);
    }
  }

  /** Ends every worker, at once. */
  async end(): Promise<void> {
    await this.pool.terminate(true);
  }
}
