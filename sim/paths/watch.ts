/**
 * Looking at a cluster from outside: what observers ask, and whether what they were answered is what a
 * state of a test model says. Nothing else of the cluster is looked at.
 */
import type { Facts, Observation } from '../../machines/test-model.js';
import type { OperationRecord, ReplyRecord } from '../../runtime/record.js';
import { World } from '../../runtime/world.js';
import { worldOf } from '../cluster.js';
import { parseScenario, type ScenarioInput } from '../scenario.js';
import type { StagedCall } from './stage.js';

/** How long an observer waits for an answer. */
const patienceMs = 100;
/** How long a look takes at most. */
export const longestUs = 110_000;

/** A call that was made to see how it is answered. */
export interface Look {
  /** `ask`: what a deed asked for. */
  readonly kind: 'info' | 'write' | 'read' | 'ask';
  readonly node: string;
  readonly wanted: unknown;
  readonly call: StagedCall;
}

/** Asks every node that a state says something of about itself. */
export function infoLooks({ info = {} }: Observation, atUs: number): Look[] {
  return Object.entries(info).map(([node, wanted]) => ({
    kind: 'info',
    node,
    wanted,
    call: { by: `op${1 + numberOf(node)}`, atUs, call: { type: 'info', node, patienceMs } },
  }));
}

/** Reads and writes at every node that a state says something of. */
export function serviceLooks({ write = {}, read = {} }: Observation, atUs: number): Look[] {
  const reads = Object.entries(read).map(
    ([node, wanted]): Look => ({
      kind: 'read',
      node,
      wanted,
      call: {
        by: `op${11 + numberOf(node)}`,
        atUs,
        call: { type: 'get', node, key: 'probe', patienceMs },
      },
    }),
  );
  const writes = Object.entries(write).map(
    ([node, wanted]): Look => ({
      kind: 'write',
      node,
      wanted,
      call: {
        by: `op${21 + numberOf(node)}`,
        atUs,
        call: { type: 'set', node, key: 'probe', value: `${node} at ${atUs}`, patienceMs },
      },
    }),
  );
  return [...reads, ...writes];
}

const numberOf = (node: string): number => Number(/\d+$/.exec(node)?.[0] ?? 0);

/** What operators were answered by some instant. */
export interface Seen {
  readonly operations: readonly OperationRecord[];
  readonly replies: readonly ReplyRecord[];
}

/** Runs a scenario until an instant. @throws InputError where it names what is not there */
export function watch(given: ScenarioInput, untilUs: number): Seen {
  const scenario = parseScenario(given);
  const world = new World(worldOf(scenario));
  world.run({ untilUs, maxEvents: scenario.limits.maxEvents });
  const { operations, replies } = world.record;
  return { operations, replies };
}

/** How the nth call of a scenario's operators was answered, in the words of an `Observation`. */
export function answerTo({ operations }: Seen, id: number): string {
  const operation = operations.find((one) => one.id === id);
  if (operation === undefined || operation.outcome === undefined) return 'no answer';
  if (operation.outcome === 'ok') {
    // In quotes, so that no value is the beginning of another one.
    const isRead = operation.call.type === 'get';
    return isRead ? `OK ${JSON.stringify(operation.value ?? null)}` : 'OK';
  }
  const { error = 'no answer' } = operation;
  if (error === 'no connection') return 'no answer';
  const [word, , ...to] = error.split(' ');
  return word === 'MOVED' ? `MOVED ${to.join(' ')}` : error;
}

/** What a node said of itself in answer to the nth call; undefined where nothing was heard. */
function factsOf(seen: Seen, id: number): Readonly<Record<string, unknown>> | undefined {
  if (answerTo(seen, id) !== 'OK') return undefined;
  const reply = seen.replies.findLast(({ operation }) => operation === id);
  return reply?.message['facts'] as Readonly<Record<string, unknown>> | undefined;
}

/** A look, and which of the scenario's calls it is. */
export interface Check extends Look {
  readonly id: number;
  /** The step of the path that it belongs to. */
  readonly step: number;
}

/** The first of some checks that was answered otherwise than wanted, and how. */
export function firstStray(
  seen: Seen,
  checks: readonly Check[],
): { readonly step: number; readonly text: string } | undefined {
  for (const check of checks) {
    const text = differs(seen, check);
    if (text !== undefined) return { step: check.step, text };
  }
  return undefined;
}

function differs(seen: Seen, { kind, node, wanted, call, id }: Check): string | undefined {
  if (kind === 'info') return differsInfo(factsOf(seen, id), node, wanted as Facts | 'no answer');
  const got = answerTo(seen, id);
  if (begins(got, wanted)) return undefined;
  const asked = kind === 'ask' ? String(call.call['type']).toUpperCase() : `a ${kind}`;
  return `${node} answered ${asked} with ${got}; expected ${String(wanted)}`;
}

function differsInfo(
  facts: Readonly<Record<string, unknown>> | undefined,
  node: string,
  wanted: Facts | 'no answer',
): string | undefined {
  if (wanted === 'no answer') {
    return facts === undefined ? undefined : `${node} answered INFO; expected no answer`;
  }
  if (facts === undefined) return `${node} did not answer INFO`;
  for (const [field, value] of Object.entries(wanted)) {
    if (begins(facts[field], value)) continue;
    const told = facts[field] === undefined ? 'nothing' : JSON.stringify(facts[field]);
    return `${node} said ${told} of ${field}; expected ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** A text may say more than was expected; anything else is what it is. */
function begins(got: unknown, wanted: unknown): boolean {
  if (typeof got === 'string' && typeof wanted === 'string' && wanted !== '') {
    return got.startsWith(wanted);
  }
  return got === wanted;
}
