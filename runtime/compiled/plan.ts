/** A microstep from a configuration by given transitions, with all that can be known beforehand. */
import type { Fired } from '../engine.js';

import type { Configuration } from './configuration.js';
import type { History, Recorded } from './history.js';
import { type Node, sorted } from './nodes.js';
import type { Operation } from './operation.js';
import type { Program, Transition } from './program.js';
import type { Run } from './run.js';

export interface Plan {
  /** Everything that is done, in order. */
  readonly operations: readonly Operation[];
  /** Where it leads; undefined when the same states are active and history stays. */
  readonly next: Configuration | undefined;
  readonly recorded: Recorded;
  /** Whether the root reaches its end. */
  readonly isDone: boolean;
  /** For the report: names of the transitions taken, ids of the states left and entered. */
  readonly transitions: readonly string[];
  readonly left: readonly string[];
  readonly entered: readonly string[];
}

interface Asked {
  readonly from: Configuration;
  readonly enabled: readonly Transition[];
  readonly history?: History;
  /** At the start the root is active and yet not left. */
  readonly isInitial?: boolean;
}

/** Builds it. `usesHistory`: with another history it may be another. */
export function planOf(
  program: Program,
  { from, enabled, history = program.noHistory, isInitial = false }: Asked,
): { plan: Plan; usesHistory: boolean } {
  const { algorithm } = program;
  let usesHistory = false;
  const recall = (id: string) => {
    usesHistory = true;
    return history.nodes.get(id);
  };
  const taken = algorithm.withoutConflicts(enabled, from.active, recall);
  const left = isInitial ? [] : algorithm.exitSet(taken, from.active, recall);
  const recorded = algorithm.recorded(left, from.active);
  const anew = new Map(recorded);
  const { entered, byDefault } = algorithm.entrySet(taken, (id) => anew.get(id) ?? recall(id));
  const entry = new Entry(program, from.active, left);
  for (const node of entered) entry.enter(node, byDefault.has(node));
  const operations = algorithm.inOrder({
    left: left.flatMap((node) => program.exit[node.order]!),
    taken: taken.flatMap((transition) => transition.operations),
    entered: entry.operations,
  });
  const isSame = recorded.length === 0 && isEqual(from.active, entry.active);
  const plan: Plan = {
    operations: entry.isDone ? [...operations, ...entry.exitAll()] : operations,
    next: isSame ? undefined : program.configuration([...entry.active]),
    recorded,
    isDone: entry.isDone,
    transitions: taken.map(({ name }) => name),
    left: left.map(({ id }) => id),
    entered: entered.map(({ id }) => id),
  };
  return { plan, usesHistory };
}

function isEqual(one: ReadonlySet<Node>, other: ReadonlySet<Node>): boolean {
  if (one.size !== other.size) return false;
  for (const node of one) if (!other.has(node)) return false;
  return true;
}

/** The states as they are entered one by one, and what that does. */
class Entry {
  readonly active: Set<Node>;
  readonly operations: Operation[] = [];
  isDone = false;
  readonly #program: Program;
  /** Parallel states that have reached their end in this microstep. */
  readonly #ended: Set<Node> = new Set();

  constructor(program: Program, active: ReadonlySet<Node>, left: readonly Node[]) {
    this.#program = program;
    this.active = new Set(active);
    for (const node of left) this.active.delete(node);
  }

  enter(node: Node, isByDefault: boolean): void {
    this.active.add(node);
    this.operations.push(...this.#program.entry[node.order]!);
    if (isByDefault) this.operations.push(...this.#program.initial[node.order]!);
    if (node.type === 'final') this.#end(node);
  }

  /** What a machine that is done does for good measure. */
  exitAll(): Operation[] {
    const { exit } = this.#program;
    return sorted([...this.active], 'last first').flatMap((node) => exit[node.order]!);
  }

  /** A final state is reached: its parent is done, and parallel states above may be. */
  #end(node: Node): void {
    const { algorithm, machine } = this.#program;
    const parent: Node | undefined = node.parent;
    if (parent?.type === 'compound') this.operations.push(raiseDone(parent, node));
    let above: Node | undefined = parent?.type === 'parallel' ? parent : parent?.parent;
    let last = above ?? node;
    while (
      above?.type === 'parallel' &&
      !this.#ended.has(above) &&
      algorithm.isAtEnd(above, this.active)
    ) {
      this.#ended.add(above);
      this.operations.push(raiseDone(above, undefined));
      last = above;
      above = above.parent;
    }
    if (above !== undefined) return;
    this.isDone = true;
    this.operations.push(finish(machine.root, last));
  }
}

/** Tells a state that it has reached its end, with the output of its final state. */
function raiseDone(parent: Node, final: Node | undefined): Operation {
  return (run) => {
    run.queue.push(doneEvent(parent, final === undefined ? undefined : outputOf(final, run)));
  };
}

/** The root's output, made from the event that tells of its last part. */
function finish(root: Node, last: Node): Operation {
  return (run) => {
    if (root.output === undefined) return;
    const output = last.parent === undefined ? undefined : outputOf(last, run);
    run.state.output = outputOf(root, run, doneEvent(last, output));
  };
}

function doneEvent({ id }: Node, output: unknown): Fired & { readonly output: unknown } {
  return { type: `xstate.done.state.${id}`, output };
}

function outputOf({ output }: Node, run: Run, event: Fired = run.event): unknown {
  if (typeof output !== 'function') return output;
  run.lend();
  return output({ context: run.state.context, event, self: run.self as never });
}
