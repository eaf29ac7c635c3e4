/**
 * Scenarios that are one thing away from a given one, the nearest first: a fault less, a command less,
 * an operation less, another answer to one decision, another seed. Of a kind those that come last in the
 * run go first, for they leave most of it as it was.
 */
import type { Fault } from '../../runtime/fault.js';
import type { Pinned } from '../../runtime/scripted.js';
import type { TraceEntry } from '../../runtime/trace.js';
import type { Message } from '../../runtime/vocabulary.js';
import { faultInWords } from '../report/faults.js';
import { askedInWords } from '../report/operator-lines.js';
import { runResolved } from '../run.js';
import type { Scenario } from '../scenario.js';
import { clientOperationIds } from '../workload.js';
import type { Answering } from './observed.js';

/** One change, in words, and the scenario that has it. */
export interface Change {
  readonly kind: 'fault' | 'command' | 'operation' | 'decision' | 'seed';
  /** `without fault 1 (drop takeover-reply once from the start)` */
  readonly words: string;
  readonly scenario: Scenario;
  /** Decisions that are answered otherwise than by the scenario's seed. */
  readonly pinned: readonly Pinned[];
}

/** So many of each kind are tried where there are more. */
const triesMost = { operation: 40, decision: 40, seed: 4 };

/** @param answering who answers the decisions of the given scenario */
export function* changesOf(scenario: Scenario, answering?: Answering): Iterable<Change> {
  yield* fewerFaults(scenario);
  yield* fewerCommands(scenario);
  yield* fewerOperations(scenario);
  yield* otherAnswers(scenario, answering);
  for (let more = 1; more <= triesMost.seed; more++) {
    const seed = scenario.seed + more;
    yield { kind: 'seed', words: `with seed ${seed}`, scenario: { ...scenario, seed }, pinned: [] };
  }
}

function* fewerFaults(scenario: Scenario): Iterable<Change> {
  for (const [at, fault] of [...scenario.faults.entries()].reverse()) {
    const words = `without fault ${fault.id} (${faultInWords(fault as unknown as Fault)})`;
    const faults = scenario.faults.toSpliced(at, 1);
    yield { kind: 'fault', words, scenario: { ...scenario, faults }, pinned: [] };
  }
}

function* fewerCommands(scenario: Scenario): Iterable<Change> {
  for (const [at, call] of [...scenario.operator.entries()].reverse()) {
    const words = `without command ${at + 1} (${call.by} ${commandInWords(call)})`;
    const operator = scenario.operator.toSpliced(at, 1);
    yield { kind: 'command', words, scenario: { ...scenario, operator }, pinned: [] };
  }
}

function commandInWords(call: Scenario['operator'][number]): string {
  if (call.type === 'await') return `waits for the end of the failover at ${call.node}`;
  const asked = askedInWords(call as unknown as Message);
  if (asked !== undefined || !('key' in call)) return asked ?? call.type;
  return `asks ${call.node} for ${call.type.toUpperCase()} ${call.key}`;
}

function* fewerOperations(scenario: Scenario): Iterable<Change> {
  const ids = clientOperationIds(scenario.workload);
  for (const id of ids.slice(-triesMost.operation).reverse()) {
    const workload = { ...scenario.workload, only: ids.filter((other) => other !== id) };
    const words = `without operation ${id}`;
    yield { kind: 'operation', words, scenario: { ...scenario, workload }, pinned: [] };
  }
}

type TracedDecision = Extract<TraceEntry, { what: 'decision' }>;

function* otherAnswers(scenario: Scenario, answering?: Answering): Iterable<Change> {
  const asked = decisionsOf(scenario, answering).filter(({ n }) => n > 1);
  const stride = Math.max(1, Math.ceil(asked.length / triesMost.decision));
  for (const [at, decision] of asked.reverse().entries()) {
    if (at % stride !== 0) continue;
    const { label, n, answer, purpose, nodes, subject } = decision;
    const other = answer === 0 ? n - 1 : 0;
    const where = nodes.length === 0 ? '' : ` ${nodes.join(' to ')}`;
    const words = `with answer ${other} instead of ${answer} to one decision (${purpose}${where}, subject ${subject})`;
    yield { kind: 'decision', words, scenario, pinned: [{ label, answer: other }] };
  }
}

/** Every decision of the run, each once, with what it is about. */
function decisionsOf(scenario: Scenario, answering?: Answering): TracedDecision[] {
  const found = new Map<number, TracedDecision>();
  runResolved(scenario, {
    tracer: (entry) => {
      if (entry.what === 'decision' && !found.has(entry.label)) found.set(entry.label, entry);
    },
    ...(answering !== undefined && { oracle: answering }),
  });
  return [...found.values()];
}
