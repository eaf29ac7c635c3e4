/** From a scenario to a world: nodes, clients, the operator, their scripts and the fault plan. */
import { clientPolicies } from '../machines/kvrocks/client-policies.js';
import { oneShard } from '../machines/kvrocks/topology.js';
import type { Protocol } from '../machines/protocol.js';
import type { NodeConfig, Script, WorldConfig } from '../runtime/config.js';
import type { Fault } from '../runtime/fault.js';
import { keyed, label } from '../runtime/keyed.js';
import { seededOracle } from '../runtime/seeded.js';
import type { Message } from '../runtime/vocabulary.js';
import { xstateEngine } from '../runtime/xstate-engine.js';
import { knobsOf, protocolNamed } from './protocols.js';
import { InputError, nodeNames, type Scenario } from './scenario.js';

/** Names of everybody in a scenario's world. */
export interface Cast {
  readonly nodes: readonly string[];
  readonly clients: readonly string[];
  readonly operator: string;
  /** The client that writes and reads once after healing. */
  readonly probe: string;
}

/** Who is in the world of a scenario. */
export function castOf(scenario: Scenario): Cast {
  const nodes = nodeNames(scenario.cluster.slaves);
  const clients = Array.from({ length: scenario.workload.clients }, (_, at) => `c${at + 1}`);
  return { nodes, clients, operator: 'op1', probe: 'probe' };
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

/** Purposes of the workload's own decisions; far from the world's. */
const workloadPurpose = 100;

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
    scripts: [operatorScript(scenario, cast), ...clientScripts(scenario, cast)],
    faults: scenario.faults as unknown as readonly Fault[],
    oracle: seededOracle(scenario.seed),
    engine: xstateEngine,
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
  const client = (name: string, policyOf: unknown): NodeConfig => ({
    name,
    machine: protocol.roots.client,
    input: { nodes: cast.nodes, password, policy: policyOf } as never,
  });
  return [
    ...cast.clients.map((name) => client(name, found)),
    client(cast.probe, clientPolicies.default),
    {
      name: cast.operator,
      machine: protocol.roots.operator,
      input: { password, timeoutMs: 1000 },
    },
  ];
}

function operatorScript(scenario: Scenario, cast: Cast): Script {
  const before = oneShard(cast.nodes, 1);
  return {
    node: cast.operator,
    mode: 'closed',
    items: scenario.operator.map(({ atUs, ...call }, at) => ({
      id: at + 1,
      atUs,
      call: {
        ...call,
        ...(call.type === 'outcome' && { topology: call.topology ?? before }),
      } as unknown as Message,
    })),
  };
}

/** Ids of client operations: beyond any operator's, and apart by client. */
const operationId = (client: number, at: number) => (client + 1) * 1_000_000 + at + 1;

function clientScripts(scenario: Scenario, cast: Cast): Script[] {
  const { operations, startUs, thinkUs } = scenario.workload;
  return cast.clients.map((node, client) => ({
    node,
    mode: 'closed',
    thinkUs,
    items: Array.from({ length: operations }, (_, at) => ({
      id: operationId(client, at),
      atUs: startUs,
      call: callOf(scenario, client, at),
    })),
  }));
}

function callOf({ seed, workload }: Scenario, client: number, at: number): Message {
  const draw = (nth: number, n: number) => keyed(seed, label(workloadPurpose, client, at, nth), n);
  const key = `k${draw(0, workload.keys) + 1}`;
  const [n, d] = workload.reads;
  if (draw(1, d) < n) return { type: 'get', key };
  const numbers = workload.numbers[draw(2, workload.numbers.length)] as number;
  return { type: 'set', key, value: `v${client + 1}.${at + 1}`, numbers };
}

/** What the probe calls after healing: a write, then a read of every key. */
export function probeCalls(scenario: Scenario): { id: number; call: Message }[] {
  const keys = Array.from({ length: scenario.workload.keys }, (_, at) => `k${at + 1}`);
  const reads = keys.map((key, at) => ({ id: 900_000_001 + at, call: { type: 'get', key } }));
  return [{ id: 900_000_000, call: { type: 'set', key: 'k1', value: 'probe' } }, ...reads];
}

function checkNames(scenario: Scenario, cast: Cast): void {
  const store = (path: string, name: string) => {
    if (cast.nodes.includes(name)) return;
    throw new InputError(`${path}: got "${name}", expected one of ${cast.nodes.join(', ')}`);
  };
  for (const name of Object.keys(scenario.cluster.each)) store(`cluster.each.${name}`, name);
  for (const [at, call] of scenario.operator.entries()) {
    const named = call.type === 'outcome' ? (call.nodes ?? []) : [call.node];
    for (const name of named) store(`operator.${at}`, name);
    if ('target' in call && call.type === 'outcome') store(`operator.${at}.target`, call.target);
  }
}
