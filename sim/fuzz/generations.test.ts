/** What a campaign runs next: the same for one worker or many, and guided by what was reached. */
import { describe, expect, it } from 'vitest';
import type { Outcome, Task } from './fuzz-run.js';
import { Generations, generationSize, type Strategy } from './generations.js';

const counts = { completed: 0, aborted: 0, inDoubt: 0, writesInFlight: 0, bites: {} };

/** An outcome that has reached some numbers. */
function outcome(task: Task, reached: readonly number[]): Outcome {
  const nothing = { digest: '', events: 1, virtualUs: 1, violations: [], undecided: [], counts };
  return { ...task, ...nothing, reached };
}

/** Every seventh run reaches something of its own. */
const reachedBy = ({ index }: Task) => (index % 7 === 0 ? [1, index + 10] : [1]);

/** Plans and takes some generations, with as many under way as may be. */
function campaign(generations: Generations, count: number): Task[] {
  const tasks: Task[] = [];
  const open: Task[] = [];
  while (tasks.length < count * generationSize) {
    while (generations.isReady) open.push(...generations.next());
    for (const task of open.splice(0, generationSize)) {
      generations.take(outcome(task, reachedBy(task)));
      tasks.push(task);
    }
  }
  return tasks;
}

describe('generations', () => {
  it('should draw every run from a seed of its own, one after another', () => {
    const tasks = campaign(new Generations({ seed: 100, strategy: 'swarm' }), 3);
    expect(tasks.map(({ index }) => index)).toEqual(tasks.map((_, at) => at));
    expect(tasks.map(({ recipe }) => recipe)).toEqual(
      tasks.map((_, at) => ({ seed: 100 + at, draw: 'swarm', mutations: [] })),
    );
  });

  it('should mutate what reached something new, from the third generation on', () => {
    const tasks = campaign(new Generations({ seed: 100, strategy: 'guided' }), 6);
    const isMutant = ({ recipe }: Task) => recipe.mutations.length > 0;
    expect(tasks.slice(0, 2 * generationSize).some(isMutant)).toBe(false);
    const later = tasks.slice(2 * generationSize);
    const mutants = later.filter(isMutant);
    expect(mutants.length / later.length).toBeGreaterThan(0.35);
    expect(mutants.length / later.length).toBeLessThan(0.65);
    const recipes = new Map(tasks.map((task) => [JSON.stringify(task.recipe), task]));
    for (const { index, recipe } of mutants) {
      const { mutations } = recipe;
      expect(mutations.at(-1)).toBe(100 + index);
      const parent = recipes.get(JSON.stringify({ ...recipe, mutations: mutations.slice(0, -1) }))!;
      expect(parent.index % 7).toBe(0);
      // Two generations back at least: the one before was still under way.
      expect(Math.floor(parent.index / generationSize)).toBeLessThanOrEqual(
        Math.floor(index / generationSize) - 2,
      );
    }
  });

  it('should draw by chance, by priorities, or both in turn, as its strategy says', () => {
    const drawn = (strategy: Strategy) =>
      campaign(new Generations({ seed: 100, strategy }), 6).map(({ recipe }) => recipe);
    expect(new Set(drawn('swarm').map(({ draw }) => draw))).toEqual(new Set(['swarm']));
    expect(new Set(drawn('pct').map(({ draw }) => draw))).toEqual(new Set(['pct']));
    expect(drawn('pct').some(({ mutations }) => mutations.length > 0)).toBe(false);
    const portfolio = drawn('portfolio');
    for (const draw of ['swarm', 'pct']) {
      const own = portfolio.filter((recipe) => recipe.draw === draw);
      expect(own.some(({ mutations }) => mutations.length === 0)).toBe(true);
      expect(own.some(({ mutations }) => mutations.length > 0)).toBe(true);
    }
  });

  it('should plan the same whether the next generation is asked for early or late', () => {
    const early = campaign(new Generations({ seed: 7, strategy: 'guided' }), 5);
    const generations = new Generations({ seed: 7, strategy: 'guided' });
    const late: Task[] = [];
    while (late.length < early.length) {
      for (const task of generations.next()) {
        generations.take(outcome(task, reachedBy(task)));
        late.push(task);
      }
    }
    expect(late).toEqual(early);
  });

  it('should say what is new, and refuse an outcome out of turn', () => {
    const generations = new Generations({ seed: 1, strategy: 'guided' });
    const [first, second, third] = generations.next() as [Task, Task, Task];
    expect(generations.take(outcome(first, [5, -3]))).toBe(true);
    expect(generations.take(outcome(second, [-3]))).toBe(false);
    expect([...generations.reached].sort()).toEqual([-3, 5]);
    const ahead = { ...third, index: third.index + 1 };
    expect(() => generations.take(outcome(ahead, []))).toThrow('outcome of run 3, expected 2');
  });
});
