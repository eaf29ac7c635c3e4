/**
 * What an operator does in a case, one call after another, each with a name that assertions use.
 * `at` says how long after the start a call comes at the earliest; without it, when the one before
 * has ended.
 */
import { handedOver, oneShard, type Topology } from '../../../machines/kvrocks/topology.js';
import type { ScenarioInput } from '../../scenario.js';

/** One call of an operator, as a scenario takes it. */
export type Step = NonNullable<ScenarioInput['operator']>[number];
/** Calls in order, by name. */
export type Steps = Readonly<Record<string, Step>>;

/** The master of the cases, as every case begins. */
export const M = 'n1';
/** Its slave. */
export const S = 'n2';

/** The roles that every case begins with, under a version. */
export const sameRoles = (version: number): Topology => oneShard([M, S], version);
/** The roles after the failover, under a version. */
export const swappedRoles = (version: number): Topology => handedOver(sameRoles(1), S, version);
/** Roles in which the slave is a master without slots. */
export const twoMasters = (version: number): Topology => ({
  version,
  nodes: sameRoles(version).nodes.map((node) =>
    node.id === S ? { id: S, master: null, slots: [] } : node,
  ),
});

/** CLUSTERX FAILOVER; the timeout in milliseconds, the server's default unless given. */
export const failover = (node: string, target: string, timeoutMs?: number): Step => ({
  type: 'failover',
  atUs: 0,
  node,
  target,
  ...(timeoutMs !== undefined && { timeoutMs }),
});

/** A write that takes so many sequence numbers. */
export const set = (node: string, key: string, value: string, numbers = 1): Step => ({
  type: 'set',
  atUs: 0,
  node,
  key,
  value,
  numbers,
});

/** A read. */
export const get = (node: string, key: string): Step => ({ type: 'get', atUs: 0, node, key });
/** CLUSTER INFO. */
export const info = (node: string): Step => ({ type: 'info', atUs: 0, node });
/** The bare CLUSTERX TAKEOVER. */
export const takeover = (node: string): Step => ({ type: 'takeover', atUs: 0, node });

/** CLUSTER INFO until the failover has ended, or for so many milliseconds. */
export const ending = (node: string, forMs = 10_000): Step => ({
  type: 'await',
  atUs: 0,
  node,
  forMs,
});

/** CLUSTERX SETNODES. */
export const setnodes = (node: string, topology: Topology, force = false): Step => ({
  type: 'setnodes',
  atUs: 0,
  node,
  topology: topology as never,
  force,
});

/** A call, not before so many milliseconds. */
export const at = (ms: number, step: Step): Step => ({ ...step, atUs: ms * 1000 });

/** A call of another operator, who goes on beside the first. */
export const by = (who: string, step: Step): Step => ({ ...step, by: who });

/** As many calls, named by a word and their number from 1 on. */
export function times(count: number, word: string, step: (nth: number) => Step): Steps {
  const numbers = Array.from({ length: count }, (_, before) => before + 1);
  return Object.fromEntries(numbers.map((nth) => [`${word} ${nth}`, step(nth)]));
}

/** A topology pushed to the master first, then to the slave, as the tests of the proposal do. */
export function pushed(atMs: number, topology: Topology): Steps {
  return {
    [`SETNODES ${topology.version} at M`]: at(atMs, setnodes(M, topology)),
    [`SETNODES ${topology.version} at S`]: setnodes(S, topology),
  };
}
