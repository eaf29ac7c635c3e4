/**
 * The reference engine: a machine run by XState's own pure transition function.
 *
 * The public `transition()` builds an actor in every call, which costs several times the step
 * itself and counts actors globally. Here `machine.transition` is given one inert scope per chart,
 * made by hand: nothing in it runs an action, keeps a timer, or reads a clock or a die. It knows of
 * XState's insides, as read from 5.33.3 (the compiled engine knows the algorithm, and no more):
 *
 * 1. `transition` and `getInitialSnapshot` use of a scope only what `CollectingScope` has.
 * 2. Every action goes, resolved, through `actionExecutor`. A microstep replaces that property
 *    while it runs and puts it back at its end: so the end of a microstep is seen.
 * 3. `node.entry`, `node.exit` and `transition.actions` are read in every microstep, so a report
 *    can put probes at their heads: what they report is what XState did, in its own order.
 * 4. A snapshot lists its active nodes in `_nodes`, in the order in which they were last entered.
 *
 * (4) is state that no one sees: of two regions whose eventless transitions are enabled together,
 * the one that moved last comes last. Between steps this engine puts the nodes in document order,
 * as SCXML has them, so that a state is what `save` says and nothing else: a step is XState's step
 * from the state restored in that order, and two schedules that reach one configuration have the
 * same future.
 */
import type {
  AnyActorScope,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  ExecutableActionObject,
  StateValue,
} from 'xstate';
import { arming } from './arming.js';
import type { Chart, Engine, EngineState, Fired, SavedState, Step } from './engine.js';
import { inertActor, inertSystem } from './inert.js';
import { checkPure, refusal } from './purity.js';
import { brokenConfiguration, inDocumentOrder, isConfiguration } from './state-value.js';
import { maxIterationsDefault, noRest, stepError } from './step-error.js';
import { namedTransitions, stateNodes } from './transition-names.js';
import {
  type Effect,
  effectKinds,
  type MachineInput,
  type Plain,
  type View,
} from './vocabulary.js';

/** Runs machines through XState itself: slower than the compiled engine, and the measure of it. */
export const xstateEngine: Engine = {
  name: 'xstate',
  load: (machine) => new XstateChart(machine),
};

const effects: ReadonlySet<string> = new Set(effectKinds);
const noParams = Object.freeze({});

class XstateChart implements Chart {
  readonly stateIds: readonly string[];
  readonly transitionNames: readonly string[];
  readonly #machine: AnyStateMachine;
  readonly #nodes: ReadonlyMap<string, AnyStateNode>;
  readonly #scope: CollectingScope;
  readonly #probes: Probes;

