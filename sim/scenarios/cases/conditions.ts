/** What goes on beside an operator: writers, and a slave that hangs. */
import type { ScenarioInput } from '../../scenario.js';
import { S } from './steps.js';

type Fault = NonNullable<ScenarioInput['faults']>[number];

/** Writers that go on while the operator asks: about 95 writes a second, 9 kB on the way to S. */
export const load = (operations: number): ScenarioInput['workload'] => ({
  clients: 2,
  operations,
  keys: 16,
  reads: [0, 1],
  numbers: [1],
  startUs: 100_000,
  thinkUs: [20_000],
});

/** S hangs from a time on, for so long. */
export const pausing = (atMs: number, forMs: number): Fault => ({
  id: 1,
  kind: 'pause',
  node: S,
  at: { timeUs: atMs * 1000 },
  durationUs: forMs * 1000,
});
