/**
 * Two charts of one machine side by side: every step of one must be the step of the other, in state,
 * context, actions with params, timers, microsteps, names, and in what they say when they fail.
 */
import { expect } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  transition,
} from 'xstate';
import type { Action, Chart, EngineState, Fired, SavedState, Step } from '../engine.js';
import { namedTransitions, stateNodes } from '../transition-names.js';
import { effectKinds, type MachineInput, type View } from '../vocabulary.js';
import type { CompiledMachine } from './compile.js';

const view: View = { now: 0, wall: 0, latest: 0, applied: 0, durable: 0 };

/** What machines start with, unless a walk says otherwise. */
export const someInput: MachineInput = {
  input: { given: 1 },
  persisted: {},
  incarnation: 1,
  self: 'a',
  key: 0,
  connection: 0,
  view,
};

/** What a walk met, to see that walks are not vacuous. */
export class Met {
  steps = 0;
  microsteps = 0;
  /** Microsteps by several transitions at once, and by one into a history state that remembers. */
  joint = 0;
  recalled = 0;
  timers = 0;
  ended = 0;
  failed = 0;
  loaded = 0;
  /** Steps that were compared with XState's public functions, too. */
  checked = 0;
}

export interface Walk {
  readonly machine: AnyStateMachine;
  readonly reference: Chart;
  readonly tested: CompiledMachine;
  readonly steps: number;
  readonly input?: MachineInput;
  /** The next event: a timer that is armed, or another. */
  readonly next: (armed: readonly Fired[]) => { type: string };
  /** Whether the tested one is saved and loaded before a step. */
  readonly isLoaded: (at: number) => boolean;
  /** Whether steps are compared with XState's public functions, too. */
  readonly isChecked: boolean;
}

/** Walks both through one history of events. @throws when they differ */
export function walkBoth(walk: Walk, met: Met): void {
  const { machine, input = someInput } = walk;
  const one = new Side(walk.reference, true);
  // A report must change nothing, so it is not always there.
  const other = new Side(walk.tested, walk.steps % 2 === 0);
  const recalling = transitionsToHistory(machine);
  one.begin(input);
  other.begin(input);
  compare(one, other);
  if (walk.isChecked && one.failure === undefined) {
    comparePublic(initialTransition(machine, input), other, walk.tested);
  }
  for (let at = 0; at < walk.steps && one.failure === undefined; at++) {
    if (walk.isLoaded(at)) {
      other.reload();
      met.loaded++;
    }
    const before = one.saved();
    const event = walk.next(one.armed());
    one.take(event);
    other.take(event);
    compare(one, other);
    if (walk.isChecked && one.failure === undefined && before.status === 'active') {
      const [after, actions] = transition(machine, restored(machine, before), event);
      comparePublic([after, actions], other, walk.tested);
      met.checked++;
    }
    const remembers = Object.keys(before.history).length > 0;
    note(met, one, (name) => remembers && recalling.has(name));
  }
}

/** One chart on its way. */
class Side {
  readonly chart: Chart;
  readonly step: Step;
  failure: string | undefined;
  state!: EngineState;
  readonly #armed: Map<string, Fired> = new Map();

  constructor(chart: Chart | CompiledMachine, report: boolean) {
    this.chart = chart as Chart;
    this.step = { actions: [], microsteps: [], report };
  }

  begin(input: MachineInput): void {
    this.#try(() => this.chart.start(input, this.step));
  }

  /** Nothing may write into what was asked for in the step before. */
  take(event: { type: string }): void {
    const before = [...this.step.actions];
    const text = JSON.stringify(before);
    this.#try(() => this.chart.take(this.state, event as never, this.step));
    expect(JSON.stringify(before)).toBe(text);
  }

  reload(): void {
    this.state = this.chart.load(JSON.parse(JSON.stringify(this.saved())));
  }

  saved(): SavedState {
    return this.chart.save(this.state);
  }

