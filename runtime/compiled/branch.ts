/** Transitions that are enabled together in a configuration, and the microstep that they make. */
import type { Configuration } from './configuration.js';
import type { Guard } from './guards.js';
import type { History } from './history.js';
import { type Plan, planOf } from './plan.js';
import type { Program, Transition } from './program.js';

/** A node of a trie: transitions in the order in which they were enabled. */
export class Branch {
  readonly last: Transition;
  readonly guard: Guard | undefined;
  readonly #program: Program;
  readonly #from: Configuration;
  readonly #enabled: readonly Transition[];
  readonly #with: Map<Transition, Branch> = new Map();
  #plan: Plan | undefined;
  readonly #byHistory: Map<History, Plan> = new Map();

  constructor(program: Program, from: Configuration, enabled: readonly Transition[]) {
    this.#program = program;
    this.#from = from;
    this.#enabled = enabled;
    this.last = enabled.at(-1)!;
    this.guard = this.last.guard;
  }

  /** These and one more, if it is not among them. */
  and(transition: Transition): Branch {
    if (this.#enabled.includes(transition)) return this;
    let both = this.#with.get(transition);
    if (both === undefined) {
      both = new Branch(this.#program, this.#from, [...this.#enabled, transition]);
      this.#with.set(transition, both);
    }
    return both;
  }

  /** The microstep, once it has been made, unless a history state has a say in it. */
  get fixed(): Plan | undefined {
    return this.#plan;
  }

  plan(history: History): Plan {
    return this.#plan ?? this.#byHistory.get(history) ?? this.#build(history);
  }

  #build(history: History): Plan {
    const asked = { from: this.#from, enabled: this.#enabled, history };
    const { plan, usesHistory } = planOf(this.#program, asked);
    if (usesHistory) this.#byHistory.set(history, plan);
    else this.#plan = plan;
    return plan;
  }
}
