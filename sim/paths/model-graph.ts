/**
 * A test model as a graph: every state that its events lead to, and every event in each. Made by
 * `@xstate/test`, which is known to this file alone.
 */
import { createTestModel } from '@xstate/test';
import type { AnyMachineSnapshot, EventObject } from 'xstate';
import type { Observation, TestModel } from '../../machines/test-model.js';

export interface ModelState {
  /** Its place among the states, in the order in which they are discovered; 0 is the first. */
  readonly at: number;
  /** Names of its innermost states, and of its context what is not the first value. */
  readonly name: string;
  /** What holds in it, of all its states. */
  readonly observe: Observation;
  readonly context: unknown;
}

export interface ModelEdge {
  /** Its place among the edges. */
  readonly at: number;
  readonly from: number;
  readonly event: string;
  readonly to: number;
}

export interface ModelGraph {
  readonly states: readonly ModelState[];
  readonly edges: readonly ModelEdge[];
  /** The edges that leave each state. */
  readonly leaving: readonly (readonly ModelEdge[])[];
  /** To each state, a shortest way: the edges in order. */
  readonly shortest: readonly (readonly ModelEdge[])[];
}

type Snapshot = AnyMachineSnapshot;

const graphs = new WeakMap<TestModel, ModelGraph>();

/** The graph of a model; made once. @throws RangeError naming an event without deeds, or the reverse */
export function graphOf(model: TestModel): ModelGraph {
  let graph = graphs.get(model);
  if (graph === undefined) {
    graph = explored(model);
    graphs.set(model, graph);
  }
  return graph;
}

/** What tells states apart. A transition that only acts leads to another one when the context moves. */
const keyOf = ({ value, context }: Snapshot): string => JSON.stringify([value, context]);

function explored(model: TestModel): ModelGraph {
  const events = Object.keys(model.deeds).map((type): EventObject => ({ type }));
  const paths = createTestModel(model.machine, {
    events: events as never,
    serializeState: (state) => keyOf(state as Snapshot),
  });
  const list = paths.getAdjacencyList() as unknown as {
    state: Snapshot;
    event: EventObject;
    nextState: Snapshot;
  }[];
  const first = list[0]?.state.context ?? {};
  const numbers = new Map<string, number>();
  const states: ModelState[] = [];
  const numberOf = (snapshot: Snapshot): number => {
    const key = keyOf(snapshot);
    let at = numbers.get(key);
    if (at === undefined) {
      at = states.length;
      numbers.set(key, at);
      const name = nameOf(snapshot, first);
      states.push({ at, name, observe: observed(snapshot), context: snapshot.context });
    }
    return at;
  };
  const edges: ModelEdge[] = [];
  for (const { state, event, nextState } of list) {
    const from = numberOf(state);
    const to = numberOf(nextState);
    // An event that a state does not take leads nowhere.
    if (!state.can(event)) continue;
    edges.push({ at: edges.length, from, event: event.type, to });
  }
  check(model, edges);
  const leaving = states.map(({ at }) => edges.filter(({ from }) => from === at));
  return { states, edges, leaving, shortest: shortestOf(states.length, leaving) };
}

/** Breadth first, as `@xstate/test` finds them too: its own paths leave out those within others. */
function shortestOf(count: number, leaving: readonly (readonly ModelEdge[])[]): ModelEdge[][] {
  const ways: (ModelEdge[] | undefined)[] = [[]];
  const queue = [0];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const edge of leaving[next]!) {
      if (ways[edge.to] !== undefined) continue;
      ways[edge.to] = [...ways[next]!, edge];
      queue.push(edge.to);
    }
  }
  return Array.from({ length: count }, (_, at) => ways[at] ?? []);
}

function check(model: TestModel, edges: readonly ModelEdge[]): void {
  const taken = new Set(edges.map(({ event }) => event));
  const known = new Set(Object.keys(model.deeds));
  for (const event of model.machine.events as readonly string[]) {
    if (known.has(event)) continue;
    throw new RangeError(`model '${model.name}': nothing is said to be done for event '${event}'`);
  }
  for (const event of known) {
    if (taken.has(event)) continue;
    throw new RangeError(`model '${model.name}': no state takes event '${event}'`);
  }
}

function nameOf({ value, context }: Snapshot, first: Record<string, unknown>): string {
  const changed = Object.entries(context as Record<string, unknown>).filter(
    ([field, now]) => JSON.stringify(now) !== JSON.stringify(first[field]),
  );
  const more = changed.map(([field, now]) => `${field} ${String(now)}`);
  return [leaves(value).join(' + '), ...more].join(', ');
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) => {
    const within = leaves(inner);
    return within.length === 0 ? [name] : within;
  });
}

function observed(snapshot: Snapshot): Observation {
  const all = Object.values(snapshot.getMeta() as Record<string, { observe?: Observation }>);
  const merged = new Map<string, Map<string, unknown>>();
  for (const { observe = {} } of all) {
    for (const [kind, nodes] of Object.entries(observe)) {
      const of = merged.get(kind) ?? new Map<string, unknown>();
      merged.set(kind, of);
      for (const [node, what] of Object.entries(nodes as Record<string, unknown>)) {
        const known = of.get(node);
        const facts = typeof what === 'object' && typeof known === 'object';
        of.set(node, facts ? { ...(known as object), ...(what as object) } : what);
      }
    }
  }
  return Object.fromEntries([...merged].map(([kind, of]) => [kind, Object.fromEntries(of)]));
}
