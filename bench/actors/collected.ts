/**
 * XState machines as actors whose effects are collected instead of done: each effect's action is
 * implemented by one that notes it down, and every event gets the view of the node that takes it
 * (XState's own `after` events have none).
 */
import type { AnyActorLogic, AnyStateMachine, EventObject } from 'xstate';
import {
  type EffectKind,
  type EffectParams,
  effectKinds,
  type View,
} from '../../runtime/vocabulary.js';
import type { Callback } from './event-clock.js';

/** What a step asked for: an effect, or a timer of XState's. */
export type Asked =
  | {
      [Kind in EffectKind]: { readonly type: Kind; readonly params: EffectParams[Kind] };
    }[EffectKind]
  | { readonly type: 'timer'; readonly delayMs: number; readonly callback: Callback };

/** Where the step that is made now notes what it asks for, and the view that it has. */
export const step: { asked: Asked[]; view: View } = {
  asked: [],
  view: { now: 0, wall: 0, latest: 0, applied: 0, durable: 0 },
};

const none = Object.freeze({});

const actions = Object.fromEntries(
  effectKinds.map((type) => [
    type,
    (_: unknown, params: never) => {
      step.asked.push({ type, params: params ?? none } as Asked);
    },
  ]),
);

const made = new WeakMap<AnyStateMachine, AnyActorLogic>();

/** The machine as logic for `createActor`; made once for each machine. */
export function collecting(machine: AnyStateMachine): AnyActorLogic {
  let logic = made.get(machine);
  if (logic === undefined) {
    logic = withView(machine.provide({ actions: actions as never }) as AnyStateMachine);
    made.set(machine, logic);
  }
  return logic;
}

function withView(machine: AnyStateMachine): AnyActorLogic {
  const transition: AnyActorLogic['transition'] = (snapshot, event: EventObject, scope) => {
    (event as EventObject & { view: View }).view = step.view;
    return machine.transition(snapshot, event, scope);
  };
  return Object.create(machine, { transition: { value: transition } }) as AnyActorLogic;
}
