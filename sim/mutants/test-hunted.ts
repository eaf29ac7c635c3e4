/** Fates of mutants for tests. */
import type { Hunted } from './hunt.js';
import type { Mutation } from './mutation.js';

/** A mutant that was killed. */
export const killed = (by: readonly string[], runs: number): Hunted['fate'] => ({
  end: 'killed',
  killer: 'fuzz',
  by,
  runs,
  text: `seed ${runs}: ${by.join(', ')}`,
});

/** A mutant that nobody has generated, and its fate. */
export function hunted(id: string, fate: Hunted['fate'], more: Partial<Mutation> = {}): Hunted {
  return {
    mutation: {
      id,
      group: 'takeover',
      machine: 'server',
      operator: 'remove',
      where: `server.${id}|served|0`,
      text: `server.${id} does otherwise`,
      ...more,
    },
    fate,
  };
}
