/**
 * Scenarios that are smaller than a given one, the most promising first: with something left out, with
 * less of everything, with milder faults, with rounder numbers. What shrinks a finding and what
 * shrinks a value of the arbitraries is the same.
 */

import type { Scenario } from '../scenario.js';
import { clientOperationIds } from '../workload.js';
import { milderFaults } from './milder.js';
import { rounder } from './rounder.js';

/** Ways to make a scenario smaller, each a list of scenarios to try. */
export type Pass = (scenario: Scenario) => Iterable<Scenario>;

/** In the order in which they are tried. Each may make room for the others. */
export const passes: Readonly<Record<string, Pass>> = {
  'fewer faults': fewerFaults,
  'fewer commands': fewerCalls,
  'fewer operations': fewerOperations,
  'a later load': laterLoad,
  'a plainer load': plainerLoad,
  'a plainer cluster': plainerCluster,
  'milder faults': milder,
  'rounder times': rounder,
};

/** All of them, one after another. */
export function* smaller(scenario: Scenario): Iterable<Scenario> {
  for (const pass of Object.values(passes)) yield* pass(scenario);
}

/** A list without some of its items: half of them, then a quarter, down to single ones (ddmin). */
export function* lists<T>(items: readonly T[]): Iterable<T[]> {
  for (let size = Math.ceil(items.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < items.length; from += size) {
      yield [...items.slice(0, from), ...items.slice(from + size)];
    }
  }
}

function* fewerFaults(scenario: Scenario): Iterable<Scenario> {
  if (scenario.faults.length > 1) yield { ...scenario, faults: [] };
  for (const faults of lists(scenario.faults)) yield { ...scenario, faults };
}

function* fewerCalls(scenario: Scenario): Iterable<Scenario> {
  for (const operator of lists(scenario.operator)) yield { ...scenario, operator };
}

function* fewerOperations(scenario: Scenario): Iterable<Scenario> {
  const { workload } = scenario;
  const changed = (change: Partial<Scenario['workload']>) => ({
    ...scenario,
    workload: { ...workload, ...change },
  });
  if (workload.only === undefined) {
    const { clients, readers, operations } = workload;
    if (readers > 0) yield changed({ readers: 0 });
    for (const count of fewer(clients)) yield changed({ clients: count });
    for (const count of fewer(operations)) yield changed({ operations: count });
  }
  const ids = clientOperationIds(workload);
  // Beyond that a finding is long whatever is left out.
  if (ids.length > 2000) return;
  for (const only of lists(ids)) yield changed({ only });
  for (const count of fewer(workload.keys)) yield changed({ keys: count });
}

const secondUs = 1_000_000;

/** Calls that only passed the time until something happened: without them the load begins later. */
function* laterLoad(scenario: Scenario): Iterable<Scenario> {
  const { workload } = scenario;
  const ids = clientOperationIds(workload);
  if (ids.length === 0 || ids.length > 2000) return;
  for (const dropped of [ids.length >> 1, ids.length >> 2, ids.length >> 3, 1]) {
    if (dropped === 0) continue;
    const only = ids.slice(dropped);
    for (const byUs of [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]) {
      const startUs = workload.startUs + Math.round(byUs * secondUs);
      yield { ...scenario, workload: { ...workload, only, startUs } };
    }
  }
}

/** Smaller numbers than one: 1, then halves of it, then one less. */
function* fewer(count: number): Iterable<number> {
  const tried = new Set<number>([count]);
  for (const less of [1, count >> 2, count >> 1, count - 1]) {
    if (less < 1 || tried.has(less)) continue;
    tried.add(less);
    yield less;
  }
}

type Workload = Scenario['workload'];

const plainLoad = {
  wait: undefined,
  valueBytes: undefined,
  kind: 'register',
  policy: 'default',
  loop: 'closed',
  keyChoice: 'uniform',
  numbers: [1],
  thinkUs: [1000],
  everyUs: [1000],
} as const satisfies Partial<Record<keyof Workload, unknown>>;

function* plainerLoad(scenario: Scenario): Iterable<Scenario> {
  const { workload } = scenario;
  for (const [field, plain] of Object.entries(plainLoad)) {
    if (same(workload[field as keyof Workload], plain)) continue;
    yield { ...scenario, workload: replaced(workload, field, plain) };
  }
}

function* plainerCluster(scenario: Scenario): Iterable<Scenario> {
  const { cluster, network, protocol } = scenario;
  for (const slaves of fewer(cluster.slaves)) {
    yield { ...scenario, cluster: { ...cluster, slaves, each: ofFirst(cluster.each, slaves) } };
  }
  if (Object.keys(cluster.each).length > 0)
    yield { ...scenario, cluster: { ...cluster, each: {} } };
  for (const name of Object.keys(cluster.each)) {
    yield { ...scenario, cluster: { ...cluster, each: replaced(cluster.each, name, undefined) } };
  }
  for (const field of Object.keys(cluster.nodes)) {
    const nodes = replaced(cluster.nodes, field, undefined);
    yield { ...scenario, cluster: { ...cluster, nodes } };
  }
  for (const [field, plain] of Object.entries(plainNetwork)) {
    if (same(network[field as keyof typeof network], plain)) continue;
    yield { ...scenario, network: replaced(network, field, plain) };
  }
  for (const knob of Object.keys(protocol.knobs)) {
    if (protocol.knobs[knob] === false) continue;
    const knobs = replaced(protocol.knobs, knob, undefined);
    yield { ...scenario, protocol: { ...protocol, knobs } };
  }
  if (scenario.seed > 1) yield { ...scenario, seed: 1 };
}

const plainNetwork = {
  bytesPerSecond: undefined,
  windowBytes: 65_536,
  keepalive: true,
  links: [],
  latencyUs: [200],
};

function ofFirst(each: Scenario['cluster']['each'], slaves: number): Scenario['cluster']['each'] {
  const isLeft = (name: string) => Number(name.slice(1)) <= slaves + 1;
  return Object.fromEntries(Object.entries(each).filter(([name]) => isLeft(name)));
}

function* milder(scenario: Scenario): Iterable<Scenario> {
  for (const [at, fault] of scenario.faults.entries()) {
    for (const other of milderFaults(fault)) {
      yield { ...scenario, faults: scenario.faults.with(at, other) };
    }
  }
}

/** A value with one field changed; undefined leaves it out. */
function replaced<T extends object>(value: T, field: string, by: unknown): T {
  const { [field as keyof T]: _, ...rest } = value;
  return (by === undefined ? rest : { ...rest, [field]: by }) as T;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
