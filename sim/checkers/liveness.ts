/**
 * After healing, is the cluster whole within its bound: exactly one running master, every running
 * node's gate open, and writes acknowledged by that master again?
 *
 * Assumptions. The instant looked at is `healedAt + livenessBoundUs`, or the end of the run if that
 * is earlier; notes after it don't count. A run that ends early with every condition met is valid:
 * the simulator stops there. One that ends early with a condition unmet is `unknown`: it had time
 * left. Acknowledgement is asked for only if some set was invoked after healing and before that
 * instant: one invoked at it has no time to be answered.
 */
import { isAcknowledgement, registerOperations } from './register.js';
import type { RunRecord } from './run-record.js';
import { mastersAmong, mastersInWords, type Standing, standings } from './standing.js';
import type { Evidence, Verdict } from './verdict.js';
import { counted, seconds } from './words.js';

interface Unmet extends Evidence {
  readonly kind: string;
  readonly operations?: readonly number[];
}

export function liveness(record: RunRecord): Verdict {
  const bound = record.healedAt + record.livenessBoundUs;
  const until = Math.min(bound, record.endedAt);
  const all = standings(record, until);
  const [master, ...others] = mastersAmong(all);
  const unmet = [
    ...oneMaster(all, until),
    ...all.filter(({ node }) => node.status === 'running').flatMap(shutGate),
    ...(master === undefined || others.length > 0 ? [] : writesServed(record, master, until)),
  ];
  if (unmet.length === 0) {
    const name = master!.node.node;
    const reason = `at ${seconds(until)} ${name} is the one master and every gate is open`;
    return { checker: 'liveness', validity: 'valid', reason, operations: [], evidence: [] };
  }
  const early = record.endedAt < bound;
  const when = early
    ? `the run ended at ${seconds(until)}, before the bound at ${seconds(bound)}`
    : `${seconds(record.livenessBoundUs)} after healing`;
  return {
    checker: 'liveness',
    validity: early ? 'unknown' : 'invalid',
    ...(!early && { kind: unmet[0]!.kind }),
    reason: `${unmet.map(({ text }) => text).join('; ')}; ${when}`,
    operations: unmet.flatMap(({ operations }) => operations ?? []),
    evidence: unmet.map(({ at, node, text }) => ({ at, node, text })),
  };
}

function oneMaster(all: readonly Standing[], at: number): Unmet[] {
  const masters = mastersAmong(all);
  if (masters.length === 1) return [];
  const nodes = masters.length === 0 ? all : masters;
  const kind = masters.length === 0 ? 'no master' : 'several masters';
  const names = nodes.map(({ node }) => node.node).join(', ');
  return [{ at, node: names, kind, text: mastersInWords(all) }];
}

function shutGate({ node, gate, shutSince }: Standing): Unmet[] {
  if (gate === 'open' || shutSince === undefined) return [];
  const what = gate === 'all' ? 'all commands' : 'writes';
  const text = `gate of ${node.node} still closed to ${what} since ${seconds(shutSince)}`;
  return [{ at: shutSince, node: node.node, kind: 'closed gate', text }];
}

/** Of the sets invoked after healing, has the master acknowledged any? */
function writesServed(record: RunRecord, master: Standing, until: number): Unmet[] {
  const { healedAt } = record;
  const writes = registerOperations(record.operations).filter(({ f }) => f !== 'read');
  const asked = writes.filter(({ invokedAt }) => invokedAt > healedAt && invokedAt < until);
  if (asked.length === 0) return [];
  const ids = new Set(writes.map(({ id }) => id));
  const name = master.node.node;
  const served = record.replies.some(
    ({ at, node, operation, message }) =>
      node === name &&
      at > healedAt &&
      at <= until &&
      ids.has(operation) &&
      isAcknowledgement(message),
  );
  if (served) return [];
  const those = `the ${counted(asked.length, 'write')} invoked since ${seconds(healedAt)}`;
  const text = `${name} acknowledged none of ${those}`;
  const operations = asked.map(({ id }) => id);
  return [{ at: until, node: name, kind: 'no write served', text, operations }];
}
