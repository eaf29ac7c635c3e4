/** Faults that do less than a given one, the mildest of each way first. */
import type { Scenario } from '../scenario.js';

type Fault = Scenario['faults'][number];
type Loose = Fault & Record<string, unknown>;

/** What a reviewer would ask of a fault: is that much of it needed? */
export function* milderFaults(fault: Fault): Iterable<Fault> {
  yield* otherKinds(fault);
  yield* lessOfIt(fault as Loose);
  yield* plainerPlaces(fault);
}

/** From a partition to one way to a single lost message; from power loss to a crash to a pause. */
function* otherKinds(fault: Fault): Iterable<Fault> {
  const { id, at, durationUs } = fault;
  const common = { id, at, ...(durationUs !== undefined && { durationUs }) };
  switch (fault.kind) {
    case 'powerLoss':
      yield { kind: 'crash', node: fault.node, ...common };
      break;
    case 'crash':
      yield { kind: 'pause', node: fault.node, ...common };
      break;
    case 'partition': {
      const { from, to, oneWay } = fault;
      if (oneWay === true && from.length === 1 && to.length === 1) {
        const link = { kind: 'link', from: from[0]!, to: to[0]!, times: 1 } as const;
        yield { ...link, verdict: { kind: 'drop' }, ...common };
      }
      for (const less of without(from)) yield { ...fault, from: less };
      for (const less of without(to)) yield { ...fault, to: less };
      if (oneWay !== true) {
        yield { ...fault, oneWay: true };
        yield { ...fault, from: to, to: from, oneWay: true };
      }
      break;
    }
    case 'disk':
      if (fault.mode !== 'slow') yield { kind: 'disk', node: fault.node, mode: 'slow', ...common };
      break;
    default:
      break;
  }
}

function* without(names: readonly string[]): Iterable<string[]> {
  if (names.length < 2) return;
  for (const name of names) yield names.filter((other) => other !== name);
}

/** The same kind of fault, with less of what is beyond its plainest form. */
function* lessOfIt(fault: Loose): Iterable<Fault> {
  if (fault.kind === 'link') {
    for (const field of ['ratio', 'skip']) {
      if (fault[field] === undefined) continue;
      const { [field]: _, ...rest } = fault;
      yield rest as Fault;
    }
    if (fault.times !== 1) yield { ...fault, times: 1 };
    const { verdict } = fault;
    if (verdict.kind === 'drop' || verdict.kind === 'reset') {
      yield { ...fault, verdict: { kind: 'hold' } };
    }
  }
  if (fault.kind === 'powerLoss' && fault.tail !== 'lose') yield { ...fault, tail: 'lose' };
  if (fault.kind === 'disk' && fault.factor !== undefined && fault.factor[0] > 2) {
    yield { ...fault, factor: [2, 1] };
  }
  if (fault.kind === 'drift') {
    for (const ppm of [50, -50, 500, -500]) {
      if (Math.abs(ppm) < Math.abs(fault.ppm) && ppm > 0 === fault.ppm > 0) yield { ...fault, ppm };
    }
  }
}

/** A place that is easier to tell. */
function* plainerPlaces(fault: Fault): Iterable<Fault> {
  const { at } = fault;
  if ('timeUs' in at) {
    if (at.timeUs > 0) yield { ...fault, at: { timeUs: 0 } };
    return;
  }
  const { trigger, offsetUs } = at;
  if (offsetUs !== undefined) yield { ...fault, at: { trigger } };
  if (trigger.nth === undefined) return;
  const { nth, ...first } = trigger;
  yield { ...fault, at: { ...at, trigger: first } };
  for (const less of [nth >> 1, nth - 1]) {
    if (less > 1) yield { ...fault, at: { ...at, trigger: { ...trigger, nth: less } } };
  }
}
