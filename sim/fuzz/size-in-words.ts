/** How much there is in a scenario. */
import { counted } from '../report/words.js';
import type { Scenario } from '../scenario.js';

/** `2 faults, 3 commands, 1 operation`. */
export function sizeInWords({ faults, operator, workload }: Scenario): string {
  const { clients, readers, operations, only } = workload;
  return [
    counted(faults.length, 'fault'),
    counted(operator.length, 'command'),
    counted(only?.length ?? (clients + readers) * operations, 'operation'),
  ].join(', ');
}
