/**
 * Was an acknowledged write lost? Every set that its client saw succeed must be in the lineage of
 * the final master, and its key must hold, at the end, its value or one that may have come later;
 * what was appended must be among the elements of its key. What is lost is shown with where it was and
 * when it was lost for good (`provenance.ts`).
 *
 * Assumptions. The final master is the one running node whose last role note says so. Nobody
 * deletes keys but the protocol. A value is older than a write when the set that wrote it had ended
 * before that write began; an `info` set may take effect at any time, so its value is never older.
 * Without a single final master only what holds for every candidate is certain: with several, that
 * each lacks something; with none, that a write is in no node's lineage.
 */
import type { NodeRecord } from '../../runtime/record.js';
import { elementsOf } from './elements.js';
import { pointOfNoReturn, provenance } from './provenance.js';
import { precedes, type RegisterOperation, registerOperations } from './register.js';
import type { RunRecord } from './run-record.js';
import { mastersAmong, mastersInWords, standings } from './standing.js';
import type { Evidence, Verdict } from './verdict.js';
import { counted, held, listed, named, seconds } from './words.js';

interface Loss {
  readonly write: RegisterOperation;
  /** The final master, or a candidate; absent when there is none. */
  readonly node?: string;
  readonly kind: string;
  /** What is wrong with the write there. */
  readonly how: string;
}

/** Verdicts show the evidence of so many lost writes; the ids are all there. */
const shownMost = 5;

export function lostWrite(record: RunRecord): Verdict {
  const writes = registerOperations(record.operations).filter(({ f }) => f !== 'read');
  const acknowledged = writes.filter(({ outcome }) => outcome === 'ok');
  const all = standings(record);
  const masters = mastersAmong(all);
  const logs = new Map(record.nodes.map((node) => [node.node, operationsOf(node)]));
  const about = counted(acknowledged.length, 'acknowledged write');
  if (acknowledged.length === 0) return verdict('valid', 'no write was acknowledged', record, []);

  if (masters.length === 0) {
    const gone = acknowledged
      .filter(({ id }) => [...logs.values()].every((operations) => !operations.has(id)))
      .map((write) => ({ write, kind: 'in no log', how: 'it is in the log of no node' }));
    const why = mastersInWords(all);
    if (gone.length === 0) return verdict('unknown', `${about}, but ${why}`, record, []);
    return verdict('invalid', `${why}, and ${lossInWords(gone, about, record)}`, record, gone);
  }

  const losses = masters.map(({ node }) => ({
    node: node.node,
    lost: lossesOn(node, logs.get(node.node)!, writes),
  }));
  const [only] = losses;
  if (losses.length === 1 && only !== undefined) {
    const { node, lost } = only;
    return lost.length === 0
      ? verdict('valid', `${node}, the final master, holds ${about}`, record, [])
      : verdict(
          'invalid',
          `on ${node}, the final master, ${lossInWords(lost, about, record)}`,
          record,
          lost,
        );
  }
  const why = mastersInWords(all);
  if (losses.some(({ lost }) => lost.length === 0)) {
    return verdict('unknown', `${about}, but ${why}`, record, []);
  }
  const each = losses.map(({ node, lost }) => `on ${node} ${lossInWords(lost, about, record)}`);
  const every = losses.flatMap(({ lost }) => lost);
  return verdict('invalid', `${why}; ${each.join('; ')}`, record, every);
}

function operationsOf(node: NodeRecord): Set<number> {
  return new Set(node.lineage.map(({ operation }) => operation));
}