  armed(): readonly Fired[] {
    return [...this.#armed.values()];
  }

  #try(go: () => EngineState): void {
    try {
      this.state = go();
    } catch (error) {
      this.failure = (error as Error).message;
    }
    for (const action of this.step.actions) {
      if (action.type === 'arm') this.#armed.set(action.id, action.event);
      if (action.type === 'disarm') this.#armed.delete(action.id);
    }
  }
}

function compare(one: Side, other: Side): void {
  expect(other.failure).toBe(one.failure);
  if (one.failure !== undefined) return;
  same(other.step.actions, one.step.actions);
  same(other.saved(), one.saved());
  expect(other.chart.done(other.state)).toBe(one.chart.done(one.state));
  if (other.step.report) same(other.step.microsteps, one.step.microsteps);
}

/** By their text, which is quick and sees the order of fields; by value to show a difference. */
function same(found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  expect(found).toEqual(wanted);
  expect(JSON.stringify(found)).toBe(JSON.stringify(wanted));
}

function comparePublic(
  [snapshot, actions]: readonly [AnyMachineSnapshot, Executable],
  { step, state }: Side,
  tested: CompiledMachine,
): void {
  same(step.actions, actionsOf(actions));
  const { value, context, status } = tested.save(state);
  const tags = [...tested.tags(state)].sort();
  const output = tested.output(state);
  expect({ value, context, status, tags, output }).toEqual({
    value: snapshot.value,
    context: snapshot.context,
    status: snapshot.status,
    tags: [...snapshot.tags].sort(),
    output: snapshot.output,
  });
}

/** What a public function of XState asks to execute. */
export type Executable = readonly { type: string; params: unknown }[];

/** The same in the engine's words. */
export function actionsOf(executable: Executable): Action[] {
  return executable.flatMap(({ type, params }): Action[] => {
    if ((effectKinds as readonly string[]).includes(type)) {
      return [{ type, params: params ?? {} } as Action];
    }
    if (type === 'xstate.cancel') {
      return [{ type: 'disarm', id: (params as { sendId: string }).sendId }];
    }
    const { event, id, delay } = params as { event: Fired; id?: string; delay?: number };
    if (delay === undefined) return [];
    return [{ type: 'arm', id: id ?? `raise:${event.type}`, delayMs: delay, event }];
  });
}

/** A saved state as XState's own, in document order. */
export function restored(machine: AnyStateMachine, saved: SavedState): AnyMachineSnapshot {
  // `getStateNodeById` would take the dots of an id for a path.
  const byId = new Map(stateNodes(machine).map((node) => [node.id, node]));
  const history = Object.entries(saved.history).map(
    ([id, ids]) => [id, ids.map((nodeId) => byId.get(nodeId))] as const,
  );
  const snapshot = machine.resolveState({
    value: saved.value as never,
    context: structuredClone(saved.context),
    status: saved.status,
    historyValue: Object.fromEntries(history) as never,
  });
  // XState lists the outer states first. Where regions may move by themselves at once, it shows.
  snapshot._nodes.sort((one, other) => one.order - other.order);
  return snapshot;
}

function transitionsToHistory(machine: AnyStateMachine): ReadonlySet<string> {
  const found = [...namedTransitions(machine)].filter(([, { target }]) =>
    target?.some(({ type }) => type === 'history'),
  );
  return new Set(found.map(([name]) => name));
}

function note(met: Met, { chart, state, step, failure }: Side, recalls: (name: string) => boolean) {
  met.steps++;
  if (failure !== undefined) {
    met.failed++;
    return;
  }
  met.microsteps += step.microsteps.length;
  for (const { transitions } of step.microsteps) {
    if (transitions.length > 1) met.joint++;
    if (transitions.some(recalls)) met.recalled++;
  }
  if (step.actions.some(({ type }) => type === 'arm')) met.timers++;
  if (chart.done(state) && step.microsteps.length > 0) met.ended++;
}
