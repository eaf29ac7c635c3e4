/** Which mutants are meant: all, those of a kind, some by name, or a sample. */
import { Dice } from '../fuzz/dice.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';
import { type Group, mutations } from './mutants.js';
import type { Mutation, Operator } from './mutation.js';

/** What is left out chooses nothing. */
export interface Choice {
  readonly group?: Group;
  readonly operator?: Operator;
  /** By id. */
  readonly only?: readonly string[];
  /** So many of them, drawn by the seed. */
  readonly sample?: number;
  readonly seed: number;
}

/** The stream of the dice that draw a sample. */
const stream = 50;

/** What is chosen, in the order of documents. @throws InputError where that is nothing */
export function chosen({ group, operator, only, sample, seed }: Choice): Mutation[] {
  const ids = [...mutations().keys()];
  for (const id of only ?? []) {
    if (!ids.includes(id)) {
      throw new InputError(`--only: unknown mutant "${id}", ${expected(id, ids)}`);
    }
  }
  const all = [...mutations().values()].filter(
    (one) =>
      (group === undefined || one.group === group) &&
      (operator === undefined || one.operator === operator) &&
      (only === undefined || only.includes(one.id)),
  );
  if (all.length === 0) {
    throw new InputError(
      `--only: got "${only?.join(', ')}", expected mutants of the group and operator`,
    );
  }
  if (sample === undefined) return all;
  const drawn = new Set(new Dice(seed, stream).shuffled(all).slice(0, sample));
  return all.filter((one) => drawn.has(one));
}
