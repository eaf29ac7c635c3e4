/**
 * Drives a cluster of the real machines along a path of a test model. Each event is done at an instant;
 * then observers ask until the state that the model is in by now shows itself, or for too long.
 *
 * A path is driven by running a scenario that grows with every event: what came before runs again to
 * the bit, so all that was done is a plain scenario at the end, which anybody can run.
 */
import type { TestModel } from '../../machines/test-model.js';
import type { ScenarioInput } from '../scenario.js';
import type { Path } from './enumerate.js';
import { graphOf, type ModelState } from './model-graph.js';
import {
  done,
  emptyStage,
  endedBefore,
  type ProtocolOf,
  type Stage,
  scenarioOfStage,
} from './stage.js';
import {
  answerTo,
  differs,
  infoLooks,
  type Look,
  type Seen,
  serviceLooks,
  watch,
} from './watch.js';

/** When after an event observers ask, in microseconds; the last is stretched to the model's bound. */
const looksUs = [1_000, 5_000, 20_000, 60_000, 150_000, 400_000, 1_000_000] as const;
const defaultWithinMs = 3000;

/** How long after the last answer the next event is. */
const gapUs = 1_000;

/** Where and how a path failed. */
export interface Stray {
  /** The step, from 1; 0: the first state did not show itself. */
  readonly step: number;
  readonly text: string;
}

/** A path as far as it was driven. */
export interface Driven {
  readonly stage: Stage;
  readonly stray?: Stray;
}

/** Drives paths of one model against one protocol, and remembers how far each beginning went. */
export class Driver {
  private readonly known = new Map<string, Driven>();
  private readonly model: TestModel;
  private readonly protocol: ProtocolOf;
  /** Cluster runs made. */
  runs = 0;

  constructor(model: TestModel, protocol: ProtocolOf) {
    this.model = model;
    this.protocol = protocol;
  }

  /** Drives a path until it ends or strays. */
  drive(path: Path): Driven {
    const key = path.map(({ at }) => at).join(' ');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const driven = this.step(path);
    this.known.set(key, driven);
    return driven;
  }

  /** All that was done and asked on the way, as a scenario. */
  scenario({ stage }: Driven): ScenarioInput {
    return scenarioOfStage(this.model, this.protocol, stage);
  }

  private step(path: Path): Driven {
    const { states } = graphOf(this.model);
    const edge = path.at(-1);
    if (edge === undefined) return this.observe(emptyStage, states[0]!, 0, []);
    const before = this.drive(path.slice(0, -1));
    if (before.stray !== undefined) return before;
    let { stage } = before;
    const answers: { id: number; wanted: string }[] = [];
    const deeds = this.model.deeds[edge.event]!;
    for (const deed of typeof deeds === 'function' ? deeds(states[edge.from]!.context) : deeds) {
      stage = done(stage, deed);
      if (deed.do !== 'ask' || deed.answer === undefined) continue;
      answers.push({ id: stage.calls.length, wanted: deed.answer });
    }
    if (edge.to !== edge.from) stage = endedBefore(stage, before.stage.faults.length);
    return this.observe(stage, states[edge.to]!, path.length, answers);
  }

  private observe(
    stage: Stage,
    { observe }: ModelState,
    step: number,
    answers: readonly { id: number; wanted: string }[],
  ): Driven {
    const found = this.await(stage, (atUs) => infoLooks(observe, atUs), answers);
    if (found.text !== undefined) return { stage: found.stage, stray: { step, text: found.text } };
    const atUs = found.stage.nowUs;
    const looks = serviceLooks(observe, atUs);
    const { stage: after, text } = this.look(found.stage, looks);
    if (text !== undefined) return { stage: after, stray: { step, text } };
    return { stage: after };
  }

  /** Asks again and again until what is wanted is answered; only the asking up to then stays. */
  private await(
    stage: Stage,
    looksAt: (atUs: number) => Look[],
    answers: readonly { id: number; wanted: string }[],
  ): { stage: Stage; text?: string } {
    const withinUs = (this.model.withinMs ?? defaultWithinMs) * 1000;
    const { nowUs } = stage;
    const offsets = [...looksUs.filter((us) => us < withinUs), withinUs];
    let calls = stage.calls;
    let text: string | undefined;
    for (const offset of offsets) {
      const looks = looksAt(nowUs + offset);
      const first = calls.length + 1;
      calls = [...calls, ...looks.map(({ call }) => call)];
      const untilUs = nowUs + offset + 110_000;
      const seen = this.watch({ ...stage, calls }, untilUs);
      text = wrong(seen, answers) ?? first_(looks, (look, at) => differs(seen, look, first + at));
      const end = lastAnswer(seen, first, looks, untilUs);
      if (text === undefined) return { stage: { ...stage, calls, nowUs: end + gapUs } };
    }
    return {
      stage: { ...stage, calls, nowUs: nowUs + withinUs },
      ...(text !== undefined && { text }),
    };
  }

  private look(stage: Stage, looks: readonly Look[]): { stage: Stage; text?: string } {
    if (looks.length === 0) return { stage };
    const first = stage.calls.length + 1;
    const calls = [...stage.calls, ...looks.map(({ call }) => call)];
    const untilUs = stage.nowUs + 110_000;
    const seen = this.watch({ ...stage, calls }, untilUs);
    const text = first_(looks, (look, at) => differs(seen, look, first + at));
    const nowUs = lastAnswer(seen, first, looks, untilUs) + gapUs;
    return { stage: { ...stage, calls, nowUs }, ...(text !== undefined && { text }) };
  }

  private watch(stage: Stage, untilUs: number): Seen {
    this.runs++;
    return watch(scenarioOfStage(this.model, this.protocol, stage), untilUs);
  }
}

function first_<T>(items: readonly T[], tell: (item: T, at: number) => string | undefined) {
  for (const [at, item] of items.entries()) {
    const text = tell(item, at);
    if (text !== undefined) return text;
  }
  return undefined;
}

function wrong(seen: Seen, answers: readonly { id: number; wanted: string }[]): string | undefined {
  return first_(answers, ({ id, wanted }) => {
    const got = answerTo(seen, id);
    if (got.startsWith(wanted)) return undefined;
    const { call } = seen.operations.find((one) => one.id === id)!;
    return `${String(call['node'])} answered ${call.type} with ${got}; expected ${wanted}`;
  });
}

/** When the last of some looks was answered. */
function lastAnswer(seen: Seen, first: number, looks: readonly Look[], untilUs: number): number {
  return Math.max(
    ...looks.map(
      (_, at) => seen.operations.find(({ id }) => id === first + at)?.completedAt ?? untilUs,
    ),
    0,
  );
}
