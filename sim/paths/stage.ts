/**
 * What has been done to a cluster so far along a path, and its writing down as a scenario. It is plain
 * data: a stage that goes on shares nothing with the one before, so paths that begin alike share work.
 */
import type { Deed, TestModel } from '../../machines/test-model.js';
import { namedAs } from '../protocols.js';
import type { ScenarioInput } from '../scenario.js';

/** When the first event of a path is: slaves are attached by then. */
export const beginUs = 300_000;

/** One more call of an operator. */
export interface StagedCall {
  readonly by: string;
  readonly atUs: number;
  readonly call: Readonly<Record<string, unknown>>;
}

interface StagedFault {
  readonly name: string;
  readonly atUs: number;
  readonly endUs?: number;
  readonly as: Readonly<Record<string, unknown>>;
}

export interface Stage {
  readonly nowUs: number;
  readonly calls: readonly StagedCall[];
  readonly faults: readonly StagedFault[];
  /** What was given of the cluster. */
  readonly cluster: Readonly<Record<string, unknown>>;
}

export const emptyStage: Stage = { nowUs: beginUs, calls: [], faults: [], cluster: {} };

/** An operator's name: those of deeds count from the top, so that each has a connection of its own. */
const askers = 99;
/** Operators below are observers. */
const firstAsker = 40;

const isAsker = ({ by }: StagedCall) => Number(by.slice(2)) >= firstAsker;

/**
 * The stage after a deed.
 * @throws RangeError where the deed ends what has not begun, or gives what it is too late for
 */
export function done(stage: Stage, deed: Deed): Stage {
  const { nowUs, calls, faults } = stage;
  switch (deed.do) {
    case 'ask': {
      const asked = calls.filter(isAsker).length;
      const by = `op${askers - (asked % (askers - firstAsker + 1))}`;
      return { ...stage, calls: [...calls, { by, atUs: nowUs, call: deed.call }] };
    }
    case 'begin':
      return { ...stage, faults: [...faults, { name: deed.fault, atUs: nowUs, as: deed.as }] };
    case 'end': {
      const at = faults.findLastIndex(
        ({ name, endUs }) => name === deed.fault && endUs === undefined,
      );
      if (at < 0) throw new RangeError(`'${deed.fault}' ends and has not begun`);
      const ended = { ...faults[at]!, endUs: nowUs };
      return { ...stage, faults: faults.with(at, ended) };
    }
    case 'pass':
      return { ...stage, nowUs: nowUs + deed.ms * 1000 };
    case 'given':
      if (faults.length > 0 || calls.some(isAsker)) {
        throw new RangeError(
          `${JSON.stringify(deed.cluster)} is given after something happened; expected first`,
        );
      }
      return { ...stage, cluster: { ...stage.cluster, ...deed.cluster } };
  }
}

/** Ends what was begun before some fault of the plan and has not ended. */
export function endedBefore(stage: Stage, first: number): Stage {
  const { nowUs, faults } = stage;
  const isOpen = ({ endUs }: StagedFault, at: number) => at < first && endUs === undefined;
  return {
    ...stage,
    faults: faults.map((fault, at) => (isOpen(fault, at) ? { ...fault, endUs: nowUs } : fault)),
  };
}

/** Clients beside a path: seldom enough that the cluster stays what the path makes it. */
const load = { clients: 2, keys: 4, thinkUs: [8_000, 16_000, 24_000], startUs: 100_000 };
const meanThinkUs = 16_000;

/** Far more than any path has: whoever runs in circles is stopped. */
const eventsMost = 1_000_000;

/** All that was done, as a scenario; with clients beside it until the last event, or without. */
export function scenarioOfStage(
  model: TestModel,
  protocol: ProtocolOf,
  stage: Stage,
  isLoaded: boolean,
): ScenarioInput {
  const { cluster = {}, workload = {}, ...rest } = model.scenario as Partial<ScenarioInput>;
  const operations = Math.ceil(stage.nowUs / meanThinkUs);
  return {
    seed: 1,
    ...rest,
    protocol: { ...namedAs(protocol.name), knobs: { ...model.knobs, ...protocol.knobs } },
    cluster: { ...cluster, ...stage.cluster },
    workload: isLoaded
      ? { ...load, operations, ...workload }
      : { keys: 1, ...workload, clients: 0 },
    limits: { safetyUs: stage.nowUs + 1_000_000, maxEvents: eventsMost, ...rest.limits },
    operator: stage.calls.map(({ by, atUs, call }) => ({ ...call, by, atUs })),
    faults: stage.faults.map(({ atUs, endUs, as }, at) => ({
      ...as,
      id: at + 1,
      at: { timeUs: atUs },
      ...(endUs !== undefined && { durationUs: endUs - atUs }),
    })),
  } as ScenarioInput;
}

/** Whose machines a path drives. */
export interface ProtocolOf {
  readonly name: string;
  readonly knobs: Readonly<Record<string, boolean | number>>;
}
