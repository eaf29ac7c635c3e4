/**
 * A scenario with priorities instead of chances. Probabilistic concurrency testing (Burckhardt and
 * others, 2010) runs of all that could go on the one of highest priority, and lowers priorities at a
 * few random points: a defect that needs few things in a certain order is met with a good chance.
 *
 * Here things take time, so a priority is how long a thing is kept waiting: each direction of a link
 * (deliveries) and each node (its wake-ups: services, disk) has a rank of its own, from next to nothing
 * to longer than the protocol's timers, and keeps to it. A change point lowers one: that link delays
 * from then on, that node is not scheduled for a while. All of it is the scenario's own data, so that
 * such a run is repeated and shrunk as any other. The bound of the original on the chance, which
 * needs the scheduler's whole queue, is not claimed.
 */
import { plan, type UnnumberedFault } from '../builders.js';
import { nodeNames, type Scenario, type ScenarioInput } from '../scenario.js';
import { Dice } from './dice.js';
import { drawPlace, type Targets, type Tempo } from './draw-faults.js';
import { drawDuration } from './durations.js';

/** The stream of the dice: apart from those that draw and mutate. */
const stream = 40;

/** How long each rank waits, in microseconds: the lowest below and beyond the protocol's timers. */
const ladders = [
  [50, 100, 200, 500, 1000],
  [50, 200, 1000, 3000, 10_000],
  [50, 300, 2000, 15_000, 100_000],
  [50, 500, 5000, 50_000, 400_000],
] as const;

/** Faults of the drawn plan that stay beside the change points. */
const faultsKept = 2;

/** @returns what is still to be parsed */
export function prioritize(
  scenario: Scenario,
  seed: number,
  targets: Targets,
  tempo: Tempo,
): ScenarioInput {
  const dice = new Dice(seed, stream);
  const { cluster, network } = scenario;
  const nodes = nodeNames(cluster.slaves);
  const links = linksOf(nodes, dice.chance(1, 2) ? targets.callers : []);
  const waits = dice.pick(ladders);
  const ranked = dice.shuffled(links);
  const slowness = dice.shuffled([1, 1, 2, 10, 50, ...nodes.map(() => 1)]);
  const each = nodes.map((name, at) => {
    const node = { ...cluster.nodes, ...cluster.each[name] };
    return [name, { ...node, ...slowed(slowness[at] as number) }] as const;
  });
  const changes = Array.from({ length: dice.pick([0, 1, 1, 2, 3]) }, () =>
    changePoint(dice, dice.pick(ranked), dice.pick(nodes), targets, tempo, waits[4] * 6),
  );
  const kept = scenario.faults.slice(0, dice.below(faultsKept + 1));
  return {
    ...(scenario as ScenarioInput),
    name: `${scenario.name}, by priorities`,
    cluster: { ...cluster, each: Object.fromEntries(each) },
    network: {
      ...network,
      links: ranked.map(([from, to], at) => {
        const wait = waits[Math.floor((at * waits.length) / ranked.length)] as number;
        return { from, to, latencyUs: [wait] };
      }),
    },
    faults: plan(...(kept as unknown as UnnumberedFault[]), ...changes),
  };
}

/** Both directions between any two nodes, and between callers and nodes. */
function linksOf(nodes: readonly string[], callers: readonly string[]): [string, string][] {
  const between = nodes.flatMap((from) =>
    nodes.filter((to) => to !== from).map((to): [string, string] => [from, to]),
  );
  const called = callers.flatMap((caller) =>
    nodes.flatMap((node): [string, string][] => [
      [caller, node],
      [node, caller],
    ]),
  );
  return [...between, ...called];
}

/** A node whose every wake-up waits so many times as long as usual. */
function slowed(times: number) {
  return {
    servicesUs: { read: [20 * times], write: [30 * times], admin: [20 * times] },
    diskUs: { append: [10 * times], sync: [400 * times], persist: [800 * times] },
  };
}

/** One of a link or a node loses its priority at some point. */
function changePoint(
  dice: Dice,
  [from, to]: [string, string],
  node: string,
  targets: Targets,
  tempo: Tempo,
  delayUs: number,
): UnnumberedFault {
  const at = drawPlace(dice, targets, tempo);
  const durationUs = drawDuration(dice, tempo.timers);
  return (
    dice.chance(1, 2)
      ? { kind: 'pause', node, at, durationUs }
      : { kind: 'link', from, to, verdict: { kind: 'delay', us: delayUs }, at, durationUs }
  ) as UnnumberedFault;
}
