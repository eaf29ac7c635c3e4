/** How much there is in a scenario. */
import { counted } from '../report/words.js';
import type { Scenario } from '../scenario.js';

/** Faults, commands and operations, together. */
export function sizeOf({ faults, operator, workload }: Scenario): number {
  return faults.length + operator.length + operationsOf(workload);
}

/** `2 faults, 3 commands, 1 operation`. */
export function sizeInWords({ faults, operator, workload }: Scenario): string {
  return [
    counted(faults.length, 'fault'),
    counted(operator.length, 'command'),
    counted(operationsOf(workload), 'operation'),
  ].join(', ');
}

function operationsOf({ clients, readers, operations, only }: Scenario['workload']): number {
  return only?.length ?? (clients + readers) * operations;
}
