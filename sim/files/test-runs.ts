/** Small runs for tests of files: a failover under a light load, each in a tenth of a second. */
import type { ScenarioInput } from '../scenario.js';

const workload = { clients: 3, operations: 40, keys: 4, startUs: 2_950_000 };
const limits = { safetyUs: 9_000_000, livenessUs: 3_000_000 };

/** By name: what holds, what doesn't, and a history of lists. */
export const smallRuns: Readonly<Record<string, ScenarioInput>> = {
  graceful: { name: 'graceful', workload, limits },
  'kvrocks-pr3295': { name: 'as proposed', protocol: { name: 'kvrocks-pr3295' }, workload, limits },
  'a pause, a lost answer': {
    name: 'faults',
    workload,
    limits,
    faults: [
      { id: 1, kind: 'pause', node: 'n2', at: { timeUs: 2_990_000 }, durationUs: 40_000 },
      {
        id: 2,
        kind: 'link',
        type: 'takeover-reply',
        times: 1,
        verdict: { kind: 'drop' },
        at: { timeUs: 0 },
      },
    ],
  },
  // Two masters, and what one acknowledges the other doesn't have.
  invalid: {
    name: 'invalid',
    protocol: { name: 'graceful', knobs: { detachFirst: false } },
    workload: { ...workload, operations: 60, keys: 2, reads: [1, 2] },
    limits: { ...limits, maxEvents: 4000 },
  },
  append: { name: 'lists', workload: { ...workload, kind: 'append' }, limits },
};
