/**
 * Tells a run that failed in a few sentences: who was master, who asked for what, what each fault did
 * and when, who took over, who acknowledged, and what is wrong with that. Made from the record and the
 * verdict alone, so that it knows no protocol.
 */
import { isAcknowledgement } from '../checkers/register.js';
import type { NoteValues, RunRecord } from '../checkers/run-record.js';
import { listed, seconds } from '../checkers/text.js';
import type { Verdict } from '../checkers/verdict.js';
import { counted } from '../report/words.js';
import { attemptDeeds } from './attempts.js';
import { bitesOutside } from './bites.js';
import type { Deed } from './deed.js';
import { fullSyncDeeds } from './full-syncs.js';
import { pushDeeds } from './pushes.js';
import { Scene } from './scene.js';

/** Sentences about what happened, at most; who is who and the verdict come beside them. */
const deedsMost = 5;

/** @param verdict an invalid one of the run */
export function tell(record: RunRecord, verdict: Verdict): string[] {
  const scene = new Scene(record);
  const { deeds, spans } = attemptDeeds(record, scene);
  const all = [
    ...deeds,
    ...bitesOutside(record, scene, spans),
    ...pushDeeds(record),
    ...fullSyncDeeds(record),
  ];
  return [
    cast(record),
    ...weightiest(all).map(({ text }) => text),
    ...(aboutWriters.has(verdict.checker) ? acknowledged(record, verdict) : []),
    verdict.reason,
  ].map(sentence);
}

/** Others say in their reason who acknowledged, or what happened to no write in particular. */
const aboutWriters: ReadonlySet<Verdict['checker']> = new Set(['lost-write', 'liveness']);

function weightiest(deeds: readonly Deed[]): Deed[] {
  return deeds
    .toSorted((one, other) => other.weight - one.weight || one.at - other.at)
    .slice(0, deedsMost)
    .sort((one, other) => one.at - other.at);
}

function cast({ notes, nodes }: RunRecord): string {
  const first = nodes.map(({ node }) => {
    const note = notes.find((one) => one.node === node && one.subject === 'role');
    return { node, role: (note?.value as NoteValues['role'] | undefined)?.role };
  });
  const named = (wanted: string) =>
    listed(first.filter(({ role }) => role === wanted).map(({ node }) => node));
  const slaves = first.filter(({ role }) => role === 'slave').length;
  return `${named('master')} is master, ${named('slave')} ${slaves === 1 ? 'follows' : 'follow'}`;
}

/** Who acknowledged writes, how many, when and under which epoch. */
function acknowledged(
  { replies, operations, healedAt }: RunRecord,
  { operations: offending }: Verdict,
) {
  const writes = new Set(
    operations
      .filter(({ call }) => call.type === 'set' || call.type === 'append')
      .map(({ id }) => id),
  );
  const spans = new Map<
    string,
    { node: string; epoch: number; from: number; to: number; ids: number[] }
  >();
  for (const { at, node, epoch, operation, message } of replies) {
    if (!writes.has(operation) || !isAcknowledgement(message)) continue;
    // What the probe writes in the end is told where it matters.
    if (at >= healedAt && !offending.includes(operation)) continue;
    const name = `${node} ${epoch}`;
    const span = spans.get(name) ?? { node, epoch, from: at, to: at, ids: [] };
    span.to = at;
    span.ids.push(operation);
    spans.set(name, span);
  }
  if (spans.size === 0) return [];
  const each = [...spans.values()].map(({ node, epoch, from, to, ids }) => {
    const among = ids.filter((id) => offending.includes(id));
    const which = among.length === 0 ? '' : `, ${listed(among, 2)} among them`;
    const time =
      ids.length === 1 ? `at ${seconds(from)}` : `from ${seconds(from)} to ${seconds(to)}`;
    const what = ids.length === 1 ? `write ${ids[0]}` : `${counted(ids.length, 'write')}${which}`;
    return `${node} acknowledges ${what} ${time} (epoch ${epoch})`;
  });
  return [each.join('; ')];
}

/** With a full stop; a name of somebody keeps its small letter. */
function sentence(text: string): string {
  const begun = /^[a-z]+ /.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;
  return begun.endsWith('.') ? begun : `${begun}.`;
}
