/** What a canary of `graceful` is: the protocol itself, but for one machine that lacks one rule. */
import type { AnyStateMachine } from 'xstate';
import type { Canary, Protocol } from '../../protocol.js';
import { serverFields } from '../context.js';
import { graceful } from '../index.js';

/** A protocol that is a mutant. */
export type CanaryProtocol = Protocol & { readonly canary: Canary };

/**
 * `graceful` with another server.
 * @param name what it is called behind `graceful-`: the rule in small letters, then the breach
 */
export function canaryOf(
  name: string,
  { rule, breaks }: Pick<Canary, 'rule' | 'breaks'>,
  server: AnyStateMachine,
): CanaryProtocol {
  return {
    ...graceful,
    name: `graceful-${name}`,
    summary: `graceful without ${rule}: ${breaks}`,
    source: 'Switchover; a mutant of graceful, made to be caught',
    programs: { ...graceful.programs, server: { machine: server, fields: serverFields } },
    claims: [],
    canary: { of: graceful.name, rule, breaks },
  };
}
