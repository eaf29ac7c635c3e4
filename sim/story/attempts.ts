/** Each FAILOVER that was asked for, and what became of it, as a sentence. */
import type { OperationRecord, ReplyRecord } from '../../runtime/record.js';
import type { NoteValues, RunRecord } from '../checkers/run-record.js';
import { seconds } from '../checkers/text.js';
import { lasting } from '../report/words.js';
import { bitesWithin, type Span, spanOf } from './bites.js';
import { type Clause, type Deed, joined } from './deed.js';
import type { Handover, Scene } from './scene.js';

const weights = { attempted: 4, refused: 1 };

/** The sentences, and of what times they tell. */
export function attemptDeeds(
  record: RunRecord,
  scene: Scene,
): { readonly deeds: readonly Deed[]; readonly spans: readonly Span[] } {
  const open = new Set(scene.handovers);
  const deeds: Deed[] = [];
  const spans: Span[] = [];
  const add = (begun: string, from: number, handover: Handover) => {
    const span = spanOf(handover, from);
    const became = [
      ...takenOver(record, scene, handover),
      ...bitesWithin(record, span),
      ending(record, handover),
    ];
    deeds.push({ at: from, text: `${begun}; ${joined(became)}`, weight: weights.attempted });
    spans.push(span);
  };
  for (const call of record.operations) {
    if (call.call.type !== 'failover') continue;
    const { node, target } = call.call;
    const at = call.invokedAt;
    const asked = `${call.node} asks ${node} at ${seconds(at)} to hand over to ${target}`;
    const reply = record.replies.find(({ operation }) => operation === call.id);
    const handover = [...open].find((one) => !one.resumed && one.node === node && one.at >= at);
    if (reply?.message['status'] === 'ok' && handover !== undefined) {
      open.delete(handover);
      add(asked, at, handover);
    } else deeds.push({ at, text: `${asked}, ${answered(call, reply)}`, weight: weights.refused });
  }
  for (const handover of open) {
    const { node, at } = handover;
    add(`${node} takes its attempt up again at ${seconds(at)}`, at, handover);
  }
  return { deeds, spans };
}

function answered({ call }: OperationRecord, reply: ReplyRecord | undefined): string {
  if (reply === undefined) return 'and gets no answer';
  if (reply.message['status'] === 'ok') return `which ${call['node']} takes and does not begin`;
  return `which ${call['node']} refuses (${reply.message['error']})`;
}

/** When the target became master, or began to serve its master's slots. */
function takenOver({ notes }: RunRecord, { handovers }: Scene, handover: Handover): Clause[] {
  const { target, at, endedAt } = handover;
  const next = handovers.find((one) => one.at > at)?.at ?? Number.POSITIVE_INFINITY;
  const until = Math.min(next, endedAt);
  const taken = notes.find(
    ({ node, subject, value, at: then }) =>
      node === target &&
      subject === 'role' &&
      then >= at &&
      then <= until &&
      (value as NoteValues['role']).role === 'master',
  );
  if (taken === undefined) return [];
  const { master, epoch } = taken.value as NoteValues['role'];
  const what =
    master === null
      ? `takes over (epoch ${epoch})`
      : `begins to serve the slots of ${master}, still its slave,`;
  return [{ at: taken.at, text: `${target} ${what} at ${seconds(taken.at)}` }];
}

function ending({ notes }: RunRecord, handover: Handover): Clause {
  const { node, endedAt: at, outcome, reason, inDoubtUs } = handover;
  const doubt = inDoubtUs > 0 ? ` after ${lasting(inDoubtUs)} in doubt` : '';
  const isOpened = notes.some(
    (one) => one.node === node && one.at === at && one.subject === 'gate' && one.value === 'open',
  );
  const gate = isOpened ? ' and opens its gate' : '';
  const why = reason === '' ? '' : ` (${reason})`;
  switch (outcome) {
    case 'success':
      return { at, text: `${node} calls it a success at ${seconds(at)}${doubt}` };
    case 'failed':
      return { at, text: `${node} calls it failed at ${seconds(at)}${why}${doubt}${gate}` };
    case 'reset':
      return { at, text: `${node} forgets the attempt at ${seconds(at)}${gate}` };
    case 'cut short':
      return { at, text: `the attempt ends with the process of ${node}` };
    case 'open':
      return { at, text: `${node} is still at it when the run ends${doubt}` };
  }
}
