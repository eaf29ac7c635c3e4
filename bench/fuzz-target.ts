/**
 * What fuzzing costs beside the standard run: `node dist/bench/fuzz-target.js`. Scenarios are drawn and
 * mutated, run under their faults, healed and judged, and what they reach is counted, as a worker of
 * `switchover fuzz` does it; next to it, in turn, the standard run of the throughput bench, with
 * verdicts (`run()`) and without. Of simulated events a second and core, fuzzing is promised at least
 * 40 % of the former; exit code 1 when it is missed.
 */
import { subjectOf } from '../sim/fuzz/draw-scenario.js';
import { Fuzzer, type Task } from '../sim/fuzz/fuzz-run.js';
import { Generations } from '../sim/fuzz/generations.js';
import { run } from '../sim/run.js';
import { loadOf, switchover } from './rows.js';
import { runToEnd } from './simulation.js';
import { median, ratios, timeInTurn } from './timing.js';

const least = 0.4;
/** Runs of a sample of each. */
const fuzzRuns = 128;
const standardRuns = 8;

/** Runs as a campaign would plan them, mutants among them, and their events in all. */
function planned(fuzzer: Fuzzer): { readonly tasks: readonly Task[]; readonly events: number } {
  const generations = new Generations({ seed: 1, strategy: 'guided' });
  const tasks: Task[] = [];
  let events = 0;
  while (tasks.length < 2 * fuzzRuns) {
    for (const task of generations.next()) {
      const outcome = fuzzer.make(task);
      generations.take(outcome);
      tasks.push(task);
      if (tasks.length > fuzzRuns) events += outcome.events;
    }
  }
  return { tasks: tasks.slice(fuzzRuns), events };
}

const fuzzer = new Fuzzer(subjectOf('graceful'));
const fuzzed = planned(fuzzer);
const { runs } = loadOf(standardRuns);
const judgedEvents = runs.reduce((sum, { scenario }) => sum + run(scenario).events, 0);
const bareEvents = loadOf(standardRuns).events * standardRuns;

const one = { samples: 1 };
const rounds = await timeInTurn(
  [
    { name: 'fuzz', call: () => fuzzed.tasks.map((task) => fuzzer.make(task)), ...one },
    { name: 'judged', call: () => runs.map(({ scenario }) => run(scenario)), ...one },
    {
      name: 'bare',
      call: () => runs.map((prepared) => runToEnd(switchover.start(prepared))),
      ...one,
    },
  ],
  { rounds: 11, warmups: 4, progress: () => {}, signal: new AbortController().signal },
);

const events: Readonly<Record<string, number>> = {
  fuzz: fuzzed.events,
  judged: judgedEvents,
  bare: bareEvents,
};
const share = (of: string) => {
  const perEvent = events['fuzz']! / events[of]!;
  return median(ratios(rounds, of, 'fuzz')) * perEvent;
};
for (const name of ['fuzz', 'judged', 'bare']) {
  const ns = median(rounds[name]!) / events[name]!;
  console.log(`${name.padEnd(7)} ${Math.round(ns)} ns an event, ${Math.round(1e9 / ns)} a second`);
}
const found = share('judged');
const isMet = found >= least;
console.log(
  `fuzzing reaches ${found.toFixed(2)} of the standard run with verdicts, ${share('bare').toFixed(2)} of that without; ` +
    `${isMet ? 'as promised' : 'MISSED'}: at least ${least} of the former`,
);
process.exitCode = isMet ? 0 : 1;
