/** The checkers: pure functions of a run's record. */
import { attempts } from './attempts.js';
import { convergence } from './convergence.js';
import { durability } from './durability.js';
import { linearizable } from './linearizable.js';
import { liveness } from './liveness.js';
import { lostWrite } from './lost-write.js';
import type { RunRecord } from './run-record.js';
import { singleWriter } from './single-writer.js';
import { readsAtSlaves, slaveReads } from './slave-reads.js';
import { type Checker, type CheckerName, checkerNames, type Verdict } from './verdict.js';

export { attempts } from './attempts.js';
export { convergence } from './convergence.js';
export { durability } from './durability.js';
export {
  type Budget,
  type CheckOptions,
  checkHistory,
  defaultBudget,
  type Judgement,
  type KeyedOperation,
  type Model,
  models,
  type Rejection,
  type Value,
} from './linearizability/index.js';
export { type LinearizableOptions, linearizable } from './linearizable.js';
export { liveness } from './liveness.js';
export { lostWrite } from './lost-write.js';
export type { NoteValues, RunRecord } from './run-record.js';
export { singleWriter } from './single-writer.js';
export { slaveReads } from './slave-reads.js';
export {
  type Checker,
  type CheckerName,
  checkerNames,
  type Evidence,
  type Validity,
  type Verdict,
} from './verdict.js';

/** Every checker by name, with its default options. */
export const checkers: Readonly<Record<CheckerName, Checker<RunRecord>>> = {
  linearizable: (record) => linearizable(record),
  'lost-write': lostWrite,
  'single-writer': singleWriter,
  convergence,
  liveness,
  attempts,
  durability,
  'slave-reads': slaveReads,
};

/** Every checker's verdict, in the order of `checkerNames`; of reads at slaves where there are any. */
export function judge(record: RunRecord): Verdict[] {
  const names = checkerNames.filter(
    (name) => name !== 'slave-reads' || readsAtSlaves(record.operations).length > 0,
  );
  return names.map((name) => checkers[name](record));
}
