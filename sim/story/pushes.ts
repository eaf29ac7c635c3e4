/** Topologies that operators pushed, and what the nodes made of them. */
import type { OperationRecord } from '../../runtime/record.js';
import type { Message } from '../../runtime/vocabulary.js';
import type { NoteValues, RunRecord } from '../checkers/run-record.js';
import { seconds } from '../checkers/text.js';
import { roleInWords } from '../report/notes.js';
import type { Deed } from './deed.js';

const weights = { taken: 2, refused: 1 };

/** One sentence for each outcome that was pushed, and for what was pushed beside it in a row. */
export function pushDeeds(record: RunRecord): Deed[] {
  const deeds: { at: number; head: string; answers: string[]; weight: number }[] = [];
  for (const call of record.operations) {
    const head = headOf(call);
    if (head === undefined) continue;
    const { answers, changed } = answersTo(record, call);
    const weight = changed ? weights.taken : weights.refused;
    const last = deeds.at(-1);
    if (last?.head === head) {
      last.answers.push(...answers);
      last.weight = Math.max(last.weight, weight);
    } else deeds.push({ at: call.invokedAt, head, answers, weight });
  }
  return deeds.map(({ at, head, answers, weight }) => ({
    at,
    text: `${head} from ${seconds(at)} on: ${answers.join('; ')}`,
    weight,
  }));
}

function headOf({ node, call, outcome }: OperationRecord): string | undefined {
  if (call.type === 'takeover') return `${node} sends TAKEOVER by hand`;
  if (call.type === 'outcome') {
    return outcome === 'fail' ? undefined : `${node} pushes ${call['target']} as master`;
  }
  if (call.type !== 'setnodes') return undefined;
  const { version, nodes } = call['topology'] as Message;
  const masters = (nodes as readonly { id: string; master: string | null }[])
    .filter(({ master }) => master === null)
    .map(({ id }) => id);
  const force = call['force'] === true ? ' by force' : '';
  return `${node} pushes${force} version ${version}, in which ${masters.join(', ')} is master,`;
}

function answersTo({ replies, notes }: RunRecord, { id, call, invokedAt, error }: OperationRecord) {
  let changed = false;
  const answers = replies
    .filter(({ operation }) => operation === id)
    .map(({ node, at, message }) => {
      if (message['status'] !== 'ok') return `${node} refuses it (${message['error']})`;
      const role = notes.findLast(
        (note) =>
          note.node === node && note.subject === 'role' && note.at >= invokedAt && note.at <= at,
      );
      if (role === undefined) return `${node} answers OK at ${seconds(at)}, and is what it was`;
      changed = true;
      return `${node} is ${roleInWords(role.value as NoteValues['role'])} at ${seconds(role.at)}`;
    });
  const named = (call['nodes'] as string[] | undefined)?.at(answers.length) ?? call['node'];
  if (error !== undefined && !/^[A-Z]/.test(error)) {
    answers.push(`${named} does not answer`);
  }
  return { answers, changed };
}
