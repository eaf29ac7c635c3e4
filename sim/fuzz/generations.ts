/**
 * What a campaign runs next, and what it has learnt. Runs come in generations of fixed size; outcomes
 * are taken in the order of runs, whoever made them first, and a generation is planned from what all
 * but the one before it have reached: while one is being finished the next is under way, and still the
 * plan is the same for one worker or many.
 *
 * `swarm`: every run is drawn from a seed of its own. `pct`: so is every run, by priorities. `guided`:
 * every other run, once something was reached, is a mutant of one that reached something new.
 * `portfolio`: guided, and what is not a mutant is drawn by chance and by priorities in turn.
 */
import { Dice } from './dice.js';
import type { Outcome, Task } from './fuzz-run.js';
import type { Recipe } from './recipe.js';

/** Runs of a generation. */
export const generationSize = 32;

/** The stream of the dice that choose what is mutated. */
const stream = 30;

/** So many of the latest parents are preferred. */
const recent = 100;

/** How a campaign's runs are made. */
export const strategies = ['guided', 'swarm', 'pct', 'portfolio'] as const;
export type Strategy = (typeof strategies)[number];

export interface Plan {
  /** Of the first run; the run after it is drawn from the next one. */
  readonly seed: number;
  readonly strategy: Strategy;
}

export class Generations {
  /** What all outcomes taken so far have reached. */
  readonly reached: Set<number> = new Set();
  private readonly plan: Plan;
  private readonly parents: Recipe[] = [];
  /** How many parents there were when each generation had been taken. */
  private readonly parentsAfter: number[] = [];
  private planned = 0;
  private taken = 0;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  /** How many runs were taken. */
  get runs(): number {
    return this.taken;
  }

  /** Whether the next generation can be planned: all but the one before it have been taken. */
  get isReady(): boolean {
    return this.planned - 2 < this.parentsAfter.length;
  }

  /** The runs of the next generation. */
  next(): Task[] {
    const generation = this.planned++;
    const parents = this.parents.slice(0, this.parentsAfter[generation - 2] ?? 0);
    return Array.from({ length: generationSize }, (_, at) => {
      const index = generation * generationSize + at;
      return { index, recipe: this.recipeOf(index, parents) };
    });
  }

  /** Takes the outcome of the run behind the last one taken. @returns whether it reached anything new */
  take({ index, recipe, reached }: Outcome): boolean {
    if (index !== this.taken) throw new Error(`outcome of run ${index}, expected ${this.taken}`);
    this.taken++;
    let isNew = false;
    for (const one of reached) {
      if (this.reached.has(one)) continue;
      this.reached.add(one);
      isNew = true;
    }
    if (isNew) this.parents.push(recipe);
    if (this.taken % generationSize === 0) this.parentsAfter.push(this.parents.length);
    return isNew;
  }

  private recipeOf(index: number, parents: readonly Recipe[]): Recipe {
    const seed = this.plan.seed + index;
    const { strategy } = this.plan;
    const isByPriorities = strategy === 'pct' || (strategy === 'portfolio' && seed % 2 === 1);
    const fresh: Recipe = { seed, draw: isByPriorities ? 'pct' : 'swarm', mutations: [] };
    if (strategy === 'swarm' || strategy === 'pct' || parents.length === 0) return fresh;
    const dice = new Dice(seed, stream);
    if (dice.chance(1, 2)) return fresh;
    const parent = dice.pick(dice.chance(1, 2) ? parents.slice(-recent) : parents);
    return { ...parent, mutations: [...parent.mutations, seed] };
  }
}
