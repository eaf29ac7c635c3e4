/**
 * A machine's run through one step: its microsteps, one after another, until nothing is left to do.
 * One object per machine, which works on one state of it after another.
 *
 * XState copies the context in every assignment. Here it is written in place, and copied first only
 * when somebody else may hold it: a function has been given it and has answered with an object.
 * Guards, delays and ids answer with booleans, numbers and texts, so they hold nothing.
 *
 * A step allocates what the machine asks for (effects with computed params, timers, raised events),
 * the arguments of the machine's functions, and at most one context per assignment.
 */
import type { Action, Fired, Step } from '../engine.js';
import { inertActor, inertSystem, spawnRefusal } from '../inert.js';
import { maxIterationsDefault, noRest } from '../step-error.js';
import type { Answer } from './answer.js';
import type { Configuration } from './configuration.js';
import { type Enqueue, enqueueTo } from './enqueue.js';
import type { History } from './history.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import type { Context, Shape } from './shape.js';

/** A machine's state. */
export interface Running {
  configuration: Configuration;
  context: Context;
  /** What fields the context has. */
  shape: Shape;
  /** Whether somebody else may hold the context. */
  isLent: boolean;
  history: History;
  isDone: boolean;
  output: unknown;
}

/** What a function that is to decide on more actions gets. */
type Collect = (args: unknown, params: unknown) => void;

const noStep: Step = { actions: [], microsteps: [], report: false };

export class Run {
  state: Running;
  event: Fired = { type: '' };
  actions: Action[] = noStep.actions;
  /** Events raised and not taken yet, from `#head` on. */
  readonly queue: Fired[] = [];
  readonly self: object;
  readonly system: object;
  readonly spawn: () => never = refuseToSpawn;
  readonly #program: Program;
  readonly #initialPlan: Plan;
  readonly #maxIterations: number;
  readonly #enqueue: Enqueue;
  readonly #check: (guard: unknown) => boolean;
  #step: Step = noStep;
  #head = 0;
  /** Whether the microstep has changed anything: XState makes a new snapshot then. */
  hasChanged = false;
  /** Whether microsteps are told of. */
  reports = false;
  #collected: unknown[] = [];

  constructor(program: Program) {
    const { machine } = program;
    this.#program = program;
    this.#initialPlan = program.initialPlan();
    this.#maxIterations = machine.config.options?.maxIterations ?? maxIterationsDefault;
    this.state = this.#unstarted();
    this.system = inertSystem();
    this.self = inertActor(machine.id, this.system);
    this.#enqueue = enqueueTo((action) => this.#collected.push(action));
    this.#check = (guard) => program.actions.guards.compile(guard)(this);
  }

