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
  type Check,
  firstStray,
  infoLooks,
  type Look,
  longestUs,
  type Seen,
  serviceLooks,
  watch,
} from './watch.js';

/** When after an event observers ask, in microseconds; then again and again, to the model's bound. */
const firstLooksUs = [1_000, 5_000, 20_000, 60_000, 150_000];
const lookEveryUs = 250_000;
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
  /** All that was looked at on the way; everything but a stray was answered as wanted. */
  readonly checks: readonly Check[];
  readonly stray?: Stray;
}

/** Drives paths of one model against one protocol, and remembers how far each beginning went. */
export class Driver {
  private readonly known = new Map<string, Driven>();
  private readonly model: TestModel;
  private readonly protocol: ProtocolOf;
  private readonly isLoaded: boolean;
  /** Cluster runs made. */
  runs = 0;

  /** @param isLoaded whether clients are at work beside the path; default false */
  constructor(model: TestModel, protocol: ProtocolOf, isLoaded = false) {
    this.model = model;
    this.protocol = protocol;
    this.isLoaded = isLoaded;
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
  scenario({ stage }: Pick<Driven, 'stage'>): ScenarioInput {
    return scenarioOfStage(this.model, this.protocol, stage, this.isLoaded);
  }

  private step(path: Path): Driven {
    const { states } = graphOf(this.model);
    const edge = path.at(-1);
    if (edge === undefined)
      return this.observe({ stage: emptyStage, checks: [] }, states[0]!, 0, []);
    const before = this.drive(path.slice(0, -1));
    if (before.stray !== undefined) return before;
    let { stage } = before;
    const asked: Check[] = [];
    const deeds = this.model.deeds[edge.event]!;
    for (const deed of typeof deeds === 'function' ? deeds(states[edge.from]!.context) : deeds) {
      stage = done(stage, deed);
      if (deed.do !== 'ask' || deed.answer === undefined) continue;
      const call = stage.calls.at(-1)!;
      const node = String(deed.call['node']);
      const look = { kind: 'ask', node, wanted: deed.answer, call } as const;
      asked.push({ ...look, id: stage.calls.length, step: path.length });
    }
    if (edge.to !== edge.from) stage = endedBefore(stage, before.stage.faults.length);
    return this.observe({ ...before, stage }, states[edge.to]!, path.length, asked);
  }

  /** Until the state shows itself; then reads and writes, once. */
  private observe(
    before: Driven,
    { observe }: ModelState,
    step: number,
    asked: readonly Check[],
  ): Driven {
    const withinUs = (this.model.withinMs ?? defaultWithinMs) * 1000;
    const { nowUs } = before.stage;
    let driven = before;
    for (const offset of looksWithin(withinUs)) {
      // What a look that came too early has asked stays asked.
      const { stage } = driven;
      const atUs = nowUs + offset;
      driven = this.look({ ...before, stage }, infoLooks(observe, atUs), step, atUs, asked);
      if (driven.stray === undefined) break;
    }
    if (driven.stray !== undefined) return driven;
    const atUs = driven.stage.nowUs;
    return this.look(driven, serviceLooks(observe, atUs), step, atUs, []);
  }

  private look(
    { stage, checks }: Driven,
    looks: readonly Look[],
    step: number,
    atUs: number,
    asked: readonly Check[],
  ): Driven {
    if (looks.length === 0 && asked.length === 0) return { stage, checks };
    const made = looks.map((look, at) => ({ ...look, id: stage.calls.length + at + 1, step }));
    const fresh = [...asked, ...made];
    const calls = [...stage.calls, ...looks.map(({ call }) => call)];
    const untilUs = atUs + longestUs;
    this.runs++;
    const seen = watch(this.scenario({ stage: { ...stage, calls, nowUs: untilUs } }), untilUs);
    const stray = firstStray(seen, fresh);
    const nowUs = Math.max(stage.nowUs, lastAnswer(seen, fresh, untilUs)) + gapUs;
    if (stray !== undefined) return { stage: { ...stage, calls }, checks, stray };
    return { stage: { ...stage, calls, nowUs }, checks: [...checks, ...fresh] };
  }
}

function looksWithin(withinUs: number): number[] {
  const later = Array.from({ length: withinUs / lookEveryUs }, (_, at) => (at + 1) * lookEveryUs);
  return [...firstLooksUs, ...later].filter((us) => us <= withinUs);
}

/** When the last of some calls was answered. */
function lastAnswer({ operations }: Seen, checks: readonly Check[], untilUs: number): number {
  const ended = new Map(operations.map(({ id, completedAt }) => [id, completedAt]));
  return Math.max(0, ...checks.map(({ id }) => ended.get(id) ?? untilUs));
}
