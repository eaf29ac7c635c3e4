/**
 * One run of a scenario: a safety phase under faults, then everything heals, then a liveness phase
 * until the cluster is whole or its bound is over, then the verdicts.
 */
import { keyOfStored } from '../machines/kvrocks/topology.js';
import type { WorldConfig } from '../runtime/config.js';
import type { Engine } from '../runtime/engine.js';
import type { Decision, Oracle } from '../runtime/oracle.js';
import type { NodeRecord } from '../runtime/record.js';
import { recordingOracle } from '../runtime/recording.js';
import { prefixHash } from '../runtime/storage/log.js';
import type { TraceEntry, Tracer } from '../runtime/trace.js';
import { World } from '../runtime/world.js';
import { isAtRest } from './checkers/attempt-spans.js';
import { judge } from './checkers/index.js';
import type { NoteValues, RunRecord } from './checkers/run-record.js';
import type { Verdict } from './checkers/verdict.js';
import { type Cast, castOf, worldOf } from './cluster.js';
import { engines } from './engines.js';
import { gateBoundUs, logsKeepAll } from './gate-bound.js';
import { type HistoryEvent, history } from './history.js';
import { knobsOf } from './protocols.js';
import { InputError, parseScenario, type Scenario } from './scenario.js';
import { probeAgain, probeCalls } from './workload.js';

/** What a run leaves behind. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly record: RunRecord;
  readonly verdicts: readonly Verdict[];
  /** 16 hexadecimal digits over every event and decision. */
  readonly digest: string;
  readonly events: number;
  /** What clients asked and saw; made when it is first asked for. */
  readonly history: readonly HistoryEvent[];
  /** Every decision in order; where it was asked for. */
  readonly decisions?: Recorded;
  /** Everything that the world did; where it was asked for. */
  readonly trace?: readonly TraceEntry[];
}

/** A run's decisions, and whether they include the order of events due at one instant. */
export interface Recorded {
  readonly asksNext: boolean;
  readonly taken: readonly Decision[];
}

export interface RunOptions {
  /** What runs the statecharts; the same run either way. Default `compiled`. */
  readonly engine?: Engine['name'];
  /** Told of everything the world does, as it happens. */
  readonly tracer?: Tracer;
  /** Who answers instead of the scenario's seed; it may ask the oracle of that seed. */
  readonly oracle?: (seeded: Oracle) => Oracle;
  /** Whether to keep the decisions; default false. */
  readonly decisions?: boolean;
  /** Whether to keep the whole trace in memory; default false. */
  readonly trace?: boolean;
  /** Told the name of every transition taken. */
  readonly coverage?: (machine: string, transition: string) => void;
  /** What runs instead of the protocol's machines, by name: the same ones, listened to. */
  readonly machines?: WorldConfig['machines'];
}

/** How often the world is looked at from outside; no event, so it changes nothing. */
const lookUs = 50_000;

/**
 * @param given a scenario, resolved or as a person writes it
 * @throws InputError when it names what is not there
 */
export function run(given: unknown, options: RunOptions = {}): RunResult {
  return runResolved(parseScenario(given), options);
}

/** The same of a scenario that has been parsed: a campaign parses each once. */
export function runResolved(scenario: Scenario, options: RunOptions = {}): RunResult {
  const cast = castOf(scenario);
  const { protocol, ...config } = worldOf(scenario);
  const { watched, kept } = watching(config, options);
  const world = build(watched);
  const { safetyUs, livenessUs, maxEvents } = scenario.limits;
  while (world.now < safetyUs && isBusy(world, scenario)) {
    if (advance(world, Math.min(safetyUs, world.now + lookUs), maxEvents)) break;
  }
  world.heal();
  const healedAt = world.now;
  const endBy = healedAt + livenessUs;
  while (world.now < endBy && pendingReason(world, cast) !== null) {
    if (advance(world, Math.min(endBy, world.now + lookUs), maxEvents)) break;
  }
  probe(world, scenario, cast, endBy, maxEvents);
  const record: RunRecord = {
    ...world.record,
    nodes: world.nodes().slice(0, cast.nodes.length).map(withPlainKeys),
    healedAt,
    livenessBoundUs: livenessUs,
    endedAt: world.now,
    gateBoundUs: gateBoundUs(scenario),
    logsKeepAll: logsKeepAll(scenario),
    fencedEpochs: protocol.fencedEpochs(knobsOf(protocol, scenario.protocol.knobs)),
  };
  const { digest } = world;
  const verdicts = judge(record);
  return withHistory({ scenario, record, verdicts, digest, events: world.state.events, ...kept });
}

/** A world's configuration with whoever answers and listens, and what these will have kept. */
function watching(config: WorldConfig, options: RunOptions) {
  const { engine, oracle: other, decisions: keepsDecisions, trace: keepsTrace, ...rest } = options;
  const asked = other?.(config.oracle) ?? config.oracle;
  const taken: Decision[] = [];
  const trace: TraceEntry[] = [];
  const tracer: Tracer = (entry) => {
    trace.push(entry);
    options.tracer?.(entry);
  };
  const watched: WorldConfig = {
    ...config,
    ...rest,
    ...(engine !== undefined && { engine: engines[engine] }),
    oracle: keepsDecisions === true ? recordingOracle(asked, taken) : asked,
    ...(keepsTrace === true && { tracer }),
  };
  const kept = {
    ...(keepsDecisions === true && { decisions: { asksNext: asked.asksNext, taken } }),
    ...(keepsTrace === true && { trace }),
  };
  return { watched, kept };
}

