/**
 * A run as a list of lines in order of time: roles, gates, failover states, links, faults as they
 * bit, the operator's calls, and what clients got. A pure function of the record.
 */
import type { RunRecord } from '../checkers/run-record.js';
import type { Cast } from '../cluster.js';
import { clientLines } from './client-lines.js';
import { faultLines } from './faults.js';
import { rank, type TimelineLine } from './line.js';
import { noteLines } from './notes.js';
import { operatorLines } from './operator-lines.js';
import { counted } from './words.js';

/** @param cast who is who: operators and clients are told apart by it */
export function timeline(record: RunRecord, cast: Cast): TimelineLine[] {
  const lines = [
    ...noteLines(record),
    ...cast.operators.flatMap((name) => operatorLines(record, name)),
    ...clientLines(record, [...cast.clients, ...cast.readers]),
    ...faultLines(record),
    ...phaseLines(record, cast.probe),
  ];
  return lines
    .map((line, index) => ({ line, index }))
    .sort(
      (one, other) =>
        one.line.at - other.line.at || one.line.order - other.line.order || one.index - other.index,
    )
    .map(({ line }) => line);
}

/** Where the run turns from faults to healing, and what the probe found. */
function phaseLines({ healedAt, endedAt, operations }: RunRecord, probe: string): TimelineLine[] {
  const line = (at: number, text: string): TimelineLine => ({
    at,
    order: rank.asked,
    node: 'run',
    text,
    tone: 'faint',
  });
  const probed = operations.filter(({ node }) => node === probe);
  const first = probed[0];
  const ok = probed.filter(({ outcome }) => outcome === 'ok').length;
  return [
    line(healedAt, 'every fault is over; the liveness phase begins'),
    ...(first === undefined
      ? []
      : [line(first.invokedAt, `the probe: ${ok} of ${counted(probed.length, 'operation')} ok`)]),
    { ...line(endedAt, 'the run ends'), order: rank.seen },
  ];
}
