/**
 * Tells a run that failed in a few sentences: who was master, who asked for what, what each fault did
 * and when, who took over, who acknowledged, and what is wrong with that. Made from the record and the
 * verdict alone, so that it knows no protocol.
 */
import type { NoteValues, RunRecord } from '../checkers/run-record.js';
import { listed } from '../checkers/text.js';
import type { Verdict } from '../checkers/verdict.js';
import type { Cast } from '../cluster.js';
import { acknowledged } from './acknowledged.js';
import { attemptDeeds } from './attempts.js';
import { bitesOutside } from './bites.js';
import type { Deed } from './deed.js';
import { fullSyncDeeds } from './full-syncs.js';
import { pushDeeds } from './pushes.js';
import { Scene } from './scene.js';

/** Sentences about what happened, at most; who is who and the verdict come beside them. */
const deedsMost = 5;

/**
 * @param verdict an invalid one of the run
 */
export function tell(record: RunRecord, { probe }: Cast, verdict: Verdict): string[] {
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
    ...(aboutWriters.has(verdict.checker) ? acknowledged(record, scene, verdict, probe) : []),
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

/** With a full stop; a name of somebody keeps its small letter. */
function sentence(text: string): string {
  const begun = /^[a-z]+ /.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;
  return begun.endsWith('.') ? begun : `${begun}.`;
}