  /** Starts a machine. @throws what a function of the machine throws */
  start(input: unknown, step: Step): Running {
    const state = this.#unstarted();
    this.#begin(state, { type: 'xstate.init', input } as Fired, step);
    const { context } = this.#program.machine.config;
    const given =
      typeof context === 'function'
        ? context({ spawn: refuseToSpawn, input: input as never, self: this.self as never })
        : context;
    state.shape = this.#program.shapes.ofContext(given ?? {});
    state.context = state.shape.copy(given ?? {});
    this.perform(this.#initialPlan);
    this.#settle();
    state.configuration = this.atRest();
    return state;
  }

  /** Takes an event. @throws what a function of the machine throws */
  take(state: Running, event: Fired, step: Step): void {
    this.#begin(state, event, step);
    if (state.isDone) return;
    const answer = state.configuration.answer(event.type);
    if (answer.isSpecial) this.#takeSpecial(event, answer);
    else this.#take(answer);
    if (this.queue.length === 0 && state.configuration.isCalm) return;
    this.#settle();
    const configuration = this.atRest();
    if (state.configuration !== configuration) state.configuration = configuration;
  }

  /** The arguments of XState's own actions. */
  acting(): { context: Context; event: Fired; self: object; system: object; spawn: () => never } {
    const { event, self, system, spawn } = this;
    const { context } = this.state;
    return { context, event, self, system, spawn };
  }

  /** The context, to write into. `mayHold`: what is to be written may hold the context as it is. */
  writable(mayHold: boolean): Context {
    const { state } = this;
    this.hasChanged = true;
    if (state.isLent || mayHold) {
      state.context = state.shape.copy(state.context);
      state.isLent = false;
    }
    return state.context;
  }

  /** Says that somebody else may hold the context from now on. */
  lend(): void {
    this.state.isLent = true;
  }

  /** The actions that a function decides on. */
  collect(collect: Collect, params: unknown): readonly unknown[] {
    this.lend();
    const collected: unknown[] = [];
    this.#collected = collected;
    const { event, self } = this;
    const { context } = this.state;
    const [enqueue, check, system] = [this.#enqueue, this.#check, this.system];
    collect({ context, event, enqueue, check, self, system }, params);
    this.#collected = [];
    return collected;
  }

  /** Between steps states are in document order: see `Configuration`. */
  protected atRest(): Configuration {
    return this.state.configuration.atRest;
  }

  #unstarted(): Running {
    const { unentered, noHistory, shapes } = this.#program;
    return {
      configuration: unentered,
      context: {},
      shape: shapes.none,
      isLent: false,
      history: noHistory,
      isDone: false,
      output: undefined,
    };
  }

  #begin(state: Running, event: Fired, step: Step): void {
    empty(step.actions);
    empty(step.microsteps);
    empty(this.queue);
    this.#head = 0;
    this.#step = step;
    this.actions = step.actions;
    this.reports = step.report;
    this.state = state;
    this.event = event;
  }

  /** Eventless transitions, then raised events, until there are none. */
  #settle(): void {
    let microsteps = 0;
    let asksEventless = true;
    const { state } = this;
    while (!state.isDone) {
      if (++microsteps > this.#maxIterations) throw new Error(noRest(this.#maxIterations));
      this.hasChanged = false;
      const { eventless } = state.configuration;
      if (asksEventless && eventless !== undefined && this.#take(eventless)) {
        // One that changed nothing would be enabled for ever.
        asksEventless = this.hasChanged;
      } else {
        if (this.#head === this.queue.length) return;
        this.event = this.queue[this.#head++]!;
        this.#take(state.configuration.answer(this.event.type));
        asksEventless = true;
      }
    }
  }

  /** An event from outside to which XState itself gives a meaning. */
  #takeSpecial(event: Fired & { readonly error?: unknown }, answer: Answer): void {
    if (event.type === 'xstate.init') return;
    if (event.type === '*') throw new Error("An event cannot have the wildcard type ('*')");
    if (event.type === 'xstate.stop') throw new Error("its status became 'stopped'");
    if (!this.#take(answer)) throw event.error ?? new Error("its status became 'error'");
  }

  #take({ take }: Answer): boolean {
    return take(this);
  }

  /** Makes a microstep. */
  perform(plan: Plan): void {
    const { operations } = plan;
    const begin = this.actions.length;
    for (let at = 0; at < operations.length; at++) {
      // In a variable of its own: the list would be passed as `this` otherwise, at a cost.
      const operation = operations[at]!;
      operation(this);
    }
    const { recorded, next, isDone } = plan;
    const { state } = this;
    if (recorded.length > 0) state.history = state.history.with(recorded);
    if (next !== undefined) {
      state.configuration = next;
      this.hasChanged = true;
    }
    if (isDone) state.isDone = true;
    if (this.reports) this.report(plan, begin);
  }

  /** Tells of a microstep. */
  report({ transitions, left, entered }: Plan, begin: number): void {
    this.#step.microsteps.push({ transitions, left, entered, begin, end: this.actions.length });
  }
}

function refuseToSpawn(): never {
  throw new Error(spawnRefusal);
}

/** A list cut to no length gives its memory back, only to take it again in the next step. */
function empty(list: unknown[]): void {
  for (let left = list.length; left > 0; left--) list.pop();
}
