/** All that is told of one run, as data: what `--json` prints and what is rendered for people. */
import type { Protocol } from '../../machines/protocol.js';
import type { Fault } from '../../runtime/fault.js';
import type { Verdict } from '../checkers/verdict.js';
import { type Claimed, claimFor } from '../claims.js';
import { castOf } from '../cluster.js';
import { protocolNamed } from '../protocols.js';
import type { RunResult } from '../run.js';
import type { Scenario } from '../scenario.js';
import { type ClientsSeen, clientsSeen, gapsOf } from './clients.js';
import { idleFaults } from './faults.js';
import type { TimelineLine } from './line.js';
import { type Attempt, attempts } from './phases.js';
import { reproduce } from './reproduce.js';
import { timeline } from './timeline.js';

export interface Report {
  readonly version: 1;
  readonly scenario: Scenario;
  readonly digest: string;
  readonly events: number;
  readonly verdicts: readonly (Verdict & Claimed)[];
  readonly attempts: readonly Attempt[];
  readonly clients: ClientsSeen;
  readonly timeline: readonly Omit<TimelineLine, 'order'>[];
  /** Ids of faults of the plan that found nothing to do. */
  readonly idleFaults: readonly number[];
  /** The command that repeats the run. */
  readonly reproduce: string;
}

/** @param command what repeats the run; left out, a command with the whole scenario in it */
export function reportOf(result: RunResult, command?: string): Report {
  const { scenario, record, verdicts, digest, events } = result;
  const whole = () => {
    const stdin = JSON.stringify(scenario);
    return reproduce({ command: 'run', stdin, seed: scenario.seed });
  };
  const protocol: Protocol = protocolNamed(scenario.protocol.name);
  const cast = castOf(scenario);
  return {
    version: 1,
    scenario,
    digest,
    events,
    verdicts: verdicts.map((verdict) => ({
      ...verdict,
      ...claimFor(protocol, scenario, verdict.checker),
    })),
    attempts: attempts(record, gapsOf(record, cast.clients)),
    clients: clientsSeen(record, cast.clients, cast.readers),
    timeline: timeline(record, cast).map(({ order: _, ...line }) => line),
    idleFaults: idleFaults(scenario.faults as unknown as readonly Fault[], record),
    reproduce: command ?? whole(),
  };
}
