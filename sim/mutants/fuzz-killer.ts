/**
 * Kills by fuzzing: a campaign that ends with the first run that goes wrong and need not. A protocol
 * under which nothing ever succeeds goes wrong in no run, and is told by that.
 */
import type { Search } from '../fuzz/detect.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { Fuzzer, type Outcome } from '../fuzz/fuzz-run.js';
import { Generations } from '../fuzz/generations.js';
import { scenarioOf } from '../fuzz/recipe.js';
import { counts, violationsOf } from '../fuzz/violation.js';
import { protocolNamed } from '../protocols.js';
import { runResolved } from '../run.js';
import type { Scenario } from '../scenario.js';
import type { Kill, Killer } from './killer.js';
import { original } from './mutants.js';

/** A run that takes more events has no end: several times as many as any run of the original. */
export const eventsMax = 400_000;

/** By then attempts of the original have succeeded, many times. */
export const vacuousAfter = 40;

/**
 * @param search runs at most, their seeds, and how they are drawn
 * @param holding the protocol that a run which kills must not refute too
 */
export const fuzzKiller = (search: Search, holding: string = original.name): Killer => ({
  name: 'fuzz',
  kill: (protocolName) => killed(protocolName, holding, search),
});

function killed(protocolName: string, holding: string, search: Search): Kill | null {
  const subject = { ...subjectOf(protocolName), eventsMax };
  const fuzzer = new Fuzzer(subject);
  const generations = new Generations(search);
  let completed = 0;
  while (generations.runs < search.runs) {
    for (const task of generations.next()) {
      if (generations.runs === search.runs) break;
      const outcome = fuzzer.make(task);
      generations.take(outcome);
      completed += outcome.counts.completed;
      const { runs } = generations;
      const wrong = wrongWith(outcome);
      if (wrong !== null && !failsAnyway(scenarioOf(task.recipe, subject), holding)) {
        return { ...wrong, runs };
      }
      if (runs === vacuousAfter && completed === 0) {
        return { by: ['vacuity'], text: `no attempt succeeded in ${runs} runs`, runs };
      }
    }
  }
  return null;
}

/** What is wrong with a run, if anything. */
function wrongWith({
  recipe: { seed },
  defect,
  events,
  violations,
}: Outcome): Omit<Kill, 'runs'> | null {
  const of = `seed ${seed}`;
  if (defect !== undefined) return { by: ['defect'], text: `${of}: ${defect}` };
  if (events >= eventsMax) return { by: ['no end'], text: `${of}: ${events} events` };
  const found = violations.filter(counts);
  if (found.length === 0) return null;
  return {
    by: [...new Set(found.map(({ checker }) => checker))],
    text: `${of}: ${found.map(({ checker, kind }) => `${checker} (${kind})`).join(', ')}`,
  };
}

/** Whether another protocol goes wrong in the same scenario: then it tells nothing of the mutant. */
function failsAnyway(drawn: Scenario, name: string): boolean {
  const scenario = { ...drawn, protocol: { ...drawn.protocol, name } };
  const { verdicts, events } = runResolved(scenario);
  const violations = violationsOf(protocolNamed(name), scenario, verdicts);
  return events >= eventsMax || violations.some(counts);
}
