/**
 * A case: what an operator does to a shard of n1 (M) and n2 (S), and what it must see. What it sees
 * are replies and nothing else, as for a test of the real system.
 */
import type { OperationRecord } from '../../../runtime/record.js';
import type { Message } from '../../../runtime/vocabulary.js';
import type { RunRecord } from '../../checkers/run-record.js';
import type { ScenarioInput } from '../../scenario.js';
import type { Steps } from './steps.js';

/** A test case of the proposal's failover. */
export interface ProposalCase {
  /** From 1 on: first the Go tests in the order of their file, then the cases that have none. */
  readonly number: number;
  /** In `TEST_CASES.md`. */
  readonly id: string;
  readonly title: string;
  readonly steps: Steps;
  /** The steps with the cluster they are for, ready to run. */
  readonly scenario: ScenarioInput & { readonly name: string; readonly about: string };
  readonly asserts: readonly Assertion[];
  /** Schedules of the proposal on which the assertions do not hold: they race. */
  readonly race?: Race;
}

/** Something that an operator must see, in words and as a test. */
export interface Assertion {
  readonly says: string;
  readonly holds: (seen: Seen) => boolean;
}

/** What a case sees instead when a race is lost. */
export interface Race {
  /** When it is lost, and why. */
  readonly lostWhen: string;
  readonly asserts: readonly Assertion[];
  /** What makes the scenario lose it, under every seed. */
  readonly losing: Partial<ScenarioInput>;
}

/** How a call ended: as its caller saw it, and with the facts that INFO brought last. */
export interface Call extends OperationRecord {
  readonly facts: Message;
}

/** What an operator saw, by the names of its steps. */
export interface Seen {
  readonly call: (name: string) => Call;
  /** Calls whose names are that word and a number. */
  readonly calls: (word: string) => readonly Call[];
}

/** Between processes of one host, in microseconds. */
const oneHost = [15, 20, 25, 30, 40, 60];
/** As long as the client library of the Go tests waits for a reply. */
const patienceMs = 3000;

type Given = Omit<ProposalCase, 'scenario'> & {
  /** Behind `case-NN-` in the scenario's name. */
  readonly name: string;
  readonly about: string;
  readonly scenario?: Partial<ScenarioInput>;
};

/** A case whose scenario is its steps, without load, on one host: the Go tests run so. */
export function caseOf({ name, about, scenario, ...given }: Given): ProposalCase {
  return {
    ...given,
    scenario: {
      protocol: { name: 'kvrocks-pr3295' },
      cluster: { slaves: 1 },
      network: { latencyUs: oneHost },
      workload: { clients: 0, operations: 0, keys: 1 },
      ...scenario,
      name: `case-${String(given.number).padStart(2, '0')}-${name}`,
      about,
      operator: calls(given.steps),
    },
  };
}

/** The steps as a scenario takes them. */
export function calls(steps: Steps): NonNullable<ScenarioInput['operator']> {
  return Object.values(steps).map((step) => ({ patienceMs, ...step }));
}

/** What the operator saw in a run of those steps. */
export function seenBy(steps: Steps, record: RunRecord): Seen {
  const names = Object.keys(steps);
  const call = (name: string): Call => {
    const id = names.indexOf(name) + 1;
    const operation = record.operations.find((one) => one.id === id);
    if (operation === undefined) throw new Error(`"${name}" is no step of the case, or never came`);
    const reply = record.replies.findLast((one) => one.operation === id);
    return { ...operation, facts: (reply?.message['facts'] ?? { type: 'none' }) as Message };
  };
  return { call, calls: (word) => names.filter((name) => isNumbered(name, word)).map(call) };
}

const isNumbered = (name: string, word: string) =>
  name.startsWith(`${word} `) && /^\d+$/.test(name.slice(word.length + 1));

/** What of the assertions does not hold, in words. */
export function unmet(asserts: readonly Assertion[], seen: Seen): string[] {
  return asserts.filter(({ holds }) => !holds(seen)).map(({ says }) => says);
}