  constructor(machine: AnyStateMachine) {
    checkPure(machine);
    // A machine of our own: its options and action lists are changed below.
    this.#machine = machine.provide({}) as AnyStateMachine;
    this.#machine.options = { maxIterations: maxIterationsDefault, ...machine.config.options };
    this.#nodes = new Map(stateNodes(this.#machine).map((node) => [node.id, node]));
    this.stateIds = [...this.#nodes.keys()];
    this.transitionNames = [...namedTransitions(this.#machine).keys()];
    this.#scope = new CollectingScope(this.#machine);
    this.#probes = new Probes(this.#machine);
  }

  start(input: MachineInput, step: Step): EngineState {
    this.#begin(step);
    try {
      return settled(this.#machine.getInitialSnapshot(this.#scope.forXstate, input));
    } catch (error) {
      throw this.#failure('at its start', error);
    }
  }

  take(state: EngineState, event: { type: string; view: View }, step: Step): EngineState {
    const before = state as unknown as AnyMachineSnapshot;
    this.#begin(step);
    if (before.status !== 'active') return state;
    try {
      const after = this.#machine.transition(before, event, this.#scope.forXstate);
      return after === before ? state : settled(after, before);
    } catch (error) {
      const where = `state ${JSON.stringify(before.value)}, event '${event.type}'`;
      throw this.#failure(where, error);
    }
  }

  done(state: EngineState): boolean {
    return (state as unknown as AnyMachineSnapshot).status === 'done';
  }

  save(state: EngineState): SavedState {
    const snapshot = state as unknown as AnyMachineSnapshot;
    const history = Object.entries<AnyStateNode[]>(snapshot.historyValue).map(
      ([id, nodes]) => [id, nodes.toSorted(inDocument).map((node) => node.id)] as const,
    );
    history.sort(([one], [other]) => inDocument(this.#node(one), this.#node(other)));
    try {
      return {
        value: inDocumentOrder(this.#machine.root, snapshot.value) as Plain,
        context: structuredClone(snapshot.context),
        status: snapshot.status as SavedState['status'],
        history: Object.fromEntries(history),
      };
    } catch (error) {
      throw this.#failure('saved: its context is not plain data', error);
    }
  }

  load(saved: SavedState): EngineState {
    try {
      const history = Object.entries(saved.history).map(
        ([id, ids]) => [id, ids.map((nodeId) => this.#node(nodeId))] as const,
      );
      const snapshot = this.#machine.resolveState({
        value: inDocumentOrder(this.#machine.root, saved.value as StateValue),
        context: structuredClone(saved.context),
        status: saved.status,
        historyValue: Object.fromEntries(history),
      });
      return settled(snapshot);
    } catch (error) {
      throw this.#failure('loaded', error);
    }
  }

  #node(id: string): AnyStateNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`it has no state '${id}'`);
    return node;
  }

  #begin(step: Step): void {
    step.actions.length = 0;
    step.microsteps.length = 0;
    this.#probes.switch(step.report);
    this.#scope.begin(step);
  }

  #failure(where: string, error: unknown): Error {
    const loops = error instanceof Error && error.message.startsWith('Infinite loop detected');
    if (!loops) return stepError(this.#machine.id, where, error);
    const { maxIterations = maxIterationsDefault } = this.#machine.options;
    return stepError(this.#machine.id, where, new Error(noRest(maxIterations), { cause: error }));
  }
}

/** A snapshot as this engine keeps it; a thrown guard or assignment may have become its status. */
function settled(snapshot: AnyMachineSnapshot, before?: AnyMachineSnapshot): EngineState {
  if (snapshot.status !== 'active' && snapshot.status !== 'done') {
    throw snapshot.error ?? new Error(`its status became '${snapshot.status}'`);
  }
  const { _nodes } = snapshot;
  if (_nodes !== before?._nodes) {
    if (!isConfiguration(_nodes)) throw new Error(brokenConfiguration);
    putInDocumentOrder(_nodes);
  }
  return snapshot as unknown as EngineState;
}

function inDocument(one: AnyStateNode, other: AnyStateNode): number {
  return one.order - other.order;
}

/** In place: a list that is out of order was made in this step and is in no other snapshot. */
function putInDocumentOrder(nodes: AnyStateNode[]): void {
  for (let i = 1; i < nodes.length; i++) {
    if (nodes[i - 1]!.order > nodes[i]!.order) {
      nodes.sort(inDocument);
      return;
    }
  }
}

// ---------------------------------------------------------------------------------------------
// The scope

type Executor = (action: ExecutableActionObject) => void;

/** What XState's transition is given as its actor: it collects actions and does nothing else. */
class CollectingScope {
  readonly id: string;
  readonly sessionId: string;
  readonly self: object;
  readonly system: object;
  readonly logger = unreachable;
  readonly defer = unreachable;
  readonly emit = unreachable;
  readonly stopChild = unreachable;
  readonly #implementations: Readonly<Record<string, unknown>>;
  readonly #collect: Executor = (action) => this.#add(action);
  #executor: Executor = this.#collect;
  #step: Step = { actions: [], microsteps: [], report: false };
  #begin = 0;
  #marks: Marks = newMarks();

  constructor(machine: AnyStateMachine) {
    this.id = machine.id;
    this.sessionId = machine.id;
    this.system = inertSystem();
    this.self = inertActor(machine.id, this.system);
    this.#implementations = machine.implementations.actions as Record<string, unknown>;
  }

  get forXstate(): AnyActorScope {
    return this as unknown as AnyActorScope;
  }

  get actionExecutor(): Executor {
    return this.#executor;
  }

  /** Called by a microstep as it begins (with a wrapper) and as it ends (with our own again). */
  set actionExecutor(executor: Executor) {
    this.#executor = executor;
    if (executor === this.#collect && this.#step.report) this.#endMicrostep();
  }

  begin(step: Step): void {
    this.#step = step;
    this.#begin = 0;
    if (step.report) this.#marks = newMarks();
  }

  #add(action: ExecutableActionObject): void {
    const { type, params } = action;
    if (effects.has(type)) {
      // A function of that name, enqueued as it is, is not the effect of that name.
      if (this.#isInline(action)) throw new Error(refusal(''));
      this.#step.actions.push({ type, params: params ?? noParams } as Effect);
    } else if (type === 'xstate.raise') {
      const { event, id, delay } = params as Raised;
      if (typeof delay === 'number') this.#step.actions.push(arming(event, id, delay));
    } else if (type === 'xstate.cancel') {
      this.#step.actions.push({ type: 'disarm', id: (params as { sendId: string }).sendId });
    } else if (type === probeType) {
      this.#mark(params as Probe);
    } else {
      throw new Error(refusal(this.#isInline(action) ? '' : type));
    }
  }

  #isInline({ type, exec }: ExecutableActionObject): boolean {
    return (
      exec !== undefined && exec !== this.#implementations[type] && !type.startsWith('xstate.')
    );
  }

  #mark(probe: Probe): void {
    // A machine that is done runs the exit actions of the states it rests in, but is still there.
    if (probe.list === 'left' && this.#marks.entered.length > 0) return;
    this.#marks[probe.list].push(probe.name);
  }

  #endMicrostep(): void {
    const { transitions, left, entered } = this.#marks;
    if (transitions.length === 0) transitions.push('init');
    const end = this.#step.actions.length;
    this.#step.microsteps.push({ transitions, left, entered, begin: this.#begin, end });
    this.#begin = end;
    this.#marks = newMarks();
  }
}

interface Raised {
  readonly event: Fired;
  readonly id: string | undefined;
  readonly delay: number | undefined;
}

/** Only an action that is executed would get here, and none is. */
function unreachable(): never {
  throw new Error('an action was executed: machines are pure');
}

// ---------------------------------------------------------------------------------------------
// The report

const probeType = 'switchover.probe';

/** An action that reports where it stands. */
interface Probe {
  readonly list: keyof Marks;
  readonly name: string;
}

interface Marks {
  readonly transitions: string[];
  readonly left: string[];
  readonly entered: string[];
}

function newMarks(): Marks {
  return { transitions: [], left: [], entered: [] };
}

/** Probes at the head of every action list of a machine, put in and taken out together. */
class Probes {
  readonly #lists: ((on: boolean) => void)[] = [];
  #on = false;

  constructor(machine: AnyStateMachine) {
    const head = (list: Probe['list'], name: string) => ({
      type: probeType,
      params: { list, name } satisfies Probe,
    });
    for (const node of stateNodes(machine)) {
      const { entry, exit } = node;
      const probedEntry = [head('entered', node.id), ...entry];
      const probedExit = [head('left', node.id), ...exit];
      this.#lists.push((on) => {
        node.entry = on ? probedEntry : entry;
        node.exit = on ? probedExit : exit;
      });
    }
    for (const [name, transition] of namedTransitions(machine)) {
      const { actions } = transition;
      const probed = [head('transitions', name), ...actions];
      this.#lists.push((on) => {
        transition.actions = on ? probed : actions;
      });
    }
  }

  switch(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    for (const list of this.#lists) list(on);
  }
}
