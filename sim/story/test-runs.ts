/** Small runs of the proposal that fail, for the tests of stories. */
import { crash, drop, entering, ms, pause, plan, type UnnumberedFault } from '../builders.js';
import { parseScenario, type Scenario, type ScenarioInput } from '../scenario.js';
import { type Observed, observe } from './observed.js';

const switching = entering('server.failover.switching');

/** What may go wrong as the master hands over. */
export const mishaps = {
  'the answer is lost': drop('takeover-reply'),
  'the request is lost': drop('takeover'),
  'the slave crashes': crash('n2', { at: switching, forUs: ms(500) }),
  'the master crashes': crash('n1', { at: switching, forUs: ms(500) }),
  'the slave is paused': pause('n2', { at: switching, forUs: ms(500) }),
} as const satisfies Readonly<Record<string, UnnumberedFault>>;

/** A failover of the proposal under a little load. */
export function proposal(more: ScenarioInput = {}): Scenario {
  return parseScenario({
    name: 'small',
    protocol: { name: 'kvrocks-pr3295' },
    workload: { clients: 2, operations: 60 },
    limits: { safetyUs: 20_000_000 },
    ...more,
  });
}

/** The same with one mishap. */
export function mishap(what: keyof typeof mishaps, more: ScenarioInput = {}): Observed {
  return observe(proposal({ faults: plan(mishaps[what]), ...more }));
}
