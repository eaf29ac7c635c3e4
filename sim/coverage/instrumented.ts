/**
 * A machine that reports how its guards answer. The machine itself stays as it is, so nobody pays who
 * does not ask; the copy is an ordinary machine, so every engine runs it and reports the same.
 */
import { type AnyStateMachine, type AnyStateNode, and, createMachine, or } from 'xstate';

/** Told how the guard of a transition answered, by the transition's name, each time it is asked. */
export type GuardListener = (transition: string, passed: boolean) => void;

/** A part of a config as it is written: whatever XState takes. */
// biome-ignore lint/suspicious/noExplicitAny: as `StateConfig` of mutants.
type Written = any;

/**
 * The same machine, whose every guarded transition tells how its guard answers. Names of states and
 * transitions stay, and so does what the machine does: a digest is the same. What an `enqueueActions`
 * checks is no guard of a transition, and is not told.
 */
export function instrumented(machine: AnyStateMachine, heard: GuardListener): AnyStateMachine {
  const config = stateOf(machine.root, heard);
  return createMachine(
    config as never,
    machine.implementations as never,
  ) as unknown as AnyStateMachine;
}

function stateOf({ id, config, states }: AnyStateNode, heard: GuardListener): Written {
  const { on, after, always, onDone, ...rest } = config as Written;
  const named = (place: string, given: Written) => transitionsOf(`${id}|${place}`, given, heard);
  return {
    ...rest,
    ...(config.states !== undefined && {
      states: mapped(config.states, (_, name) => stateOf(states[name] as AnyStateNode, heard)),
    }),
    ...(on !== undefined && { on: mapped(on, (given, event) => named(event, given)) }),
    ...(after !== undefined && {
      after: mapped(after, (given, delay) => named(`xstate.after.${delay}.${id}`, given)),
    }),
    ...(always !== undefined && { always: named('always', always) }),
    ...(onDone !== undefined && { onDone: named(`xstate.done.state.${id}`, onDone) }),
  };
}

function mapped(parts: object, of: (part: Written, name: string) => Written): Written {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, of(part, name)]));
}

function transitionsOf(place: string, given: Written, heard: GuardListener): Written {
  return Array.isArray(given)
    ? given.map((one, index) => transitionOf(`${place}|${index}`, one, heard))
    : transitionOf(`${place}|0`, given, heard);
}

function transitionOf(name: string, given: Written, heard: GuardListener): Written {
  if (typeof given !== 'object' || given === null || given.guard === undefined) return given;
  return { ...given, guard: telling(given.guard, name, heard) };
}

/**
 * XState's own `or` and `and` ask their parts in order and stop as soon as the answer is known: so
 * whatever a guard is (a name, one with params, a function, made of others) is asked once, by the
 * engine itself, and exactly one of the two listeners after it.
 */
function telling(guard: Written, name: string, heard: GuardListener): Written {
  const passed = () => {
    heard(name, true);
    return true;
  };
  const failed = () => {
    heard(name, false);
    return false;
  };
  return or([and([guard, passed]), failed]);
}