function withHistory(result: Omit<RunResult, 'history'>): RunResult {
  const { operations, endedAt } = result.record;
  let made: readonly HistoryEvent[] | undefined;
  return {
    ...result,
    get history() {
      made ??= history(operations, endedAt);
      return made;
    },
  };
}

/** Keys are stored behind their slots; clients know nothing of that. */
function withPlainKeys(node: NodeRecord): NodeRecord {
  return { ...node, contents: node.contents.map(([key, value]) => [keyOfStored(key), value]) };
}

function build(config: ConstructorParameters<typeof World>[0]): World {
  try {
    return new World(config);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message);
    throw error;
  }
}

/** @returns whether the budget of events is spent */
function advance(world: World, untilUs: number, maxEvents: number): boolean {
  const end = world.run({ untilUs, maxEvents });
  // Nothing is left that could happen: time passes all the same.
  if (end === 'idle') world.state.now = Math.max(world.now, untilUs);
  return end === 'events';
}

/** Whether a script still calls, or a fault that has begun is still to end. */
function isBusy(world: World, scenario: Scenario): boolean {
  const { scripts, faults, open } = world.state;
  if (open.size > 0) return true;
  const calling = (world.config.scripts ?? []).some(
    ({ items }, at) => scripts[at]!.next < items.length,
  );
  if (calling) return true;
  return faults.some(({ phase }, at) => {
    const { at: place, durationUs } = scenario.faults[at]!;
    if (phase === 'active') return durationUs !== undefined;
    return phase === 'due' || (phase === 'armed' && 'timeUs' in place);
  });
}

/** Why the cluster is not whole yet, as a person would say it; null when it is. */
function pendingReason(world: World, cast: Cast): string | null {
  if (world.state.open.size > 0) return `${world.state.open.size} operations are still open`;
  const masters: string[] = [];
  const states = cast.nodes.map((_, at) => world.node(at));
  for (const node of states) {
    if (node.status !== 'running') return `${node.name} does not run`;
    const role = lastNote(world, node.name, 'role') as NoteValues['role'] | undefined;
    if (role?.role === 'master') masters.push(node.name);
    const gate = lastNote(world, node.name, 'gate') as NoteValues['gate'] | undefined;
    if (gate !== undefined && gate !== 'open') return `gate of ${node.name} is closed`;
    const failover = lastNote(world, node.name, 'failover') as NoteValues['failover'] | undefined;
    if (failover !== undefined && !isAtRest(failover)) return `${node.name} is in an attempt`;
  }
  if (masters.length !== 1) return `masters: ${masters.join(', ') || 'none'}`;
  const [first, ...others] = states.map(({ storage }) => ({
    applied: storage.applied,
    hash: prefixHash(storage.log, storage.applied),
  }));
  const differs = others.find(
    ({ applied, hash }) =>
      applied !== first!.applied || hash.a !== first!.hash.a || hash.b !== first!.hash.b,
  );
  return differs === undefined ? null : 'logs differ';
}

function lastNote(world: World, node: string, subject: string): unknown {
  const { notes } = world.record;
  for (let at = notes.length - 1; at >= 0; at--) {
    const note = notes[at]!;
    if (note.node === node && note.subject === subject) return note.value;
  }
  return undefined;
}

/**
 * One write and a read of every key, to see what became of it all. What a cluster that is whole does not
 * answer in time is asked again: after a long pause its disk has much to catch up with.
 */
function probe(
  world: World,
  scenario: Scenario,
  cast: Cast,
  endBy: number,
  maxEvents: number,
): void {
  for (const { id, call } of probeCalls(scenario)) {
    for (let nth = 0; nth === 0 || world.now < endBy; nth++) {
      const again = probeAgain({ id, call }, nth);
      world.invoke(cast.probe, again);
      const patience = Math.max(endBy, world.now + 5_000_000);
      while (world.state.open.has(again.id) && world.now < patience) {
        if (advance(world, world.now + lookUs / 10, maxEvents)) return;
      }
      const asked = world.record.operations.findLast((one) => one.id === again.id);
      if (asked?.outcome === 'ok') break;
      // Twice as long each time: where nobody ever answers, few questions say so too.
      const later = Math.min(endBy, world.now + lookUs * 2 ** Math.min(nth, 8));
      if (advance(world, later, maxEvents)) return;
    }
  }
  // What the probe wrote reaches the slaves; a half-open link takes keepalive's time to be noticed.
  const settle = Math.max(endBy, world.now + 5_000_000);
  while (world.now < settle && pendingReason(world, cast) !== null) {
    if (advance(world, world.now + lookUs, maxEvents)) return;
  }
}
