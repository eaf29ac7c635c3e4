/** The lines of a timeline that a story needs: no links, no refusals, no probe, no usual answers. */
import type { RunRecord } from '../checkers/run-record.js';
import type { Cast } from '../cluster.js';
import { rank, type TimelineLine, type Tone } from '../report/line.js';
import { timeline } from '../report/timeline.js';

/** Lines as a story shows them, and how many had no room. */
export interface Compact {
  readonly lines: readonly Omit<TimelineLine, 'order'>[];
  readonly leftOut: number;
}

/** Rows that a story shows, at most. What one node does at one instant is one row. */
const rowsMost = 5;

/** What goes first where there is no room for all. */
const weights: Readonly<Record<Tone, number>> = {
  fault: 3,
  bad: 3,
  change: 2,
  good: 1,
  operator: 1,
  plain: 0,
  faint: 0,
};

/** A reset and a step of a clock are over as they begin; a checkpoint is loaded in any full sync. */
export function saysLittle({ text }: TimelineLine): boolean {
  return /^(reset is over|clock stands|loading )/.test(text);
}

/** The lines that matter, however many; roles at the start are told in words. */
export function essential(record: RunRecord, cast: Cast): TimelineLine[] {
  return timeline(record, cast).filter((line) => {
    const { at, node, order, tone } = line;
    if (at === 0 && tone === 'change') return false;
    if (node === 'run' || tone === 'faint' || tone === 'plain') return false;
    if (saysLittle(line)) return false;
    return !(order === rank.replied && tone === 'operator');
  });
}

/** No more of them than a story has room for. */
export function compact(record: RunRecord, cast: Cast): Compact {
  const rows = rowsOf(essential(record, cast));
  const chosen = new Set(
    rows.toSorted((one, other) => weightOf(other) - weightOf(one)).slice(0, rowsMost),
  );
  const lines = rows.filter((row) => chosen.has(row)).flat();
  return {
    lines: lines.map(({ order: _, ...line }) => line),
    leftOut: rows.length - chosen.size,
  };
}

function rowsOf(lines: readonly TimelineLine[]): TimelineLine[][] {
  const rows: TimelineLine[][] = [];
  for (const line of lines) {
    const last = rows.at(-1)?.at(-1);
    if (last?.at === line.at && last.node === line.node) rows.at(-1)!.push(line);
    else rows.push([line]);
  }
  return rows;
}

function weightOf(row: readonly TimelineLine[]): number {
  // That a failover goes on says less than what becomes of it.
  const isOnItsWay = ({ text, tone }: TimelineLine) =>
    tone === 'change' && text.startsWith('failover: ');
  return Math.max(...row.map((line) => (isOnItsWay(line) ? 0 : weights[line.tone])));
}
