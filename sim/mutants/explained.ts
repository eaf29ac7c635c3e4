/**
 * Mutants that survive and may: why nothing tells them from the original. An explanation is a claim
 * about the machine, made after reading it; a survivor without one is a question.
 */

interface Explanation {
  /** Why the mutant does what the original does, or what else would tell it. */
  readonly why: string;
  readonly ids: readonly string[];
}

const explanations: readonly Explanation[] = [
  {
    why: 'the gate is the same in both states, and nobody waits for one of them by name',
    ids: ['failover|assign.pause_write|0:retarget'],
  },
];

const byId: ReadonlyMap<string, string> = new Map(
  explanations.flatMap(({ why, ids }) => ids.map((id) => [id, why] as const)),
);

/** Every mutant that is explained. */
export const explainedIds: readonly string[] = explanations.flatMap(({ ids }) => ids);

/** Why a mutant may survive; undefined where nobody knows. */
export const explanationOf = (id: string): string | undefined => byId.get(id);
