/**
 * Arbitraries for fast-check: scenarios, and their parts, for property tests in any test runner. They
 * draw as `switchover fuzz` does, and shrink as it shrinks: fewer faults, milder faults, less load,
 * rounder times. The same version of fast-check gives the same values for the same seed.
 *
 *     fc.assert(
 *       fc.property(scenarios({ protocol: 'graceful', claimed: ['lost-write'] }), (scenario) => {
 *         const { verdicts } = run(scenario);
 *         return verdicts.every(({ checker, validity }) => checker !== 'lost-write' || validity === 'valid');
 *       }),
 *     );
 *
 * fast-check is a peer dependency, needed by whoever imports `switchover/fast-check`.
 */
import * as fc from 'fast-check';
import type { KnobValues } from '../../machines/protocol.js';
import type { CheckerName } from '../checkers/verdict.js';
import { claimFor } from '../claims.js';
import type { Scenario } from '../scenario.js';
import { drawScenario, type Subject, subjectOf } from './draw-scenario.js';
import { readied } from './readied.js';
import { type Pass, passes, smaller } from './smaller.js';

export {
  type PathCommandOptions,
  pathCommands,
  type WalkCluster,
  type WalkModel,
} from '../paths/commands.js';

/** What the values are about. */
export interface ArbitraryOptions {
  /** A protocol by name. Default `graceful`. */
  readonly protocol?: string;
  /** Its knobs, where they are others than the protocol's own. */
  readonly knobs?: KnobValues;
  /** Only scenarios under which the protocol claims that these checkers say `valid`. */
  readonly claimed?: readonly CheckerName[];
}

/**
 * Whole scenarios, resolved: cluster, network, workload, operators, faults.
 * @throws InputError when there is no such protocol or knob
 */
export function scenarios(options: ArbitraryOptions = {}): fc.Arbitrary<Scenario> {
  return new DrawnArbitrary(subjectOfOptions(options), options, (scenario) => scenario, smaller);
}

/** Fault plans for a cluster of any size, by the names of a protocol: `faults` of a scenario. */
export function faultPlans(options: ArbitraryOptions = {}): fc.Arbitrary<Scenario['faults']> {
  return partOf('faults', options, ['fewer faults', 'milder faults', 'rounder times']);
}

/** What operators do: `operator` of a scenario. */
export function operatorScripts(
  options: ArbitraryOptions = {},
): fc.Arbitrary<Scenario['operator']> {
  return partOf('operator', options, ['fewer commands', 'rounder times']);
}

/** What clients do: `workload` of a scenario. */
export function workloads(options: ArbitraryOptions = {}): fc.Arbitrary<Scenario['workload']> {
  return partOf('workload', options, ['fewer operations', 'a plainer load', 'rounder times']);
}

function subjectOfOptions({ protocol = 'graceful', knobs = {} }: ArbitraryOptions): Subject {
  return subjectOf(protocol, knobs);
}

/** A part of a drawn scenario; a shrunk one is a part of the same scenario otherwise. */
function partOf<Name extends 'faults' | 'operator' | 'workload'>(
  name: Name,
  options: ArbitraryOptions,
  names: readonly string[],
): fc.Arbitrary<Scenario[Name]> {
  const pass: Pass = function* (scenario) {
    const others = JSON.stringify({ ...scenario, [name]: null });
    for (const one of names) {
      for (const candidate of passes[one]!(scenario)) {
        if (JSON.stringify({ ...candidate, [name]: null }) === others) yield candidate;
      }
    }
  };
  return new DrawnArbitrary(subjectOfOptions(options), options, (scenario) => scenario[name], pass);
}

/** Draws that are tried until one is claimed; then none ever is. */
const drawsMost = 10_000;

const seedsMost = 0x7fffffff;

class DrawnArbitrary<T> extends fc.Arbitrary<T> {
  private readonly subject: Subject;
  private readonly claimed: readonly CheckerName[];
  private readonly part: (scenario: Scenario) => T;
  private readonly pass: Pass;

  constructor(
    subject: Subject,
    { claimed = [] }: ArbitraryOptions,
    part: (scenario: Scenario) => T,
    pass: Pass,
  ) {
    super();
    this.subject = subject;
    this.claimed = claimed;
    this.part = part;
    this.pass = pass;
  }

  override generate(mrng: fc.Random): fc.Value<T> {
    for (let draws = 0; draws < drawsMost; draws++) {
      const scenario = drawScenario(mrng.nextInt(1, seedsMost), this.subject);
      if (this.isWanted(scenario)) return this.valueOf(scenario);
    }
    throw new Error(`${this.subject.protocol.name} never claims ${this.claimed.join(', ')}`);
  }

  /** What a part came from is not seen in it. */
  override canShrinkWithoutContext(_: unknown): _ is T {
    return false;
  }

  override shrink(_: T, context: unknown): fc.Stream<fc.Value<T>> {
    return fc.stream(this.smallerThan(context as Scenario));
  }

  private *smallerThan(scenario: Scenario): IterableIterator<fc.Value<T>> {
    for (const candidate of this.pass(scenario)) {
      const ready = readied(candidate);
      if (ready !== undefined && this.isWanted(ready)) yield this.valueOf(ready);
    }
  }

  private valueOf(scenario: Scenario): fc.Value<T> {
    return new fc.Value(this.part(scenario), scenario);
  }

  private isWanted(scenario: Scenario): boolean {
    const { protocol } = this.subject;
    return this.claimed.every((checker) => claimFor(protocol, scenario, checker).claimed);
  }
}
