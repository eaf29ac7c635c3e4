/** A run, and which transitions its machines took. */
import type { Oracle } from '../../runtime/oracle.js';
import { type RunResult, runResolved } from '../run.js';
import type { Scenario } from '../scenario.js';

/** Who answers a run's decisions instead of its seed, which it may ask. */
export type Answering = (seeded: Oracle) => Oracle;

export interface Observed {
  readonly result: RunResult;
  /** `server: server.failover.switching|message.takeover-reply|0`, each once, in order. */
  readonly transitions: ReadonlySet<string>;
}

/** @param answering left out, the scenario's seed answers */
export function observe(scenario: Scenario, answering?: Answering): Observed {
  const transitions = new Set<string>();
  const result = runResolved(scenario, {
    coverage: (machine, transition) => transitions.add(`${machine}: ${transition}`),
    ...(answering !== undefined && { oracle: answering }),
  });
  return { result, transitions };
}
