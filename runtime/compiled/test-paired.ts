/** Two engines in one world: every step is made by both, and must be one step. */
import { expect } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import type { Chart, Engine, EngineState, Step } from '../engine.js';
import type { MachineInput } from '../vocabulary.js';
import { xstateEngine } from '../xstate-engine.js';
import { compiledEngine } from './compiled-engine.js';

/** What the machines of a world were given, to give it to them again in another order. */
export class Given {
  readonly inputs: Map<AnyStateMachine, MachineInput[]> = new Map();
  /** By type: a few events of each. */
  readonly events: Map<AnyStateMachine, Map<string, { type: string }[]>> = new Map();
  steps = 0;

  input(machine: AnyStateMachine, input: MachineInput): void {
    this.steps++;
    const inputs = this.inputs.get(machine) ?? [];
    this.inputs.set(machine, inputs);
    if (inputs.length < 5) inputs.push(structuredClone(input));
  }

  event(machine: AnyStateMachine, event: { type: string }): void {
    this.steps++;
    const byType = this.events.get(machine) ?? new Map<string, { type: string }[]>();
    this.events.set(machine, byType);
    const events = byType.get(event.type) ?? [];
    byType.set(event.type, events);
    if (events.length < 20) events.push(structuredClone(event));
  }
}

/** The reference engine, with the compiled one at its side. @throws where they differ */
export function pairedEngine(given: Given): Engine {
  return { name: 'xstate', load: (machine) => new Paired(machine, given) };
}

interface Both {
  one: EngineState;
  other: EngineState;
}

class Paired implements Chart {
  readonly stateIds: readonly string[];
  readonly transitionNames: readonly string[];
  readonly #machine: AnyStateMachine;
  readonly #given: Given;
  readonly #one: Chart;
  readonly #other: Chart;
  readonly #step: Step = { actions: [], microsteps: [], report: true };

  constructor(machine: AnyStateMachine, given: Given) {
    this.#machine = machine;
    this.#given = given;
    this.#one = xstateEngine.load(machine);
    this.#other = compiledEngine.load(machine);
    this.stateIds = this.#one.stateIds;
    this.transitionNames = this.#one.transitionNames;
    expect(this.#other.stateIds).toEqual(this.stateIds);
    expect(this.#other.transitionNames).toEqual(this.transitionNames);
  }

  start(input: MachineInput, step: Step): EngineState {
    this.#given.input(this.#machine, input);
    const other = this.#other.start(structuredClone(input), this.#step);
    const one = this.#one.start(input, step);
    return this.#equal({ one, other }, step);
  }

  take(state: EngineState, event: Parameters<Chart['take']>[1], step: Step): EngineState {
    this.#given.event(this.#machine, event);
    const both = state as unknown as Both;
    both.other = this.#other.take(both.other, event, this.#step);
    both.one = this.#one.take(both.one, event, step);
    return this.#equal(both, step);
  }

  save(state: EngineState) {
    return this.#one.save((state as unknown as Both).one);
  }

  load(saved: ReturnType<Chart['save']>): EngineState {
    return { one: this.#one.load(saved), other: this.#other.load(saved) } as unknown as EngineState;
  }

  done(state: EngineState): boolean {
    return this.#one.done((state as unknown as Both).one);
  }

  #equal(both: Both, { report, actions, microsteps }: Step): EngineState {
    const one: unknown[] = [actions, this.#one.save(both.one), this.#one.done(both.one)];
    const other: unknown[] = [
      this.#step.actions,
      this.#other.save(both.other),
      this.#other.done(both.other),
    ];
    if (report) {
      one.push(microsteps);
      other.push(this.#step.microsteps);
    }
    if (JSON.stringify(one) !== JSON.stringify(other)) expect(other).toEqual(one);
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    return both as unknown as EngineState;
  }
}
