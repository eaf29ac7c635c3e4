/**
 * The survey: every single fault that a reviewer of a handover asks about first, each as a scenario
 * of its own. A crash before and after every effect of the switch on either side, either link cut in
 * every state, each message about the switch (TAKEOVER and its reply) lost in every way, the slave
 * paused beyond every timer, and the outcome pushed in every order.
 */
import { isAtRest } from './checkers/attempt-spans.js';
import type { Verdict } from './checkers/verdict.js';
import { namedIn, protocolNamed } from './protocols.js';
import { type RunResult, run } from './run.js';
import type { ScenarioInput } from './scenario.js';
import { type EffectsSeen, type SwitchSeen, switchSeen } from './switch-seen.js';

/** One scenario of the survey, before it is run. */
export interface SurveyCase {
  readonly name: string;
  readonly scenario: ScenarioInput;
}

/** What became of it. */
export interface SurveyRow {
  readonly name: string;
  readonly verdicts: readonly Verdict[];
  readonly digest: string;
  readonly result: RunResult;
}

type Faults = NonNullable<ScenarioInput['faults']>;

const nodes = ['n1', 'n2', 'n3'];

/** How long the attempt may take, and with it the load: acks that nobody forces take seconds. */
export type Pace = 'quick' | 'patient';

const paces = {
  quick: { timeoutMs: 400, operations: 120, thinkUs: [300, 800, 1500, 3000] },
  patient: { timeoutMs: 5000, operations: 400, thinkUs: [2000, 4000, 7000, 9000, 13_000] },
};

/** A failover from n1 to n2 under load that lasts beyond it, and what the operator does about it. */
export function switchOver(
  protocol: string,
  pace: Pace,
  faults: Faults = [],
  order = nodes,
): ScenarioInput {
  const { timeoutMs, operations, thinkUs } = paces[pace];
  return {
    name: 'survey',
    protocol: namedIn(protocolNamed(protocol)),
    workload: { clients: 4, operations, startUs: 450_000, thinkUs },
    operator: [
      { type: 'failover', atUs: 500_000, node: 'n1', target: 'n2', timeoutMs },
      { type: 'await', atUs: 0, node: 'n1', forMs: 20_000 },
      { type: 'outcome', atUs: 0, nodes: order, target: 'n2' },
    ],
    limits: { safetyUs: 40_000_000 },
    faults,
  };
}

/** Everything that can be asked of one protocol. The unfaulted run is first. */
export function surveyOf(protocol: string, pace: Pace = 'patient'): SurveyCase[] {
  const cases: SurveyCase[] = [{ name: 'no fault', scenario: switchOver(protocol, pace) }];
  const add = (name: string, faults: Faults) =>
    cases.push({ name, scenario: switchOver(protocol, pace, faults) });
  const { states, types, effects } = switchSeen(switchOver(protocol, pace), protocol);
  for (const type of types) {
    for (const kind of ['reset', 'drop', 'hold'] as const) {
      add(`${type} lost by ${kind}`, [
        {
          id: 1,
          kind: 'link',
          type,
          times: 1,
          verdict: { kind },
          at: { timeUs: 0 },
          durationUs: 10_000_000,
        },
      ]);
    }
  }
  const last = states.findLast(({ name }) => !isAtRest(name));
  for (const seconds of last === undefined ? [] : [1, 3]) {
    for (const node of ['n2', 'n1']) {
      add(`${node} paused for ${seconds} s in ${last!.name}`, [
        { id: 1, kind: 'pause', node, at: last!.at, durationUs: seconds * 1_000_000 },
      ]);
    }
  }
  addCrashes(effects, add);
  addPartitions(states, add);
  for (const order of permutations(nodes)) {
    cases.push({
      name: `outcome pushed to ${order.join(', ')}`,
      scenario: switchOver(protocol, pace, [], order),
    });
  }
  return cases;
}

type Add = (name: string, faults: Faults) => void;

function addCrashes(effects: readonly EffectsSeen[], add: Add): void {
  for (const { node, machine, nths } of effects) {
    for (const [at, nth] of nths.entries()) {
      for (const when of ['before', 'after'] as const) {
        add(`${node} crashed ${when} effect ${at + 1} of ${machine} in the switch`, [
          {
            id: 1,
            kind: 'crash',
            node,
            at: { trigger: { on: 'effect', node, machine, nth, when } },
            durationUs: 700_000,
          },
        ]);
      }
    }
  }
}

function addPartitions(states: SwitchSeen['states'], add: Add): void {
  for (const { name, at } of states) {
    for (const other of ['n2', 'n3', 'op1']) {
      for (const [from, to, oneWay] of [
        ['n1', other, false],
        ['n1', other, true],
        [other, 'n1', true],
      ] as const) {
        const way = oneWay ? `${from} to ${to}` : `${from} and ${to}`;
        add(`${way} cut for 3 s in ${name}`, [
          {
            id: 1,
            kind: 'partition',
            from: [from],
            to: [to],
            oneWay,
            at,
            durationUs: 3_000_000,
          },
        ]);
      }
    }
  }
}

/** Which effects of which machine make the switch, counted as triggers count them. */
export function switchingEffects(protocol: string, pace: Pace): readonly EffectsSeen[] {
  return switchSeen(switchOver(protocol, pace), protocol).effects;
}

function permutations(of: readonly string[]): string[][] {
  if (of.length === 0) return [[]];
  return of.flatMap((first) =>
    permutations(of.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  );
}

/** Runs one case. */
export function runCase({ name, scenario }: SurveyCase, seed = 1): SurveyRow {
  const result = run({ ...scenario, seed });
  return { name, verdicts: result.verdicts, digest: result.digest, result };
}
