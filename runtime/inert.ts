/**
 * What a machine gets for XState's `self`, `system` and `spawn`: objects that refuse by name, with
 * the way out, whatever would act on the outside. Both engines hand out the same.
 */

/** Why a spawned actor is refused. */
export const spawnRefusal = "'spawn' is refused: ask for the effect 'start'";

/** A system without actors: an actor that is to be spawned asks it for an id first. */
export function inertSystem(): object {
  return {
    _sendInspectionEvent: () => {},
    _bookId: () => {
      throw new Error(spawnRefusal);
    },
    get: () => {
      throw new Error(`'system' is refused: ask for the effect 'tell'`);
    },
  };
}

/** A machine as its own actor, which can be named and nothing else. */
export function inertActor(id: string, system: object): object {
  const refuse = () => {
    throw new Error(`'self' is refused: raise an event, or ask for an effect`);
  };
  const methods = { send: refuse, getSnapshot: refuse, subscribe: refuse, on: refuse };
  // A parent, so that `sendParent` gets as far as the executor, which refuses it by name.
  return { id, sessionId: id, system, _parent: {}, ...methods };
}
