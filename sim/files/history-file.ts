/** The history of a run as JSON Lines: a header with a checksum, then an event a line. */
import type { FaultRecord } from '../../runtime/record.js';
import type { HistoryEvent } from '../history.js';
import type { RunResult } from '../run.js';
import { Checksum } from './checksum.js';
import type { HistoryHeader } from './history-schema.js';

/** A fault of the record as an event of the process `nemesis`. */
export interface NemesisEvent {
  readonly process: 'nemesis';
  readonly type: 'info';
  readonly f: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly time: number;
}

/** What one line of a history tells. */
export type HistoryLine = Omit<HistoryEvent, 'operation'> | NemesisEvent;

/** The history's events and the faults, in order of time; at one instant the faults come first. */
export function withFaults({ history, record }: Pick<RunResult, 'history' | 'record'>) {
  const lines: HistoryLine[] = [];
  let next = 0;
  for (const { operation: _, ...event } of history) {
    for (; next < record.faults.length && record.faults[next]!.at <= event.time; next++) {
      lines.push(faultEvent(record.faults[next]!));
    }
    lines.push(event);
  }
  return [...lines, ...record.faults.slice(next).map(faultEvent)];
}

function faultEvent({ at, fault, kind, move, detail }: FaultRecord): NemesisEvent {
  const value = { fault, ...detail };
  return { process: 'nemesis', type: 'info', f: `${kind}-${move}`, value, time: at };
}

/** Whether a history is one of lists: something was appended. */
export function modelOf(history: readonly Pick<HistoryEvent, 'f'>[]): HistoryHeader['model'] {
  return history.some(({ f }) => f === 'append') ? 'append' : 'register';
}

/** @returns the lines of a history file, without newlines */
export function historyLines(result: RunResult): string[] {
  const lines = withFaults(result).map((event) => JSON.stringify(event));
  const header: Omit<HistoryHeader, 'checksum'> = {
    format: 'switchover history',
    version: 1,
    model: modelOf(result.history),
    timeUnit: 'us',
    events: lines.length,
    digest: result.digest,
  };
  const sum = new Checksum();
  sum.addJson(header);
  for (const line of lines) sum.addLine(line);
  return [JSON.stringify({ ...header, checksum: sum.text() }), ...lines];
}
