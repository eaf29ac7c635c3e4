/**
 * What operators do, at random: the failover of a usual day, and what goes on beside it when people
 * and scripts are at work: commands repeated, concurrent, in the other direction; topologies pushed at
 * any instant, in any order over the nodes, stale, repeated, contradicting, by force.
 */
import { handedOver, oneShard, type Topology } from '../../machines/kvrocks/topology.js';
import type { ScenarioInput } from '../scenario.js';
import type { Dice } from './dice.js';
import type { Tempo } from './draw-faults.js';

type Operator = NonNullable<ScenarioInput['operator']>;
type Call = Operator[number];
/** Of the load: what is written fits it. */
type Kind = 'register' | 'append';

/** A script for a cluster whose first node is master; the first attempt is from it to the second. */
export function drawOperator(
  dice: Dice,
  nodes: readonly string[],
  tempo: Tempo,
  timeoutMs: number,
  kind: Kind,
): Operator {
  const [from = '', to = ''] = nodes;
  const script: Call[] = [
    { type: 'failover', atUs: tempo.askedAt, node: from, target: to, timeoutMs },
    { type: 'await', atUs: 0, node: from, forMs: dice.pick([2000, 10_000]) },
  ];
  if (dice.chance(1, 6)) script.push(...script.slice(0, 2).map((call) => ({ ...call, atUs: 0 })));
  if (dice.chance(4, 5)) {
    script.push({ type: 'outcome', atUs: 0, nodes: dice.shuffled(nodes), target: to });
  }
  if (dice.chance(1, 4)) script.push(...backAgain(dice, nodes, timeoutMs));
  if (dice.chance(1, 4)) script.push(...beside(dice, nodes, tempo, timeoutMs));
  if (dice.chance(1, 4)) script.push(...pushes(dice, nodes, tempo));
  if (dice.chance(1, 4)) script.push(...visits(dice, nodes, tempo, kind));
  return script;
}

/** After the first failover another, the other way or on to a third node. */
function backAgain(dice: Dice, nodes: readonly string[], timeoutMs: number): Call[] {
  const [first = '', second = ''] = nodes;
  const target = dice.pick(nodes.filter((name) => name !== second));
  const calls: Call[] = [
    { type: 'failover', atUs: 0, node: second, target, timeoutMs },
    { type: 'await', atUs: 0, node: second, forMs: 5000 },
  ];
  if (target === first && dice.chance(1, 2)) {
    const topology = handedOver(oneShard(nodes, 1), second, 2);
    calls.push({ type: 'outcome', atUs: 0, target, topology: topology as never });
  }
  return calls;
}

/** No node of any cluster: somebody mistypes. */
const stranger = 'n99';

/** A second operator with commands of its own, at about the same time. */
export function beside(
  dice: Dice,
  nodes: readonly string[],
  { askedAt, switchAt }: Tempo,
  timeoutMs: number,
): Call[] {
  return Array.from({ length: dice.between(1, 3) }, (): Call => {
    const around = dice.chance(1, 2) ? askedAt : switchAt;
    const atUs = around + dice.anyDuration(10, 2_000_000);
    const node = dice.pick(nodes);
    const target = dice.chance(1, 8) ? stranger : dice.pick(nodes.filter((one) => one !== node));
    if (dice.chance(1, 5)) return { by: 'op2', type: 'info', atUs, node };
    return { by: 'op2', type: 'failover', atUs, node, target, timeoutMs };
  });
}

/**
 * Somebody who reads and writes at any node, whoever the clients believe to be the master: a client of
 * another cluster map, a health check.
 */
export function visits(
  dice: Dice,
  nodes: readonly string[],
  { askedAt, switchAt }: Tempo,
  kind: Kind,
): Call[] {
  const from = dice.pick([askedAt, switchAt, switchAt]) + dice.anyDuration(10, 1_000_000);
  const everyUs = dice.anyDuration(10, 300_000);
  return Array.from({ length: dice.between(2, 8) }, (_, at): Call => {
    const atUs = from + at * everyUs;
    const asked = { by: 'op4', atUs, node: dice.pick(nodes), key: 'k1' };
    if (dice.chance(1, 2)) return { ...asked, type: 'get' };
    // No value twice, however often this is drawn for one run.
    const value = `${asked.node}@${atUs}`;
    return kind === 'append'
      ? { ...asked, type: 'append', value: `${value},` }
      : { ...asked, type: 'set', value };
  });
}

/** Topologies pushed to some of the nodes, whatever has become of the failover. */
export function pushes(dice: Dice, nodes: readonly string[], { askedAt, switchAt }: Tempo): Call[] {
  const topology = drawTopology(dice, nodes);
  const force = dice.chance(1, 8);
  const targets = dice.shuffled(nodes).slice(0, dice.between(1, nodes.length));
  const from = dice.pick([askedAt, switchAt, switchAt]) + dice.anyDuration(10, 3_000_000);
  const repeats = dice.chance(1, 4) ? 2 : 1;
  return Array.from({ length: repeats }, (_, round) =>
    targets.map((node, at): Call => {
      const atUs = from + at * dice.anyDuration(1, 100_000) + round * 500_000;
      return { by: 'op3', type: 'setnodes', atUs, node, topology: topology as never, force };
    }),
  ).flat();
}

/** The outcome; the state before, stale or renumbered; or something that contradicts both. */
function drawTopology(dice: Dice, nodes: readonly string[]): Topology {
  const [, second = ''] = nodes;
  const before = oneShard(nodes, 1);
  const kind = dice.weighted([
    ['outcome', 4],
    ['stale', 2],
    ['again', 2],
    ['other', 1],
  ] as const);
  switch (kind) {
    case 'outcome':
      return handedOver(before, second, 2);
    case 'stale':
      return before;
    case 'again':
      return { ...before, version: dice.pick([2, 2, 3, 9]) };
    case 'other':
      return handedOver(before, dice.pick(nodes.slice(1)), dice.pick([2, 3]));
  }
}
