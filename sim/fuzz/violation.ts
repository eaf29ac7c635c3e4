/**
 * What a campaign makes of an invalid verdict. A protocol is held to what it claims; where a safeguard
 * is off, or a protocol makes no such claim, to what would be claimed in the same circumstances: then
 * faults that no protocol is promised to bear, or a topology pushed by force, still count as outside.
 */
import type { Protocol } from '../../machines/protocol.js';
import type { CheckerName, Verdict } from '../checkers/verdict.js';
import { claimFor } from '../claims.js';
import { protocolNamed } from '../protocols.js';
import type { Scenario } from '../scenario.js';

/**
 * `claimed`: it refutes a claim of the protocol as it was set. `unclaimed`: the protocol makes no such
 * claim, but with every safeguard it would hold. `outside`: nobody claims it in these circumstances.
 */
export type ViolationStanding = 'claimed' | 'unclaimed' | 'outside';

export interface Violation {
  readonly checker: CheckerName;
  /** The verdict's own: violations of one kind are of one sort. */
  readonly kind: string;
  readonly standing: ViolationStanding;
}

/** Whether it is a finding: what nobody claims anyway is none. */
export const counts = ({ standing }: Violation): boolean => standing !== 'outside';

/** The invalid ones among a run's verdicts. */
export function violationsOf(
  protocol: Protocol,
  scenario: Scenario,
  verdicts: readonly Verdict[],
): Violation[] {
  return verdicts.flatMap(({ checker, validity, kind = '' }) =>
    validity === 'invalid'
      ? [{ checker, kind, standing: standingOf(protocol, scenario, checker) }]
      : [],
  );
}

/** How a scenario stands to what is claimed of a checker. */
export function standingOf(
  protocol: Protocol,
  scenario: Scenario,
  checker: CheckerName,
): ViolationStanding {
  if (claimFor(protocol, scenario, checker).claimed) return 'claimed';
  const yardstick = protocol.claims.length > 0 ? protocol : protocolNamed('graceful');
  const whole = { ...scenario, protocol: { name: yardstick.name, knobs: {} } };
  return claimFor(yardstick, whole, checker).claimed ? 'unclaimed' : 'outside';
}
