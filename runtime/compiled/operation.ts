/** What a microstep does, as closures that can be written as code. */
import type { Code } from './code.js';
import type { Run } from './run.js';

/** Something that a microstep does, in its place among the others. */
export interface Operation {
  (run: Run): void;
  /** Writes the same as code that has `run`, `state`, `event`, `actions`, `context` at hand. */
  readonly code?: (code: Code) => void;
}

/** What an action does with the params of one use of it. */
export interface Behaviour {
  (run: Run, params: unknown): void;
  /** Writes the same as code, given an expression for the params. */
  readonly code?: (code: Code, params: string) => void;
}

export function writeOperation(code: Code, operation: Operation): void {
  if (operation.code !== undefined) operation.code(code);
  else code.line(`${code.held(operation, 'operation')}(run); context = state.context;`);
}

export function writeBehaviour(code: Code, behaviour: Behaviour, params: string): void {
  if (behaviour.code !== undefined) behaviour.code(code, params);
  else code.line(`${code.held(behaviour, 'behaviour')}(run, ${params}); context = state.context;`);
}

/** The arguments of XState's own actions, as an expression: see `Run.acting`. */
export const acting = '{ context, event, self: run.self, system: run.system, spawn: run.spawn }';
