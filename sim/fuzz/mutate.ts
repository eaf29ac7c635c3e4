/**
 * A scenario like another one: what reached something new is tried again with a change or two, most of
 * them to the fault plan.
 */
import type { Scenario } from '../scenario.js';
import { Dice } from './dice.js';
import { drawFault, drawPlace, faultKinds, type Targets, type Tempo } from './draw-faults.js';
import { beside, pushes, visits } from './draw-operator.js';
import { drawNetwork, type Subject, targetsOf, tempoFor, timeoutOf } from './draw-scenario.js';
import { drawDuration } from './durations.js';

/** The stream of the dice: apart from those that draw. */
const stream = 20;

/** What a change is made with. */
interface Means {
  readonly dice: Dice;
  readonly targets: Targets;
  readonly tempo: Tempo;
  readonly timeoutMs: number;
}

type Change = (scenario: Scenario, means: Means) => Partial<Scenario>;

/**
 * @param seed of the change; the same one changes the same scenario the same way
 * @returns what is still to be parsed: defaults may be missing
 */
export function mutate(scenario: Scenario, seed: number, subject: Subject): Scenario {
  const dice = new Dice(seed, stream);
  const targets = targetsOf(subject, scenario.cluster.slaves, scenario.workload.clients);
  const timeoutMs = timeoutOf(scenario);
  const means = { dice, targets, tempo: tempoFor(subject, timeoutMs), timeoutMs };
  let changed = scenario;
  for (let left = dice.pick([1, 1, 2, 3]); left > 0; left--) {
    changed = { ...changed, ...dice.weighted(changes)(changed, means) };
  }
  return { ...changed, name: nameAfter(scenario.name) };
}

/** `fuzz-7`, then `fuzz-7, changed`, then `fuzz-7, changed 2 times`. */
function nameAfter(name: string): string {
  const [origin, times = '0'] = name.split(/, changed ?/);
  const next = (times === '' ? 1 : Number.parseInt(times, 10)) + 1;
  return next === 1 ? `${origin}, changed` : `${origin}, changed ${next} times`;
}

const changes: readonly (readonly [Change, number])[] = [
  [addFault, 4],
  [dropFault, 2],
  [moveFault, 4],
  [stretchFault, 3],
  [otherSchedule, 2],
  [addCalls, 2],
  [dropCall, 1],
  [otherNetwork, 1],
];

function renumbered(faults: readonly object[]): Scenario['faults'] {
  return faults.map((fault, at) => ({ ...fault, id: at + 1 })) as Scenario['faults'];
}

function addFault({ faults }: Scenario, { dice, targets, tempo }: Means): Partial<Scenario> {
  if (faults.length >= 8) return {};
  const added = drawFault(dice, dice.pick(faultKinds), targets, tempo);
  return { faults: renumbered([...faults, added]) };
}

function dropFault({ faults }: Scenario, { dice }: Means): Partial<Scenario> {
  if (faults.length === 0) return {};
  const at = dice.below(faults.length);
  return { faults: renumbered(faults.filter((_, index) => index !== at)) };
}

function moveFault(scenario: Scenario, { dice, targets, tempo }: Means): Partial<Scenario> {
  return changeFault(scenario, dice, () => ({ at: drawPlace(dice, targets, tempo) }));
}

function stretchFault(scenario: Scenario, { dice, tempo }: Means): Partial<Scenario> {
  return changeFault(scenario, dice, () => ({ durationUs: drawDuration(dice, tempo.timers) }));
}

function changeFault({ faults }: Scenario, dice: Dice, change: () => object): Partial<Scenario> {
  if (faults.length === 0) return {};
  const at = dice.below(faults.length);
  return {
    faults: renumbered(faults.map((one, index) => (index === at ? { ...one, ...change() } : one))),
  };
}

/** Every latency, service time and choice anew. */
function otherSchedule(_: Scenario, { dice }: Means): Partial<Scenario> {
  return { seed: dice.below(1_000_000) };
}

function addCalls(
  { operator, workload }: Scenario,
  { dice, targets, tempo, timeoutMs }: Means,
): Partial<Scenario> {
  if (operator.length > 20) return {};
  const { nodes } = targets;
  const added = dice.pick([
    () => beside(dice, nodes, tempo, timeoutMs),
    () => pushes(dice, nodes, tempo),
    () => visits(dice, nodes, tempo, workload.kind),
  ])();
  return { operator: [...operator, ...added] as Scenario['operator'] };
}

function dropCall({ operator }: Scenario, { dice }: Means): Partial<Scenario> {
  if (operator.length <= 1) return {};
  const at = dice.below(operator.length);
  return { operator: operator.filter((_, index) => index !== at) };
}

function otherNetwork(_: Scenario, { dice }: Means): Partial<Scenario> {
  return { network: drawNetwork(dice) as Scenario['network'] };
}
