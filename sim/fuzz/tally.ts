/** What a campaign has found so far: counts, and of each way to fail its runs, in groups. */
import { coarseName, type Signature } from '../story/signature.js';
import { type FaultKind, faultKinds } from './draw-faults.js';
import type { Outcome } from './fuzz-run.js';
import { counts, type Violation } from './violation.js';

/** A run of a campaign, and how to make it again. */
export type RunOfCampaign = Pick<Outcome, 'index' | 'recipe' | 'digest'>;

/** One way to fail: a checker, its kind of violation, and whether it is claimed not to happen. */
export interface Finding extends Violation {
  /** The first run that failed so. */
  readonly first: RunOfCampaign;
  runs: number;
  /** Its runs by what their faults were, in the order of their first ones. */
  readonly groups: Group[];
}

/** Runs that fail in one way under faults of the same kinds. */
export interface Group {
  readonly name: string;
  readonly first: RunOfCampaign;
  /** Of the first one. */
  readonly signature: Signature;
  runs: number;
}

export interface Spread {
  readonly mean: number;
  readonly p90: number;
  readonly most: number;
}

export class Tally {
  runs = 0;
  events = 0;
  virtualUs = 0;
  completed = 0;
  aborted = 0;
  inDoubt = 0;
  writesInFlight = 0;
  /** Runs in which some checker could not decide, by checker: how many, and the first. */
  readonly undecided: Map<string, { runs: number; readonly first: RunOfCampaign }> = new Map();
  /** How often each kind of fault bit. */
  readonly bites: Record<FaultKind, number>;
  readonly defects: Outcome[] = [];
  private readonly found = new Map<string, Finding>();
  private readonly eventsOf: number[] = [];
  private readonly virtualOf: number[] = [];

  constructor() {
    const none = faultKinds.map((kind) => [kind, 0] as const);
    this.bites = Object.fromEntries(none) as Record<FaultKind, number>;
  }

  /** In order of the runs, so that the first one of a kind is. */
  add(outcome: Outcome): void {
    this.runs++;
    if (outcome.defect !== undefined) {
      this.defects.push(outcome);
      return;
    }
    const { events, virtualUs, counts, violations, undecided } = outcome;
    this.events += events;
    this.virtualUs += virtualUs;
    this.eventsOf.push(events);
    this.virtualOf.push(virtualUs);
    this.completed += counts.completed;
    this.aborted += counts.aborted;
    this.inDoubt += counts.inDoubt;
    this.writesInFlight += counts.writesInFlight;
    for (const kind of faultKinds) this.bites[kind] += counts.bites[kind] ?? 0;
    for (const checker of undecided) {
      const known = this.undecided.get(checker);
      if (known !== undefined) known.runs++;
      else this.undecided.set(checker, { runs: 1, first: runOf(outcome) });
    }
    for (const violation of violations) this.violated(violation, outcome);
  }

  /** What was found, in the order of the first runs. */
  get findings(): readonly Finding[] {
    return [...this.found.values()];
  }

  /** Findings that count: what nobody claims anyway is no finding to stop for. */
  get counting(): readonly Finding[] {
    return this.findings.filter(counts);
  }

  get eventsPerRun(): Spread {
    return spreadOf(this.eventsOf);
  }

  get virtualUsPerRun(): Spread {
    return spreadOf(this.virtualOf);
  }

  private violated({ checker, kind, standing }: Violation, outcome: Outcome): void {
    const { index, signature } = outcome;
    if (signature === undefined) throw new Error(`run ${index} violates and has no signature`);
    const first = runOf(outcome);
    const name = `${standing} ${checker} ${kind}`;
    const finding = this.found.get(name) ?? { checker, kind, standing, first, runs: 0, groups: [] };
    this.found.set(name, finding);
    finding.runs++;
    const coarse = coarseName(signature);
    const group = finding.groups.find((one) => one.name === coarse);
    if (group !== undefined) group.runs++;
    else finding.groups.push({ name: coarse, first, signature, runs: 1 });
  }
}

const runOf = ({ index, recipe, digest }: Outcome): RunOfCampaign => ({ index, recipe, digest });

function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { mean: 0, p90: 0, most: 0 };
  const sorted = Float64Array.from(values).sort();
  const mean = Math.round(values.reduce((sum, one) => sum + one, 0) / values.length);
  return { mean, p90: sorted[Math.floor((sorted.length - 1) * 0.9)]!, most: sorted.at(-1)! };
}
