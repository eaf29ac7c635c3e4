/**
 * A machine's chart as JSON: the config that XState was given, in its own order and words, with
 * names in place of functions. `createMachine` takes it again, given implementations of the names.
 *
 * A name stays as it is. A function that has none gets a stand-in, unique in the machine and the
 * same until its place changes:
 *
 * | function | stand-in |
 * | --- | --- |
 * | guard made of names | `(inline) not odd` |
 * | other guard | `(inline) <transition>` |
 * | action | `(inline) <place>` |
 * | action of XState's | `(inline assign) <place>`, with what is known of it as params |
 * | params, output, meta | `(computed)` |
 *
 * A transition is called as in coverage, `source|descriptor|index`; the place of an action is its
 * transition or state, the list and the index in it. Left out are the context's initializer, for it
 * belongs to a run, and `types`, which the compiler alone reads.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { guardText, inline, isUnnamed } from './guard-text.js';
import { type Json, plain } from './plain.js';

/** A config of XState's without functions. */
export type ChartJson = { readonly [name: string]: Json };

/**
 * @returns the config, as `createMachine` takes it
 * @throws naming the state when it has a part that JSON can't say, as `invoke`
 */
export function chartJson(machine: AnyStateMachine): ChartJson {
  return stateJson(machine.root);
}

function stateJson(node: AnyStateNode): ChartJson {
  const parts = Object.entries(node.config as Readonly<Record<string, unknown>>).flatMap(
    ([name, value]): [string, Json][] => {
      const json = value === undefined ? undefined : partJson(node, name, value);
      return json === undefined ? [] : [[name, json]];
    },
  );
  return Object.fromEntries(parts);
}

/** One part of a state's config; undefined when it is left out. */
function partJson(node: AnyStateNode, name: string, value: unknown): Json | undefined {
  const { id } = node;
  switch (name) {
    case 'states':
      return mapped(node.states, (_, child) => stateJson(child as AnyStateNode));
    case 'on':
      return mapped(value as object, (event, given) => transitions(`${id}|${event}`, given));
    case 'after':
      return mapped(value as object, (delay, given) =>
        transitions(`${id}|xstate.after.${delay}.${id}`, given),
      );
    case 'onDone':
      return transitions(`${id}|xstate.done.state.${id}`, value);
    case 'always':
      return transitions(`${id}|always`, value);
    case 'initial':
      return transition(`${id}|initial`, value);
    case 'entry':
    case 'exit':
      return actions(`${id}|${name}`, value);
    case 'context':
      return typeof value === 'function' ? undefined : plain(value);
    case 'types':
      return undefined;
    case 'invoke':
    case 'route':
      throw new Error(`state '${id}': '${name}' can't be written as JSON`);
    default:
      return plain(value);
  }
}

function mapped(parts: object, json: (name: string, part: unknown) => Json): ChartJson {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, json(name, part)]));
}

/** One as one, several as several. */
function each(value: unknown, json: (one: unknown, index: number) => Json): Json {
  return Array.isArray(value) ? value.map(json) : json(value, 0);
}

function transitions(place: string, value: unknown): Json {
  return each(value, (one, index) => transition(`${place}|${index}`, one));
}

function transition(place: string, value: unknown): Json {
  // A descriptor without a transition forbids the event; JSON would drop it.
  if (value === undefined) return {};
  if (typeof value === 'string') return value;
  const parts = Object.entries(value as object).filter(([, part]) => part !== undefined);
  return mapped(Object.fromEntries(parts), (name, part) => {
    if (name === 'guard') return guard(place, part);
    return name === 'actions' ? actions(`${place}|actions`, part) : plain(part);
  });
}

function guard(place: string, value: unknown): Json {
  if (typeof value !== 'function') return plain(value);
  return `${inline} ${isUnnamed(value) ? place : guardText(value)}`;
}

function actions(place: string, value: unknown): Json {
  return each(value, (one, index) => action(`${place}|${index}`, one));
}

/** What XState's own actions keep of what they were given. */
interface Builtin {
  readonly type?: string;
  readonly assignment?: unknown;
  readonly event?: unknown;
  readonly id?: unknown;
  readonly delay?: unknown;
  readonly sendId?: unknown;
}

function action(place: string, value: unknown): Json {
  if (typeof value !== 'function') return plain(value);
  const { type, assignment, event, id, delay, sendId } = value as Builtin;
  if (type === undefined) return `${inline} ${place}`;
  const assigns = typeof assignment === 'object' ? Object.keys(assignment as object) : undefined;
  const params = plain({ assigns, event, id, delay, sendId });
  const name = `(inline ${type.replace('xstate.', '')}) ${place}`;
  return Object.keys(params as object).length === 0 ? name : { type: name, params };
}
