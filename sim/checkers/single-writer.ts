/**
 * Did two nodes acknowledge writes at once? Judged from the replies that nodes sent, whether or not
 * they arrived, never from what a node notes of itself.
 *
 * Two at once: a node acknowledges a write, another does, and then the first does so again under
 * an epoch no higher than the other's. Or both at one instant. Where the protocol claims that every
 * new writer has an epoch of its own (`fencedEpochs`), two nodes in one epoch are two writers even
 * in turn. An overlap is as long as from the other's acknowledgement to the last out of turn.
 *
 * Assumptions: one shard, so one writer at a time is right for all keys; replies come in order of
 * time.
 */
import type { ReplyRecord } from '../../runtime/record.js';
import { isAcknowledgement, type RegisterOperation, registerOperations } from './register.js';
import type { RunRecord } from './run-record.js';
import type { Verdict } from './verdict.js';
import { acknowledgement, counted, seconds } from './words.js';

/** Two or three acknowledgements, in order, that one writer at a time can't have sent. */
interface Offence {
  readonly acks: readonly ReplyRecord[];
  readonly kind: 'again' | 'same instant' | 'same epoch';
  /** From the other writer's acknowledgement to the one out of turn. */
  readonly overlapUs: number;
}

/** A node that has acknowledged, and the highest epoch another has acknowledged under since. */
interface Writer {
  latest: ReplyRecord;
  rival?: { readonly ack: ReplyRecord; readonly before: ReplyRecord };
}

/** Verdicts show so many offences; the ids of all are there. */
const shownMost = 3;

export function singleWriter(record: RunRecord): Verdict {
  const writes = new Map(
    registerOperations(record.operations)
      .filter(({ f }) => f !== 'read')
      .map((write) => [write.id, write]),
  );
  const acks = record.replies.filter(
    ({ operation, message }) => writes.has(operation) && isAcknowledgement(message),
  );
  const offences = [...outOfTurn(acks), ...(record.fencedEpochs ? sharedEpochs(acks) : [])].sort(
    (one, other) => one.acks.at(-1)!.at - other.acks.at(-1)!.at,
  );
  return offences.length === 0 ? sound(acks) : unsound(offences, writes);
}

/** Acknowledgements by a node that another had replaced, or at the instant of another's. */
function outOfTurn(acks: readonly ReplyRecord[]): Offence[] {
  const writers = new Map<string, Writer>();
  const offences: Offence[] = [];
  let previous: ReplyRecord | undefined;
  for (const ack of acks) {
    const rival = writers.get(ack.node)?.rival;
    if (rival !== undefined && ack.epoch <= rival.ack.epoch) {
      const overlapUs = ack.at - rival.ack.at;
      offences.push({ acks: [rival.before, rival.ack, ack], kind: 'again', overlapUs });
    } else if (previous !== undefined && previous.at === ack.at && previous.node !== ack.node) {
      offences.push({ acks: [previous, ack], kind: 'same instant', overlapUs: 0 });
    }
    for (const [node, writer] of writers) {
      const highest = writer.rival?.ack.epoch ?? Number.NEGATIVE_INFINITY;
      if (node !== ack.node && ack.epoch > highest) writer.rival = { ack, before: writer.latest };
    }
    const own = writers.get(ack.node);
    if (own === undefined) writers.set(ack.node, { latest: ack });
    else own.latest = ack;
    previous = ack;
  }
  return offences;
}

/** For each epoch the first acknowledgement of every further node, beside the first node's last. */
function sharedEpochs(acks: readonly ReplyRecord[]): Offence[] {
  const epochs = new Map<number, Map<string, ReplyRecord>>();
  const offences: Offence[] = [];
  for (const ack of acks) {
    const nodes = epochs.get(ack.epoch) ?? new Map<string, ReplyRecord>();
    epochs.set(ack.epoch, nodes);
    const [other] = nodes.values();
    if (other !== undefined && !nodes.has(ack.node)) {
      offences.push({ acks: [other, ack], kind: 'same epoch', overlapUs: 0 });
    }
    nodes.set(ack.node, ack);
  }
  return offences;
}

function sound(acks: readonly ReplyRecord[]): Verdict {
  const nodes = new Set(acks.map(({ node }) => node)).size;
  const what = `${counted(acks.length, 'acknowledgement')} by ${counted(nodes, 'node')}`;
  return {
    checker: 'single-writer',
    validity: 'valid',
    reason: `${what}, one writer at a time`,
    operations: [],
    evidence: [],
  };
}

function unsound(
  offences: readonly Offence[],
  writes: ReadonlyMap<number, RegisterOperation>,
): Verdict {
  const atOnce = offences.filter(({ kind }) => kind !== 'same epoch');
  const overlapUs = atOnce.reduce((most, offence) => Math.max(most, offence.overlapUs), 0);
  const overlap = atOnce.length === 0 ? 'in turn' : `two at once for ${overlapUs} us`;
  const acks = (some: readonly Offence[]) => [...new Set(some.flatMap((offence) => offence.acks))];
  return {
    checker: 'single-writer',
    validity: 'invalid',
    kind: atOnce.length > 0 ? 'two writers at once' : 'two writers of one epoch',
    reason: `${inWords(offences[0]!)}: two writers, ${overlap}`,
    operations: [...new Set(acks(offences).map(({ operation }) => operation))],
    evidence: acks(offences.slice(0, shownMost)).map((ack) => ({
      at: ack.at,
      node: ack.node,
      text: acknowledgement(ack, writes.get(ack.operation)),
    })),
  };
}

function inWords({ acks, kind }: Offence): string {
  const last = acks.at(-1)!;
  const other = acks.at(-2)!;
  const write = (ack: ReplyRecord) =>
    `${ack.node} acknowledged write ${ack.operation} in epoch ${ack.epoch} at ${seconds(ack.at)}`;
  if (kind === 'again') {
    const before = `${last.node} had acknowledged write ${acks[0]!.operation}`;
    return `${write(last)}, although ${write(other)} after ${before}`;
  }
  return `${write(other)} and ${write(last)}`;
}
