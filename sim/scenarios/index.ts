/**
 * Scenarios by name: each a graceful failover of n1 to n2 under load at 0.5 s, with at most one
 * thing that goes wrong, or with a node of another release; and the proposal's own test cases. What
 * comes of it is for the run to say.
 */
import {
  crash,
  drop,
  entering,
  partition,
  pause,
  plan,
  powerLoss,
  seconds,
  sending,
} from '../builders.js';
import type { Scenario, ScenarioInput } from '../scenario.js';
import { proposalCases } from './proposal-cases.js';
import { upgrades } from './upgrades.js';

/** The old master is about to send TAKEOVER, or the slave has answered it. */
const switching = entering('server.failover.switching');
const answered = sending('takeover-reply');

const named = (name: string, about: string, more: Partial<ScenarioInput> = {}): ScenarioInput => ({
  name,
  about,
  ...more,
});

/** Failovers under load, as a person would write them. */
const underLoad: readonly ScenarioInput[] = [
  named('default', 'one graceful failover under load, and nothing goes wrong'),
  named('lost-takeover-request', 'TAKEOVER never reaches the slave; the master cannot know', {
    faults: plan(drop('takeover')),
  }),
  named('lost-takeover-reply', 'the slave takes over, and its answer never reaches the master', {
    faults: plan(drop('takeover-reply')),
  }),
  named('slow-slave', 'the slave does not run for 3 s from the moment the master hands over', {
    faults: plan(pause('n2', { at: switching, forUs: seconds(3) })),
  }),
  named('slow-master', 'the master does not run for 3 s from the moment the slave has answered', {
    faults: plan(pause('n1', { at: answered, forUs: seconds(3) })),
  }),
  named('master-crash', 'the master crashes as it hands over, and restarts after 1 s', {
    faults: plan(crash('n1', { at: switching, forUs: seconds(1) })),
  }),
  named('slave-crash', 'the slave crashes when it has answered TAKEOVER, and restarts after 1 s', {
    faults: plan(crash('n2', { at: answered, forUs: seconds(1) })),
  }),
  named('slave-power-loss', 'the host of the slave loses power when it has answered TAKEOVER', {
    faults: plan(powerLoss('n2', { tail: 'lose', at: answered, forUs: seconds(1) })),
  }),
  named('partition', 'no packet between master and slave for 2 s from the moment of handing over', {
    faults: plan(partition(['n1'], ['n2'], { at: switching, forUs: seconds(2) })),
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
