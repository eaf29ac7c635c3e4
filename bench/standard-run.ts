/**
 * The standard run: what every row of the throughput benchmark simulates. One shard of three nodes,
 * four clients of fifty operations each over eight keys, links that jitter, disks that take their
 * time, and one graceful failover in the middle. No faults.
 *
 * The failover's timeout is short so that the lag is sampled for 100 ms only (half the timeout, at
 * least 100 ms). The load begins at 5 ms, the failover at 20 ms; writes change hands at about 128
 * ms, and the load ends at 210 to 270 ms: writes go on before, during and after.
 */
import type { Protocol } from '../machines/protocol.js';
import type { WorldConfig } from '../runtime/config.js';
import { worldOf } from '../sim/cluster.js';
import { parseScenario, type Scenario } from '../sim/scenario.js';

/** What of it is varied to see how cost grows. */
export interface Variation {
  readonly clients?: number;
  /** Of each client. */
  readonly operations?: number;
  readonly slaves?: number;
}

/** A standard run made ready: what a simulation of it is given. */
export interface Prepared {
  readonly scenario: Scenario;
  readonly config: WorldConfig & { readonly protocol: Protocol };
}

/** The standard run's scenario. @param seed an integer from 0 to 2^53 - 1 */
export function standardScenario(seed: number, variation: Variation = {}): Scenario {
  const { clients = 4, operations = 50, slaves = 2 } = variation;
  return parseScenario({
    name: 'standard-run',
    seed,
    protocol: { name: 'graceful' },
    cluster: { slaves },
    workload: { clients, operations, keys: 8, startUs: 5000 },
    operator: [
      { type: 'failover', atUs: 20_000, node: 'n1', target: 'n2', timeoutMs: 200 },
      { type: 'await', atUs: 0, node: 'n1' },
      { type: 'outcome', atUs: 0, target: 'n2' },
    ],
  });
}

/** The standard run of a seed, made ready. */
export function standardRun(seed: number, variation: Variation = {}): Prepared {
  const scenario = standardScenario(seed, variation);
  return { scenario, config: worldOf(scenario) };
}