/** The acknowledged writes that a node lacks. */
function lossesOn(
  node: NodeRecord,
  log: ReadonlySet<number>,
  writes: readonly RegisterOperation[],
): Loss[] {
  const contents = new Map(node.contents);
  const writers = new Map<string, RegisterOperation>();
  for (const write of writes) {
    if (write.outcome !== 'fail') writers.set(placeOf(write.key, write.value), write);
  }
  const lost: Loss[] = [];
  for (const write of writes) {
    if (write.outcome !== 'ok') continue;
    const value = contents.get(write.key);
    const lose = (kind: string, how: string) =>
      lost.push({ write, node: node.node, kind: `${kind} of the master`, how });
    if (!log.has(write.id)) lose('not in the log', `it is not in the log of ${node.node}`);
    else if (value === undefined) lose('not in the contents', `${write.key} is gone`);
    else if (write.f === 'append') {
      const [element = ''] = elementsOf(write.value);
      if (!elementsOf(value).includes(element))
        lose('not in the contents', `${write.key} holds ${held(value)} without it`);
    } else if (value !== write.value) {
      const writer = writers.get(placeOf(write.key, value));
      const how = overwritten(write, value, writer);
      if (how !== undefined) lose('not in the contents', how);
    }
  }
  return lost;
}

function placeOf(key: string, value: string | null): string {
  return JSON.stringify([key, value]);
}

/** Why the value that stands in a write's place can't have come after it. */
function overwritten(
  write: RegisterOperation,
  value: string,
  writer: RegisterOperation | undefined,
): string | undefined {
  if (writer === undefined)
    return `${write.key} holds ${value}, which no write that may have succeeded wrote`;
  if (!precedes(writer, write)) return undefined;
  const ended = `${named(writer)} had ended at ${seconds(writer.completedAt)}`;
  return `${write.key} holds ${value}, older: ${ended}`;
}

function lossInWords(lost: readonly Loss[], about: string, record: RunRecord): string {
  const { write, how, node } = lost[0]!;
  const all = lost.length === 1 ? '' : `: ${listed(lost.map((loss) => loss.write.id))}`;
  const count = `${lost.length} of ${about} ${lost.length === 1 ? 'is' : 'are'} lost`;
  const turn = pointOfNoReturn(record, write.id, node);
  const when =
    turn === undefined ? '' : `, lost for good at ${seconds(turn.at)}, when ${turn.what}`;
  return `${count}${all}; ${named(write)}: ${how}${when}`;
}

function verdict(
  validity: Verdict['validity'],
  reason: string,
  record: RunRecord,
  lost: readonly Loss[],
): Verdict {
  const once = new Map(lost.map((loss) => [loss.write.id, loss]));
  return {
    checker: 'lost-write',
    validity,
    ...(validity === 'invalid' && { kind: lost[0]!.kind }),
    reason,
    operations: [...once.values()]
      .sort((one, other) => one.write.index - other.write.index)
      .map(({ write }) => write.id),
    evidence: distinct(
      [...once.values()].slice(0, shownMost).flatMap((loss) => evidenceOf(loss, record)),
    ),
  };
}

/** What several losses have in common is shown once. */
function distinct(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((one) => [JSON.stringify(one), one])).values()];
}

/** Who acknowledged and held it, what the client saw, when it was lost and where it is at the end. */
function evidenceOf({ write, node, how }: Loss, record: RunRecord): Evidence[] {
  const holders: string[] = [];
  const others: string[] = [];
  for (const other of record.nodes) {
    const entry = other.lineage.find(({ operation }) => operation === write.id);
    if (entry === undefined) others.push(other.node);
    else holders.push(`${other.node} (offset ${entry.last})`);
  }
  const elsewhere = others.length === 0 ? '' : `, not of ${listed(others)}`;
  const where = `in the log of ${listed(holders) || 'no node'}${elsewhere}`;
  const turn = pointOfNoReturn(record, write.id, node);
  const about = `${write.f} ${write.id} of ${write.key} (${held(write.value)})`;
  return [
    ...provenance(record, write.id, about),
    {
      at: write.completedAt,
      node: write.client,
      text: `${write.client} saw write ${write.id} succeed, begun at ${seconds(write.invokedAt)}`,
    },
    ...(turn === undefined ? [] : [{ at: turn.at, node: turn.node, text: turn.text }]),
    { at: record.endedAt, node: node ?? write.client, text: `at the end ${how}; ${where}` },
  ];
}
