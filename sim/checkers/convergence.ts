/**
 * At the end, does every running node of the store hold what the final master holds: the same
 * operations at the same offsets, the same hash, the same contents?
 *
 * Assumptions. Compared is what is applied. Nodes that don't run aren't judged. `unknown`:
 * - without a single final master: there is nothing to compare with, and liveness judges that;
 * - a difference in a run that ended before its liveness bound: it had time left to go away;
 * - a node that is only behind, by writes invoked after healing, while a write was still open:
 *   the workload hadn't ended, and a log in motion is always a little longer at its source.
 */
import type { NodeRecord } from '../../runtime/record.js';
import { elementsOf } from './elements.js';
import { type RegisterOperation, registerOperations } from './register.js';
import type { RunRecord } from './run-record.js';
import { mastersAmong, mastersInWords, type Standing, standings } from './standing.js';
import type { Verdict } from './verdict.js';
import { counted, held, listed, seconds } from './words.js';

interface Difference {
  readonly node: string;
  readonly kind: string;
  readonly text: string;
  /** The operations at the first difference, the node's and the master's. */
  readonly operations: readonly number[];
  /** Whether the node lacks nothing but the end of the master's log, and that was written late. */
  readonly moving: boolean;
}

export function convergence(record: RunRecord): Verdict {
  const all = standings(record);
  const [master, ...others] = mastersAmong(all);
  if (master === undefined || others.length > 0) return verdict('unknown', mastersInWords(all));
  const writes = registerOperations(record.operations).filter(({ f }) => f !== 'read');
  const slaves = all.filter((one) => one.node.status === 'running' && one !== master);
  const differences = slaves
    .map((slave) => difference(slave, master.node, writes, record.healedAt))
    .filter((found) => found !== undefined);
  const offset = `offset ${master.node.applied} of ${master.node.node}`;
  if (differences.length === 0) {
    return verdict('valid', `${counted(slaves.length, 'running slave')} at ${offset}`);
  }
  const who = listed(differences.map(({ node }) => node));
  const differ = differences.length === 1 ? 'differs' : 'differ';
  const whom = `${master.node.node}, the final master`;
  const reason = `${who} ${differ} from ${whom}: ${differences[0]!.text}`;
  const bound = record.healedAt + record.livenessBoundUs;
  if (record.endedAt < bound) {
    const early = `the run ended at ${seconds(record.endedAt)}`;
    const left = `${early}, before the bound at ${seconds(bound)}`;
    return verdict('unknown', `${reason}; ${left}`, differences, record.endedAt);
  }
  if (differences.every(({ moving }) => moving)) {
    return verdict('unknown', `${reason}; writes were still going on`, differences, record.endedAt);
  }
  return { ...verdict('invalid', reason, differences, record.endedAt), kind: differences[0]!.kind };
}

function verdict(
  validity: Verdict['validity'],
  reason: string,
  differences: readonly Difference[] = [],
  at = 0,
): Verdict {
  return {
    checker: 'convergence',
    validity,
    reason,
    operations: [...new Set(differences.flatMap(({ operations }) => operations))],
    evidence: differences.map(({ node, text }) => ({ at, node, text })),
  };
}

/** The first offset, and the first key, where a node differs from the master. */
function difference(
  slave: Standing,
  master: NodeRecord,
  writes: readonly RegisterOperation[],
  healedAt: number,
): Difference | undefined {
  const { node } = slave;
  const log = logDifference(node, master);
  const key = firstKey(node, master);
  if (log === undefined && key === undefined) return undefined;
  const link = slave.link === undefined ? [] : [`its link is ${slave.link}`];
  const lacking = new Set(log?.lacking);
  return {
    node: node.node,
    kind: log?.kind ?? 'other contents',
    text: [log?.text, key?.text, ...link].filter((text) => text !== undefined).join('; '),
    operations: log?.operations ?? writersOf(key, writes),
    moving:
      lacking.size > 0 &&
      writes.some(({ endedAt }) => endedAt === undefined) &&
      writes.every(({ id, invokedAt }) => !lacking.has(id) || invokedAt >= healedAt),
  };
}

interface LogDifference {
  readonly kind: string;
  readonly text: string;
  readonly operations: readonly number[];
  /** The operations at the end of the master's log, when nothing else is different. */
  readonly lacking: readonly number[];
}

function logDifference(node: NodeRecord, master: NodeRecord): LogDifference | undefined {
  const left = appliedLog(node);
  const right = appliedLog(master);
  const differing = left.findIndex(
    ({ last, operation }, at) => last !== right[at]?.last || operation !== right[at]?.operation,
  );
  const at = differing < 0 ? left.length : differing;
  const from = at === 0 ? 1 : left[at - 1]!.last + 1;
  const [mine, its] = [left[at], right[at]];
  const operations = [mine, its].flatMap((entry) => entry?.operation || []);
  if (mine === undefined && its === undefined) {
    const same = node.hash.a === master.hash.a && node.hash.b === master.hash.b;
    const text = `same operations up to offset ${from - 1}, but the hash of the log is another`;
    return same ? undefined : { kind: 'another lineage', text, operations, lacking: [] };
  }
  if (mine === undefined) {
    const lacking = right.slice(at).map(({ operation }) => operation);
    const more = `${master.node} goes on to ${master.applied}, with operation ${its!.operation}`;
    const text = `${node.node} ends at offset ${from - 1}; ${more} first`;
    return { kind: 'end missing', text, operations, lacking };
  }
  const own = `operation ${mine.operation}`;
  const text =
    its === undefined
      ? `${node.node} goes on past the master's end at offset ${from - 1}, with ${own}`
      : `at offset ${from} ${node.node} has ${own} up to ${mine.last}, ` +
        `${master.node} has ${its.operation} up to ${its.last}`;
  return { kind: 'another lineage', text, operations, lacking: [] };
}

function appliedLog({ lineage, applied }: NodeRecord): NodeRecord['lineage'] {
  return lineage.filter(({ last }) => last <= applied);
}

interface KeyDifference {
  readonly key: string;
  readonly values: readonly (string | undefined)[];
  readonly text: string;
}

function firstKey(node: NodeRecord, master: NodeRecord): KeyDifference | undefined {
  const own = new Map(node.contents);
  const right = new Map(master.contents);
  const [key] = [...new Set([...own.keys(), ...right.keys()])]
    .filter((one) => own.get(one) !== right.get(one))
    .sort();
  if (key === undefined) return undefined;
  const values = [own.get(key), right.get(key)];
  const [mine, its] = values.map((value) => held(value ?? null));
  return { key, values, text: `${key} holds ${mine} on ${node.node}, ${its} on ${master.node}` };
}

/** The writes of the values that a key holds on either side. */
function writersOf(
  difference: KeyDifference | undefined,
  writes: readonly RegisterOperation[],
): number[] {
  if (difference === undefined) return [];
  const { key, values } = difference;
  const [mine, its] = values.map((value) => new Set(elementsOf(value ?? null)));
  const isOne = ({ f, value }: RegisterOperation) => {
    if (f === 'write') return values.includes(value ?? undefined);
    const [element = ''] = elementsOf(value);
    return mine!.has(element) !== its!.has(element);
  };
  return writes.filter((write) => write.key === key && isOne(write)).map(({ id }) => id);
}
