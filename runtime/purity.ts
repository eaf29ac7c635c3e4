/**
 * What a machine may not contain, refused by name with the way out. A machine decides and asks for
 * effects; whatever would do something by itself (a function, a log line, an actor of XState's) is
 * refused when the machine is loaded. Only what an `enqueueActions` decides at run time can't be
 * seen then; the engine refuses it, in the same words, when it happens.
 */
import type { AnyStateMachine } from 'xstate';
import { namedTransitions, stateNodes } from './transition-names.js';
import { effectKinds } from './vocabulary.js';

const effects: ReadonlySet<string> = new Set(effectKinds);

/** XState's own actions that only compute: everything else of XState's acts on the outside. */
const computing: ReadonlySet<string> = new Set([
  'xstate.assign',
  'xstate.raise',
  'xstate.cancel',
  'xstate.enqueueActions',
]);

const waysOut: Readonly<Record<string, string>> = {
  invoke: "ask for the effects 'start' and 'stop'",
  'xstate.spawnChild': "ask for the effect 'start'",
  'xstate.stopChild': "ask for the effect 'stop'",
  'xstate.sendTo': "ask for the effect 'send' or 'tell', or raise the event",
  'xstate.emit': "ask for the effect 'note'",
  'xstate.log': "ask for the effect 'note'",
};

/** Why an action that is no effect is refused, and the way out. `''`: a function without a name. */
export function refusal(type: string): string {
  const way = waysOut[type];
  if (way !== undefined) return `'${type}' is refused: ${way}`;
  const what = type === '' ? 'an inline function' : `action '${type}'`;
  return `${what} is refused: machines are pure; ask for an effect`;
}

/** Which actions a machine may ask for, beside XState's own that only compute. */
export interface Customs {
  readonly accept: (type: string) => boolean;
  /** Why a construct is refused, with the way out. `''`: a function without a name. */
  readonly refusal: (construct: string) => string;
}

/** What machines of a world may ask for. */
export const effectsOnly: Customs = { accept: (type) => effects.has(type), refusal };

/** How timers are asked for. */
const timers: ReadonlySet<string> = new Set(['arm', 'disarm']);

/** What a machine by itself may ask for: any action that has a name of its own. */
export const anyAction: Customs = {
  accept: (type) => !timers.has(type),
  refusal: (construct) => {
    if (construct === '') return 'an inline function is refused: give the action a name';
    if (timers.has(construct)) return `action '${construct}' is refused: timers are asked for so`;
    return `'${construct}' is refused: run the machine with XState's createActor`;
  },
};

/**
 * Refuses whatever of a machine's definition is not pure.
 * @throws naming the machine, the construct, its place and the way out.
 */
export function checkPure(machine: AnyStateMachine, customs: Customs = effectsOnly): void {
  const refuse = (place: string, why: string) => {
    throw new Error(`machine '${machine.id}', ${place}: ${why}`);
  };
  const check = (place: string, actions: readonly unknown[]) => {
    for (const action of actions) {
      const why = impurity(machine, action, customs);
      if (why !== undefined) refuse(place, why);
    }
  };
  for (const node of stateNodes(machine)) {
    if (node.invoke.length > 0) refuse(`state '${node.id}'`, customs.refusal('invoke'));
    check(`entry of '${node.id}'`, node.entry);
    check(`exit of '${node.id}'`, node.exit);
    check(`initial transition of '${node.id}'`, node.initial.actions);
  }
  for (const [name, transition] of namedTransitions(machine)) {
    check(`transition '${name}'`, transition.actions);
  }
}

/** One of XState's own actions. */
interface Builtin {
  readonly type: string;
  readonly resolve: unknown;
  readonly delay?: unknown;
}

/** What is wrong with an action as written: a name, a name with params, or a function. */
function impurity(machine: AnyStateMachine, action: unknown, customs: Customs): string | undefined {
  const { actions, delays } = machine.implementations as {
    actions: Readonly<Record<string, unknown>>;
    delays: Readonly<Record<string, unknown>>;
  };
  const name = typeof action === 'function' ? undefined : actionName(action);
  const implementation = name === undefined ? action : actions[name];
  if (!isBuiltin(implementation)) {
    return name !== undefined && customs.accept(name) ? undefined : customs.refusal(name ?? '');
  }
  if (name !== undefined && customs === effectsOnly && effects.has(name)) {
    return `the effect '${name}' is implemented as '${implementation.type}': give it another name`;
  }
  if (!computing.has(implementation.type)) return customs.refusal(implementation.type);
  const delay = implementation.delay;
  // XState would raise the event at once.
  if (typeof delay === 'string' && !(delay in delays)) return `delay '${delay}' is not implemented`;
  return undefined;
}

function actionName(action: unknown): string {
  return typeof action === 'string' ? action : (action as { type: string }).type;
}

function isBuiltin(action: unknown): action is Builtin {
  return typeof action === 'function' && 'resolve' in action;
}
