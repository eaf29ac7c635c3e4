/** What each fault did and when, in sentences or in parts of them. */
import type { NoteValues, RunRecord } from '../checkers/run-record.js';
import { seconds } from '../checkers/text.js';
import { faultLines } from '../report/faults.js';
import type { TimelineLine } from '../report/line.js';
import { roleInWords } from '../report/notes.js';
import { lasting } from '../report/words.js';
import { saysLittle } from './compact.js';
import type { Clause, Deed } from './deed.js';
import type { Handover, Scene } from './scene.js';

const weight = 3;

/** From when an attempt was asked for until it ended: what its sentence tells of. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What happens at the instant of a failure is a part of it, for it may be the cause. */
export function spanOf({ endedAt, outcome }: Handover, from: number): Span {
  return { from, to: outcome === 'success' ? endedAt - 1 : endedAt };
}

/** What faults did meanwhile, for that sentence. */
export function bitesWithin(record: RunRecord, { from, to }: Span): Clause[] {
  return tellingLines(record)
    .filter(({ at }) => at >= from && at <= to)
    .map((line) => ({ at: line.at, text: `${who(line)}${biteInWords(record, line)}` }));
}

/** What faults did beside that; what one did is one sentence. */
export function bitesOutside(record: RunRecord, scene: Scene, spans: readonly Span[]): Deed[] {
  const isTold = (at: number) => spans.some(({ from, to }) => at >= from && at <= to);
  const faults = new Map<string, { at: number; text: string }>();
  for (const line of tellingLines(record)) {
    if (isTold(line.at)) continue;
    const name = /\(fault \d+\)$/.exec(line.text)?.[0] ?? line.text;
    const begun = faults.get(name);
    if (begun !== undefined) begun.text += `, and ${biteInWords(record, line)}`;
    else {
      const text = `${who(line)}${biteInWords(record, line)}${sinceAttempt(scene, line.at)}`;
      faults.set(name, { at: line.at, text });
    }
  }
  return [...faults.values()].map((deed) => ({ ...deed, weight }));
}

function tellingLines(record: RunRecord): TimelineLine[] {
  return faultLines(record).filter((line) => !saysLittle(line));
}

function who({ node }: TimelineLine): string {
  return node === 'net' ? '' : `${node} `;
}

function biteInWords(record: RunRecord, { at, node, text }: TimelineLine): string {
  return `${text} at ${seconds(at)}${roleAfter(record, node, at)}`;
}

/** What a node says it is as it starts again. */
function roleAfter({ faults, notes }: RunRecord, node: string, at: number): string {
  const isRestart = faults.some(
    ({ at: then, kind, move }) =>
      then === at && move === 'ended' && (kind === 'crash' || kind === 'powerLoss'),
  );
  if (!isRestart) return '';
  const note = notes.find((one) => one.at === at && one.node === node && one.subject === 'role');
  return note === undefined ? '' : ` as ${roleInWords(note.value as NoteValues['role'])}`;
}

function sinceAttempt({ handovers }: Scene, at: number): string {
  const last = handovers.findLast(({ endedAt }) => endedAt <= at);
  if (last === undefined) return '';
  const end = last.outcome === 'success' ? 'the success' : 'the end of the attempt';
  return `, ${lasting(at - last.endedAt)} after ${end}`;
}
