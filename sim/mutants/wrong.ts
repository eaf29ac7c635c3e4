/** What is wrong with a run, so that it tells a mutant from the original. */
import { counts, type Violation, violationsOf } from '../fuzz/violation.js';
import { protocolNamed } from '../protocols.js';
import { runResolved } from '../run.js';
import type { Scenario } from '../scenario.js';

/** A run that takes more events has no end: several times as many as any run of the original. */
export const eventsMax = 400_000;

export interface Wrong {
  /** Checkers that say `invalid`; `defect` where the machine failed; `no end` of the run. */
  readonly by: readonly string[];
  readonly text: string;
}

/** What is known of a run that has ended. */
export interface Ended {
  readonly events: number;
  readonly violations: readonly Violation[];
  readonly defect?: string;
}

/** @returns null where nothing is, or nothing that counts */
export function wrongWith({ events, violations, defect }: Ended): Wrong | null {
  if (defect !== undefined) return { by: ['defect'], text: defect };
  if (events >= eventsMax) return { by: ['no end'], text: `${events} events and no end` };
  const found = violations.filter(counts);
  if (found.length === 0) return null;
  return {
    by: [...new Set(found.map(({ checker }) => checker))],
    text: found.map(({ checker, kind }) => `${checker} (${kind})`).join(', '),
  };
}

/** What is wrong when a protocol runs a scenario, whoever it was made for. */
export function wrongIn(given: Scenario, name: string): Wrong | null {
  const scenario = {
    ...given,
    protocol: { ...given.protocol, name },
    limits: { ...given.limits, maxEvents: eventsMax },
  };
  try {
    const { verdicts, events } = runResolved(scenario);
    return wrongWith({ events, violations: violationsOf(protocolNamed(name), scenario, verdicts) });
  } catch (error) {
    const defect = error instanceof Error ? error.message : String(error);
    return wrongWith({ events: 0, violations: [], defect });
  }
}
