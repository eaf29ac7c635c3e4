/** From a scenario to a world: nodes, clients, the operator, their scripts and the fault plan. */
import type { ClientInput } from '../machines/kvrocks/client-attempt.js';
import { type ClientPolicy, clientPolicies } from '../machines/kvrocks/client-policies.js';
import { oneShard } from '../machines/kvrocks/topology.js';
import type { Protocol } from '../machines/protocol.js';
import type { NodeConfig, Script, WorldConfig } from '../runtime/config.js';
import type { Fault } from '../runtime/fault.js';
import { seededOracle } from '../runtime/seeded.js';
import type { Message } from '../runtime/vocabulary.js';
import { engines } from './engines.js';
import { knobsOf, protocolNamed } from './protocols.js';
import { InputError, nodeNames, type Scenario } from './scenario.js';
import { expected } from './suggest.js';
import { clientScripts } from './workload.js';

/** Names of everybody in a scenario's world. */
export interface Cast {
  readonly nodes: readonly string[];
  readonly clients: readonly string[];
  /** Clients that read at slaves, over READONLY connections. */
  readonly readers: readonly string[];
  /** Who asks for failovers and pushes topologies: `op1`, and whoever a call names beside. */
  readonly operators: readonly string[];
  /** The client that writes and reads once after healing. */
  readonly probe: string;
}

/** Who is in the world of a scenario. */
export function castOf(scenario: Scenario): Cast {
  const nodes = nodeNames(scenario.cluster.slaves);
  const numbered = (letter: string, length: number) =>
    Array.from({ length }, (_, at) => `${letter}${at + 1}`);
  const clients = numbered('c', scenario.workload.clients);
  const readers = numbered('r', scenario.workload.readers);
  const operators = [...new Set(['op1', ...scenario.operator.map(({ by }) => by)])];
  return { nodes, clients, readers, operators, probe: 'probe' };
}

/** Service times of a node, where a scenario says nothing; microseconds. */
export const defaultServices = { read: [15, 20, 25], write: [25, 30, 40, 60], admin: [20] };
/** Disk times of a node, where a scenario says nothing; microseconds. */
export const defaultDisk = {
  append: [8, 10, 12, 20],
  sync: [400, 500, 700, 1200],
  persist: [800, 1000, 1400],
  install: [20_000],
  readCheckpoint: [10_000],
};

/** A scenario's world, ready to run. @throws InputError where it names what is not there */
export function worldOf(scenario: Scenario): WorldConfig & { readonly protocol: Protocol } {
  const protocol = protocolNamed(scenario.protocol.name);
  const cast = castOf(scenario);
  checkNames(scenario, cast);
  return {
    protocol,
    machines: protocol.programs,
    nodes: [...storeNodes(scenario, protocol, cast), ...callers(scenario, protocol, cast)],
    network: {
      latencyUs: scenario.network.latencyUs,
      windowBytes: scenario.network.windowBytes,
      links: scenario.network.links as never,
      ...(scenario.network.bytesPerSecond !== undefined && {
        bytesPerSecond: scenario.network.bytesPerSecond,
      }),
      ...(scenario.network.keepalive && {
        keepalive: { idleMs: 120_000, intervalMs: 40_000, count: 3 },
      }),
    },
    scripts: [
      ...cast.operators.map((name) => operatorScript(scenario, cast, name)),
      ...clientScripts(scenario, cast),
    ],
    faults: scenario.faults as unknown as readonly Fault[],
    oracle: seededOracle(scenario.seed),
    engine: engines.compiled,
  };
}

function storeNodes(scenario: Scenario, protocol: Protocol, cast: Cast): NodeConfig[] {
  const knobs = knobsOf(protocol, scenario.protocol.knobs);
  return cast.nodes.map((name) => {
    const given = { ...scenario.cluster.nodes, ...scenario.cluster.each[name] };
    const { workers, servicesUs, diskUs, clock, retain, ...options } = given;
    return {
      name,
      machine: protocol.roots.node,
      input: protocol.nodeInput({ options, knobs, shard: cast.nodes }),
      workers: workers ?? 8,
      services: { ...defaultServices, ...servicesUs },
      disk: { ...defaultDisk, ...diskUs } as NonNullable<NodeConfig['disk']>,
      ...(clock !== undefined && { clock: clock as NonNullable<NodeConfig['clock']> }),
      ...(retain !== undefined && { retain }),
    };
  });
}

function callers(scenario: Scenario, protocol: Protocol, cast: Cast): NodeConfig[] {
  const { policy } = scenario.workload;
  const found = (clientPolicies as Record<string, unknown>)[policy];
  if (found === undefined) {
    const known = Object.keys(clientPolicies).join(', ');
    throw new InputError(`workload.policy: got "${policy}", expected one of ${known}`);
  }
  const password = scenario.cluster.nodes.requirepass ?? '';
  const queues = scenario.workload.loop === 'open';
  const client = (name: string, more: Partial<ClientInput> = {}): NodeConfig => ({
    name,
    machine: protocol.roots.client,
    input: {
      nodes: cast.nodes,
      password,
      policy: found as ClientPolicy,
      readonly: false,
      queues,
      ...more,
    } as never,
  });
  // Each begins at another slave.
  const reader = (name: string, at: number) => {
    const first = 1 + (at % (cast.nodes.length - 1));
    const nodes = [...cast.nodes.slice(first), ...cast.nodes.slice(0, first)];
    return client(name, { nodes, readonly: true });
  };
  return [
    ...cast.clients.map((name) => client(name)),
    ...cast.readers.map(reader),
    client(cast.probe, { policy: clientPolicies.default, queues: false }),
    ...cast.operators.map((name) => ({
      name,
      machine: protocol.roots.operator,
      input: { password, timeoutMs: 1000 },
    })),
  ];
}

function operatorScript(scenario: Scenario, cast: Cast, name: string): Script {
  const before = oneShard(cast.nodes, 1);
  return {
    node: name,
    mode: 'closed',
    items: scenario.operator.flatMap(({ atUs, by, ...call }, at) => {
      if (by !== name) return [];
      const topology = call.type === 'outcome' ? (call.topology ?? before) : undefined;
      return [
        {
          id: at + 1,
          atUs,
          call: { ...call, ...(topology !== undefined && { topology }) } as unknown as Message,
        },
      ];
    }),
  };
}
function checkNames(scenario: Scenario, cast: Cast): void {
  const store = (path: string, name: string) => {
    if (cast.nodes.includes(name)) return;
    throw new InputError(`${path}: got "${name}", expected one of ${cast.nodes.join(', ')}`);
  };
  for (const name of Object.keys(scenario.cluster.each)) store(`cluster.each.${name}`, name);
  const { releases } = protocolNamed(scenario.protocol.name);
  const release = (path: string, given: string | undefined) => {
    if (given === undefined || Object.hasOwn(releases, given)) return;
    throw new InputError(
      `${path}.release: got "${given}", ${expected(given, Object.keys(releases))}`,
    );
  };
  release('cluster.nodes', scenario.cluster.nodes.release);
  for (const [name, node] of Object.entries(scenario.cluster.each)) {
    release(`cluster.each.${name}`, node.release);
  }
  for (const [at, call] of scenario.operator.entries()) {
    if (call.type !== 'outcome') store(`operator.${at}.node`, call.node);
    else (call.nodes ?? []).forEach((name, nth) => void store(`operator.${at}.nodes.${nth}`, name));
    if ('target' in call && call.type === 'outcome') store(`operator.${at}.target`, call.target);
  }
}
