/** Whether a protocol promises a verdict in the circumstances of a scenario. */
import { type ClientPolicy, clientPolicies } from '../machines/kvrocks/client-policies.js';
import type { Claim, Protocol } from '../machines/protocol.js';
import type { CheckerName } from './checkers/verdict.js';
import type { Scenario } from './scenario.js';

export interface Claimed {
  readonly claimed: boolean;
  /** The claim; or why it does not stand here, nothing where the protocol never makes it. */
  readonly claim: string;
}

/**
 * A claim stands when the protocol makes it, every safeguard that the model knows is on, every fault
 * of the plan is of a kind that it names, and no topology was pushed that it excludes.
 */
export function claimFor(protocol: Protocol, scenario: Scenario, checker: CheckerName): Claimed {
  const claim = protocol.claims.find((one) => one.checker === checker);
  if (claim === undefined) return not('');
  const off = removedSafeguards(protocol, scenario);
  if (off.length > 0) return not(`without ${off.join(', ')}`);
  const { nodes, each } = scenario.cluster;
  const others = [nodes, ...Object.values(each)].filter(({ release = 'own' }) => release !== 'own');
  if (others.length > 0) return not(`a node runs ${others[0]!.release}`);
  const kind = scenario.faults.find((fault) => !isCovered(claim, fault.kind, scenario))?.kind;
  if (kind !== undefined) return not(`not under ${kind}`);
  const pushes = scenario.operator.filter(({ type }) => type === 'setnodes');
  if (pushes.some((push) => 'force' in push && push.force)) return not('a push is forced');
  if (checker === 'linearizable' && resends(scenario)) {
    return not('a client sends again what was not answered, so a write may happen twice');
  }
  const isWhole = checker === 'convergence' || checker === 'liveness';
  if (isWhole && (pushes.length > 0 || mistakesOutcome(scenario))) {
    return not('a push may carry more than the outcome');
  }
  // Whoever waits for an answer which was lost learns of it from nobody else.
  if ((isWhole || checker === 'attempts') && !scenario.network.keepalive) {
    return not('without TCP keepalive');
  }
  return { claimed: true, claim: claim.text };
}

/** Whether an operator may announce another outcome than that of the failover it has awaited. */
function mistakesOutcome({ operator }: Scenario): boolean {
  const awaited = new Map<string, string>();
  return operator.some((call) => {
    if (call.type === 'failover' || call.type === 'await') awaited.set(call.by, call.node);
    if (call.type !== 'outcome') return false;
    const at = awaited.get(call.by);
    const targets = operator.flatMap((one) =>
      one.type === 'failover' && one.node === at ? [one.target] : [],
    );
    return targets.length === 0 || targets.some((target) => target !== call.target);
  });
}

function resends({ workload }: Scenario): boolean {
  const policy = (clientPolicies as Readonly<Record<string, ClientPolicy>>)[workload.policy];
  return policy !== undefined && policy.resendUnanswered !== 'never';
}

const not = (why: string): Claimed => ({ claimed: false, claim: why });

/** Safeguards that a scenario takes away from a protocol that has them. */
export function removedSafeguards(protocol: Protocol, { protocol: { knobs } }: Scenario): string[] {
  return Object.entries(protocol.knobs)
    .filter(([name, { safeguard, inert }]) => {
      const isOn = knobs[name] ?? protocol.values[name];
      return safeguard === true && inert === undefined && isOn === false;
    })
    .map(([name]) => name);
}

function isCovered({ under }: Claim, kind: string, { cluster }: Scenario): boolean {
  if (under.includes(kind)) return true;
  if (kind !== 'powerLoss' || !under.includes('powerLoss with a synced log')) return false;
  const each = Object.values(cluster.each);
  return cluster.nodes.syncWrites === true && each.every(({ syncWrites }) => syncWrites !== false);
}
