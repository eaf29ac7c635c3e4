/**
 * A machine turned into tables: its transitions by number, its actions and guards as closures that
 * can be written as code, and its configurations, which are added as they are reached.
 */
import type { AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import type { Customs } from '../purity.js';
import { stepError } from '../step-error.js';
import { namedTransitions, stateNodes } from '../transition-names.js';
import type { Actions } from './actions.js';
import type { Algorithm } from './algorithm.js';
import { Configuration } from './configuration.js';
import type { Guard, Guards } from './guards.js';
import { History } from './history.js';
import { type Arrow, initialNodes, type Node } from './nodes.js';
import type { Operation } from './operation.js';
import { type Plan, planOf } from './plan.js';
import type { Run } from './run.js';
import { Shapes } from './shape.js';

/** What programs are made of, so that a test can put a broken part in. */
export interface Parts {
  readonly Algorithm: new () => Algorithm;
  readonly Guards: new (machine: AnyStateMachine) => Guards;
  readonly Actions: new (...given: ConstructorParameters<typeof Actions>) => Actions;
  readonly Run: new (program: Program) => Run;
  /** So many configurations are kept; beyond, all tables are built anew. */
  readonly configurationsMax: number;
  /** Code is made of a table entry that has been met so many times. */
  readonly codeAfter: number;
}

/** A transition, ready to be taken. */
export interface Transition extends Arrow {
  /** In document order. */
  readonly index: number;
  readonly name: string;
  readonly guard: Guard | undefined;
  /** As it is written, for messages. */
  readonly guardName: string | undefined;
  readonly operations: readonly Operation[];
}

/** So many functions are made at most: of what is met beyond, all goes by tables. */
const codesMax = 5_000;

export class Program {
  readonly machine: AnyStateMachine;
  readonly nodes: readonly Node[];
  readonly transitions: readonly Transition[];
  readonly algorithm: Algorithm;
  readonly actions: Actions;
  readonly codeAfter: number;
  /** By the order of a node, and so the others. */
  readonly entry: readonly (readonly Operation[])[];
  readonly exit: readonly (readonly Operation[])[];
  readonly initial: readonly (readonly Operation[])[];
  readonly noHistory: History = History.empty();
  readonly shapes: Shapes = new Shapes();
  /** Before anything is entered: XState has the root active then. */
  readonly unentered: Configuration;
  readonly #byDefinition: Map<AnyTransitionDefinition, Transition> = new Map();
  readonly #candidates: Map<string, readonly Transition[]>[];
  readonly #configurations: Map<string, Configuration> = new Map();
  readonly #configurationsMax: number;
  #codesLeft: number = codesMax;

  constructor(machine: AnyStateMachine, parts: Parts, customs: Customs) {
    this.machine = machine;
    this.algorithm = new parts.Algorithm();
    this.codeAfter = parts.codeAfter;
    this.#configurationsMax = parts.configurationsMax;
    const guards = new parts.Guards(machine);
    this.actions = new parts.Actions(machine, guards, customs, this.shapes);
    this.nodes = stateNodes(machine);
    this.#candidates = this.nodes.map(() => new Map());
    this.entry = this.nodes.map((node) => this.actions.compile(node.entry));
    this.exit = this.nodes.map((node) => this.actions.compile(node.exit));
    this.initial = this.nodes.map((node) => this.actions.compile(node.initial.actions));
    this.transitions = [...namedTransitions(machine)].map(([name, definition], index) => {
      const transition = this.#transition(name, index, definition, guards);
      this.#byDefinition.set(definition, transition);
      return transition;
    });
    this.unentered = new Configuration(this, [machine.root]);
  }

  /** The microstep that starts a machine. */
  initialPlan(): Plan {
    const { root } = this.machine;
    const arrow = { source: root, target: initialNodes(root), reenter: true };
    const transition = { ...arrow, index: -1, name: 'init', guardName: undefined, operations: [] };
    const taken = [{ ...transition, guard: undefined }];
    return planOf(this, { from: this.unentered, enabled: taken, isInitial: true }).plan;
  }

  /** A state's own transitions for a type of event, in the order in which they are asked. */
  candidates(node: Node, eventType: string): readonly Transition[] {
    const known = this.#candidates[node.order]!;
    let found = known.get(eventType);
    if (found === undefined) {
      found = this.#compiled(this.algorithm.candidates(node, eventType));
      known.set(eventType, found);
    }
    return found;
  }

  /** A state's own eventless transitions. */
  eventless(node: Node): readonly Transition[] {
    return this.#compiled(this.algorithm.eventless(node));
  }

  /** The one object for active states in an order. */
  configuration(nodes: readonly Node[]): Configuration {
    const key = nodes.map(({ order }) => order).join();
    let found = this.#configurations.get(key);
    if (found === undefined) {
      if (this.#configurations.size >= this.#configurationsMax) this.#forget();
      found = new Configuration(this, nodes);
      this.#configurations.set(key, found);
    }
    return found;
  }

  /** Those that are in use stay, with empty tables. */
  #forget(): void {
    for (const configuration of this.#configurations.values()) configuration.forget();
    this.#configurations.clear();
    this.noHistory.forget();
    this.#codesLeft = codesMax;
  }

  /** Whether one more function may be made. */
  mayMakeCode(): boolean {
    return this.#codesLeft-- > 0;
  }

  #compiled(definitions: readonly AnyTransitionDefinition[]): Transition[] {
    return definitions.map((definition) => this.#byDefinition.get(definition) as Transition);
  }

  #transition(
    name: string,
    index: number,
    { source, target, reenter, guard, actions }: AnyTransitionDefinition,
    guards: Guards,
  ): Transition {
    const written = guard as string | { type?: string } | undefined;
    return {
      index,
      name,
      source,
      target,
      reenter,
      guard: written === undefined ? undefined : this.#guard(name, written, guards),
      guardName: typeof written === 'object' ? written.type : nameOf(written),
      operations: this.actions.compile(actions),
    };
  }

  #guard(transition: string, written: unknown, guards: Guards): Guard {
    try {
      return guards.compile(written);
    } catch (error) {
      throw stepError(this.machine.id, `transition '${transition}'`, error);
    }
  }
}

function nameOf(written: unknown): string | undefined {
  return typeof written === 'string' ? written : undefined;
}
