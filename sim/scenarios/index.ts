/**
 * Scenarios by name: each a graceful failover of n1 to n2 under load at 0.5 s, with at most one
 * thing that goes wrong, or with a node of another release; and the proposal's own test cases. What
 * comes of it is for the run to say.
 */
import type { Scenario, ScenarioInput } from '../scenario.js';
import { proposalCases } from './proposal-cases.js';
import { upgrades } from './upgrades.js';

type Faults = NonNullable<ScenarioInput['faults']>;
type FaultInput = Faults[number];

const inState = (node: string, state: string): FaultInput['at'] => ({
  trigger: {
    on: 'state',
    node,
    machine: 'server',
    state: `server.failover.${state}`,
    move: 'entered',
    when: 'after',
  },
});

/** The next message of a type is lost, with everything behind it on its connection. */
const losing = (type: string): FaultInput => ({
  id: 1,
  kind: 'link',
  type,
  times: 1,
  verdict: { kind: 'drop' },
  at: { timeUs: 0 },
});

const named = (name: string, about: string, more: Partial<ScenarioInput> = {}): ScenarioInput => ({
  name,
  about,
  ...more,
});

const onSent = (type: string): FaultInput['at'] => ({
  trigger: { on: 'message', type, move: 'sent', when: 'after' },
});

/** Failovers under load, as a person would write them. */
const underLoad: readonly ScenarioInput[] = [
  named('default', 'one graceful failover under load, and nothing goes wrong'),
  named('lost-takeover-request', 'TAKEOVER never reaches the slave; the master cannot know', {
    faults: [losing('takeover')],
  }),
  named('lost-takeover-reply', 'the slave takes over, and its answer never reaches the master', {
    faults: [losing('takeover-reply')],
  }),
  named('slow-slave', 'the slave does not run for 3 s from the moment the master hands over', {
    faults: [
      { id: 1, kind: 'pause', node: 'n2', at: inState('n1', 'switching'), durationUs: 3_000_000 },
    ],
  }),
  named('slow-master', 'the master does not run for 3 s from the moment the slave has answered', {
    faults: [
      { id: 1, kind: 'pause', node: 'n1', at: onSent('takeover-reply'), durationUs: 3_000_000 },
    ],
  }),
  named('master-crash', 'the master crashes as it hands over, and restarts after 1 s', {
    faults: [
      { id: 1, kind: 'crash', node: 'n1', at: inState('n1', 'switching'), durationUs: 1_000_000 },
    ],
  }),
  named('slave-crash', 'the slave crashes when it has answered TAKEOVER, and restarts after 1 s', {
    faults: [
      { id: 1, kind: 'crash', node: 'n2', at: onSent('takeover-reply'), durationUs: 1_000_000 },
    ],
  }),
  named('slave-power-loss', 'the host of the slave loses power when it has answered TAKEOVER', {
    faults: [
      {
        id: 1,
        kind: 'powerLoss',
        node: 'n2',
        tail: 'lose',
        at: onSent('takeover-reply'),
        durationUs: 1_000_000,
      },
    ],
  }),
  named('partition', 'no packet between master and slave for 2 s from the moment of handing over', {
    faults: [
      {
        id: 1,
        kind: 'partition',
        from: ['n1'],
        to: ['n2'],
        at: inState('n1', 'switching'),
        durationUs: 2_000_000,
      },
    ],
  }),
  named('no-outcome', 'the operator asks for the failover and never pushes the new topology', {
    operator: [
      { type: 'failover', atUs: 500_000, node: 'n1', target: 'n2', timeoutMs: 1000 },
      { type: 'await', atUs: 0, node: 'n1', forMs: 10_000 },
    ],
  }),
];

/** Other loads, the same failover. */
const loads: readonly ScenarioInput[] = [
  named('appends', 'clients append to lists, so that every element tells where it went', {
    workload: { kind: 'append', keys: 16 },
  }),
  named(
    'reads-at-slaves',
    'two readers at slaves, over READONLY connections: how stale are they?',
    {
      workload: { readers: 2 },
    },
  ),
  named('wait', 'a write counts when WAIT has found it at a slave; acks are forced for it', {
    workload: { wait: { slaves: 1 } },
  }),
  named('wait-throttled', 'the same with throttled acks alone: WAIT waits for the next ping', {
    workload: { wait: { slaves: 1, timeoutMs: 5000 }, clients: 2, operations: 20 },
    cluster: { nodes: { forcedAcks: 'never' } },
  }),
  named('open-loop', 'calls come whether the last one has ended or not: all feel the switch', {
    workload: { loop: 'open', clients: 8, operations: 800 },
  }),
  named('hot-key', 'nine calls in ten go to one key of 64, with large values on slow links', {
    workload: { keyChoice: { hot: 1, share: [9, 10] }, valueBytes: [100, 1000, 20_000] },
    network: { bytesPerSecond: 20_000_000 },
  }),
];

/** What `run --help` lists: the test cases are many. */
export const withoutCases: readonly ScenarioInput[] = [...underLoad, ...loads, ...upgrades];

/** The test cases of the proposal, `case-01-basic-flow` and on. */
export const caseScenarios: readonly ScenarioInput[] = proposalCases.map(
  ({ scenario }) => scenario,
);

/** Every named scenario. */
export const scenarios: readonly ScenarioInput[] = [...withoutCases, ...caseScenarios];

/** The scenario of that name, if there is one. */
export function scenarioNamed(name: string): ScenarioInput | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}

/** Names, with a line on what each shows. */
export function scenarioList(
  of: readonly ScenarioInput[] = scenarios,
): readonly Pick<Scenario, 'name' | 'about'>[] {
  return of.map(({ name = '', about = '' }) => ({ name, about }));
}
