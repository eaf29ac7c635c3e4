/** Parts of the server's chart that canaries change, and what they have in common to change them. */
import type { AnyStateMachine } from 'xstate';
import { mutant, type StateConfig } from '../../mutant.js';
import { server } from '../server.js';
import type { Args } from '../setup.js';

/** The server with one of its states written otherwise. */
export const serverWith = (
  path: readonly string[],
  change: (state: StateConfig) => StateConfig,
): AnyStateMachine => mutant(server, path, change);

/** The server with some of its named guards otherwise. */
export const serverGuarded = (
  guards: Readonly<Record<string, (args: Args) => boolean>>,
): AnyStateMachine => server.provide({ guards: guards as never });

/** An order to write a record, with some of its fields, or these fields otherwise. */
export const recordOf = (
  order: StateConfig,
  fields: (whole: Readonly<Record<string, never>>, args: Args) => Readonly<Record<string, unknown>>,
): StateConfig => ({
  ...order,
  params: (args: Args) => {
    const params = order['params'](args);
    return { ...params, fields: fields(params.fields, args) };
  },
});
