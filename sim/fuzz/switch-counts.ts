/** What became of a run's failovers: that a campaign finds nothing says little where nothing happened. */
import type { RunRecord } from '../checkers/run-record.js';
import { faultKinds } from './draw-faults.js';

export interface SwitchCounts {
  /** Attempts that ended as success, that ended as failure, and that were in doubt for a while. */
  readonly completed: number;
  readonly aborted: number;
  readonly inDoubt: number;
  /** Writes that were open when an attempt began to switch. */
  readonly writesInFlight: number;
  /** How often each kind of fault bit. */
  readonly bites: Readonly<Record<string, number>>;
}

export function switchCounts({ notes, operations, faults }: RunRecord): SwitchCounts {
  const noted = (subject: string, value: unknown) =>
    notes.filter((note) => note.subject === subject && note.value === value);
  const writes = operations.filter(({ call }) => call.type === 'set' || call.type === 'append');
  const isOpen = (at: number) => (operation: (typeof writes)[number]) =>
    operation.invokedAt <= at && at < (operation.completedAt ?? Number.POSITIVE_INFINITY);
  const bites: Record<string, number> = Object.fromEntries(faultKinds.map((kind) => [kind, 0]));
  // A rule on a link has bitten when a message met it; anything else when it began.
  for (const { kind, move } of faults) {
    if (move === (kind === 'link' ? 'bit' : 'began')) bites[kind]! += 1;
  }
  const switching = noted('failover', 'switching');
  // Not every protocol has a state of that name.
  const begun = switching.length > 0 ? switching : noted('failover', 'started');
  return {
    completed: noted('failover', 'success').length,
    aborted: noted('failover', 'failed').length,
    inDoubt: noted('in doubt', true).length,
    writesInFlight: begun.reduce((sum, { at }) => sum + writes.filter(isOpen(at)).length, 0),
    bites,
  };
}
