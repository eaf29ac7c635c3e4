/**
 * A process of actors: takes one event after another, and what the step asked for is done before
 * the next. What comes back at once is taken before what has come from outside.
 */
import { type AnyActor, createActor } from 'xstate';
import type { NodeConfig } from '../../runtime/config.js';
import type { EventParams, MachineInput, Message, Plain, View } from '../../runtime/vocabulary.js';
import type { Actors } from './actors.js';
import { collecting, step } from './collected.js';
import { perform } from './perform.js';
import { Polls } from './polls.js';
import { Storage } from './storage.js';
import { Workers } from './workers.js';

/** An event before the view is put on it. */
export type Told =
  | { [Kind in keyof EventParams]: { type: Kind } & EventParams[Kind] }[keyof EventParams]
  | { type: `message.${string}`; connection: number; message: Message }
  | { type: `told.${string}`; message: Message };

/** One actor of a process. */
export interface Running {
  readonly process: Process;
  readonly machine: string;
  readonly key: number;
  readonly actor: AnyActor;
  alive: boolean;
}

interface Work {
  readonly to: Running;
  readonly run: () => void;
}

export class Process {
  readonly sim: Actors;
  readonly index: number;
  readonly config: NodeConfig;
  readonly storage: Storage;
  readonly workers: Workers;
  readonly polls: Polls;
  root: Running | undefined;
  private readonly actors = new Map<string, Map<number, Running>>();
  private readonly answers: Work[] = [];
  private readonly mailbox: Work[] = [];
  private performing = false;
  private readonly view: View = { now: 0, wall: 0, latest: 0, applied: 0, durable: 0 };

  constructor(sim: Actors, index: number, config: NodeConfig) {
    this.sim = sim;
    this.index = index;
    this.config = config;
    this.storage = new Storage(this);
    this.workers = new Workers(this);
    this.polls = new Polls(this);
  }

  get name(): string {
    return this.config.name;
  }

  boot(): void {
    this.root = this.start(this.config.machine, 0, 0, this.config.input ?? null);
  }

  /** Starts an actor; its first step comes after the step that asked for it. */
  start(machine: string, key: number, connection: number, input: Plain): Running {
    const { sim } = this;
    const given: MachineInput = {
      input,
      persisted: { ...this.storage.metadata },
      incarnation: 1,
      self: this.name,
      key,
      connection,
      view: { ...this.look() },
    };
    const clock = {
      setTimeout: (call: () => void, delayMs: number) => this.arm(running, call, delayMs),
      clearTimeout: (callback: ReturnType<Process['arm']>) => sim.clock.cancel(callback),
    };
    const logic = collecting(sim.machine(machine));
    const actor = createActor(logic, { input: given, clock }) as AnyActor;
    const running: Running = { process: this, machine, key, actor, alive: true };
    const byKey = this.actors.get(machine) ?? new Map<number, Running>();
    this.actors.set(machine, byKey.set(key, running));
    if (connection !== 0) sim.network.adopt(connection, this, running);
    this.hand({ to: running, run: () => actor.start() });
    return running;
  }

  find(machine: string, key: number): Running | undefined {
    return this.actors.get(machine)?.get(key);
  }

  /** Ends an actor: its timers, connections and polls go with it. */
  stop(running: Running): void {
    running.alive = false;
    running.actor.stop();
    this.actors.get(running.machine)?.delete(running.key);
    this.sim.network.closeAllOf(running);
    this.polls.endAllOf(running);
  }

  /** Gives an event to an actor: after the step that is being done, or as soon as it can be. */
  tell(to: Running, event: Told): void {
    this.hand({ to, run: () => to.actor.send(event) });
  }

  /** Takes what has come, until there is nothing more. */
  drain(): void {
    for (;;) {
      const work = this.answers.shift() ?? this.mailbox.shift();
      if (work === undefined) return;
      if (work.to.alive) this.take(work);
    }
  }

  private take({ to, run }: Work): void {
    step.asked = [];
    step.view = this.look();
    run();
    const { actor } = to;
    const snapshot = actor.getSnapshot();
    if (snapshot.status === 'error') throw snapshot.error;
    this.performing = true;
    for (const asked of step.asked) perform(this, to, asked);
    if (snapshot.status === 'done' && to !== this.root) this.stop(to);
    this.performing = false;
  }

  private hand(work: Work): void {
    if (this.performing) {
      this.answers.push(work);
    } else {
      this.mailbox.push(work);
      this.sim.ready.push(this);
    }
  }

  /** A timer of XState's: it goes into the clock behind what the step has asked for so far. */
  private arm(running: Running, call: () => void, delayMs: number) {
    const callback = { call: () => this.hand({ to: running, run: call }), live: true };
    step.asked.push({ type: 'timer', delayMs, callback });
    return callback;
  }

  private look(): View {
    const { view, storage } = this;
    view.now = this.sim.clock.now;
    view.wall = this.sim.clock.now;
    view.latest = storage.latest;
    view.applied = storage.applied;
    view.durable = storage.durable;
    return view;
  }
}
