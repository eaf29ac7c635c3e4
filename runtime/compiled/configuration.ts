/**
 * Configurations: which states are active. Each that is reached is one object, and holds the tables
 * that begin there, built when they are first needed: by event type the transitions that may be
 * enabled, and by the transitions enabled the microstep that follows.
 *
 * A configuration knows in which order its states were last entered. XState asks for eventless
 * transitions in that order within a step; between steps the engine is in `atRest`, which is in
 * document order.
 */
import { matchesState, type StateValue } from 'xstate';
import { brokenConfiguration, isConfiguration } from '../state-value.js';
import type { Answer } from './answer.js';
import { Branch } from './branch.js';
import { completed } from './completion.js';
import { isAtomic, type Node, sorted } from './nodes.js';
import type { Program, Transition } from './program.js';
import { answerTo, eventlessOf } from './selection.js';

export class Configuration {
  readonly nodes: readonly Node[];
  readonly active: ReadonlySet<Node>;
  readonly #program: Program;
  readonly #isComplete: boolean;
  /** With what they lack: see `completed`. */
  readonly #all: readonly Node[];
  readonly #answers: Map<string, Answer> = new Map();
  #askedLast: string | undefined;
  #answerLast: Answer | undefined;
  readonly #branches: Map<Transition, Branch> = new Map();
  #value: StateValue | undefined;
  #eventless: Answer | undefined;
  #knowsEventless = false;
  #isCalm: boolean | undefined;
  #atRest: Configuration | undefined;

  constructor(program: Program, nodes: readonly Node[]) {
    this.#program = program;
    this.nodes = nodes;
    this.active = new Set(nodes);
    this.#isComplete = isConfiguration(nodes);
    this.#all = this.#isComplete ? nodes : completed(nodes);
  }

  get value(): StateValue {
    this.#value ??= this.#valueOf(this.#program.machine.root);
    return this.#value;
  }

  /** For messages and titles. */
  get name(): string {
    return JSON.stringify(this.value);
  }

  /** Whether nothing follows by itself, and the states are in the order of rest. */
  get isCalm(): boolean {
    this.#isCalm ??= this.eventless === undefined && this.atRest === this;
    return this.#isCalm;
  }

  get atRest(): Configuration {
    this.#atRest ??= this.#sorted();
    return this.#atRest;
  }

  /** Undefined when nothing can be enabled without an event. */
  get eventless(): Answer | undefined {
    if (!this.#knowsEventless) {
      this.#eventless = eventlessOf(this.#program, this);
      this.#knowsEventless = true;
    }
    return this.#eventless;
  }

  answer(eventType: string): Answer {
    // Most configurations wait for one type of event.
    if (eventType !== this.#askedLast) {
      let found = this.#answers.get(eventType);
      if (found === undefined) {
        found = answerTo(this.#program, this, eventType);
        this.#answers.set(eventType, found);
      }
      this.#askedLast = eventType;
      this.#answerLast = found;
    }
    return this.#answerLast!;
  }

  /** A transition that may be enabled, ready to be taken by itself or with others. */
  branch(transition: Transition): Branch {
    let found = this.#branches.get(transition);
    if (found === undefined) {
      found = new Branch(this.#program, this, [transition]);
      this.#branches.set(transition, found);
    }
    return found;
  }

  /** Whether it is within a state value, or has the state of an id (`#id`). */
  matches(value: StateValue): boolean {
    return typeof value === 'string' && value[0] === '#'
      ? this.active.has(this.#program.machine.getStateNodeById(value) as Node)
      : matchesState(value, this.value);
  }

  /** The active states below one, as XState sees them. */
  childrenOf(node: Node): Node[] {
    return this.#all.filter(({ parent }) => parent === node);
  }

  /** Empties its tables: they are built anew when needed. */
  forget(): void {
    this.#answers.clear();
    this.#askedLast = undefined;
    this.#branches.clear();
    this.#knowsEventless = false;
    this.#isCalm = undefined;
    this.#atRest = undefined;
  }

  #sorted(): Configuration {
    if (!this.#isComplete) throw new Error(brokenConfiguration);
    return this.#program.configuration(sorted([...this.nodes]));
  }

  #valueOf(node: Node): StateValue {
    const children = this.childrenOf(node);
    const [first] = children;
    if (node.type === 'compound' && first !== undefined && isAtomic(first)) return first.key;
    return Object.fromEntries(children.map((child) => [child.key, this.#valueOf(child)]));
  }
}
