/** What clients got, as few lines as will do: bursts of acknowledgements and of refusals. */
import type { NoteRecord, OperationRecord } from '../../runtime/record.js';
import type { RunRecord } from '../checkers/run-record.js';
import { type Burst, bursts, type Occurrence, span } from './bursts.js';
import { rank, type TimelineLine } from './line.js';
import { counted, errorWord, lasting } from './words.js';

/** Bursts by node, as nodes sent replies, and of what clients had to leave undecided. */
export function clientLines(record: RunRecord, clients: readonly string[]): TimelineLine[] {
  const operations = new Map(
    record.operations.filter(({ node }) => clients.includes(node)).map((one) => [one.id, one]),
  );
  return [
    ...bursts(replied(record, operations)).map(replyLine),
    ...bursts(undecided([...operations.values()])).map(undecidedLine),
  ];
}

/** A gate that reopens begins a new burst: what was refused and what is served again are two things. */
function replied(
  { replies, notes }: RunRecord,
  operations: ReadonlyMap<number, OperationRecord>,
): Occurrence[] {
  const gates = new Gates(notes);
  return replies.flatMap(({ at, node, operation, epoch, incarnation, message }) => {
    const call = operations.get(operation);
    if (call === undefined) return [];
    const isOk = message['status'] === 'ok';
    if (isOk && (call.call.type === 'get' || message.type === 'wait-reply')) return [];
    const word = isOk ? 'ok' : errorWord(message['error']);
    const opened = gates.reopened(node, at);
    const key = JSON.stringify([node, word, isOk ? epoch : 0, incarnation, opened]);
    return [{ at, key, who: call.node }];
  });
}

/** How often each node's gate has opened again, asked in order of time. */
class Gates {
  private readonly notes: readonly NoteRecord[];
  private readonly shut = new Set<string>();
  private readonly count = new Map<string, number>();
  private next = 0;

  constructor(notes: readonly NoteRecord[]) {
    this.notes = notes.filter(({ subject }) => subject === 'gate');
  }

  reopened(node: string, at: number): number {
    for (; this.next < this.notes.length && this.notes[this.next]!.at <= at; this.next++) {
      const { node: one, value } = this.notes[this.next]!;
      if (value !== 'open') this.shut.add(one);
      else if (this.shut.delete(one)) this.count.set(one, (this.count.get(one) ?? 0) + 1);
    }
    return this.count.get(node) ?? 0;
  }
}

function replyLine({ key, from, to, count, who }: Burst): TimelineLine {
  const [node, word, epoch] = JSON.parse(key) as [string, string, number];
  const lasts = count === 1 ? '' : ` in ${lasting(to - from)}`;
  if (word === 'ok') {
    const text = `acknowledges ${counted(count, 'write')}${lasts} (epoch ${epoch})`;
    return { at: from, order: rank.replied, node, text, tone: 'good' };
  }
  const text = `${word} to ${span(who)}${count === 1 ? '' : `: ${count}`}${lasts}`;
  return { at: from, order: rank.replied, node, text, tone: 'plain' };
}

function undecided(operations: readonly OperationRecord[]): Occurrence[] {
  return operations
    .filter(({ outcome }) => outcome === 'info')
    .map(({ completedAt, call, node }) => ({ at: completedAt ?? 0, key: call.type, who: node }))
    .sort((one, other) => one.at - other.at);
}

function undecidedLine({ key, from, to, count, who }: Burst): TimelineLine {
  const what = counted(count, key === 'get' ? 'read' : 'write');
  const lasts = count === 1 ? '' : ` in ${lasting(to - from)}`;
  const text = `${what} of ${span(who)} ${count === 1 ? 'ends' : 'end'} as info${lasts}`;
  return { at: from, order: rank.seen, node: 'clients', text, tone: 'bad' };
}
