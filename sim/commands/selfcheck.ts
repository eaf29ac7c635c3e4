/** `switchover selfcheck`: does the simulator do the same thing twice? */
import type { Command } from 'commander';
import { formatTime } from '../../runtime/duration.js';
import { type SelfCheck, selfCheck } from '../selfcheck.js';
import { Exit, integer } from './arguments.js';
import { examples } from './help.js';
import { interruption, Progress } from './terminal.js';

interface Options {
  readonly seed: number;
  readonly events: number;
  readonly json: boolean;
}

/** Adds the command to the program. */
export function registerSelfCheck(program: Command): void {
  const command = program
    .command('selfcheck')
    .description('run a world of every fault by both engines and compare all that they do')
    .option('--seed <integer>', 'seed of the runs', integer(0), 1)
    .option('--events <integer>', 'how many events to compare', integer(1), 100_000)
    .option('--json', 'print the result as JSON', false)
    .action(act);
  examples(command, [
    ['switchover selfcheck', 'are two runs of one world the same?'],
    ['switchover selfcheck --seed 7 --events 20000 --json', 'another world, shorter, as JSON'],
  ]);
}

async function act({ seed, events, json }: Options): Promise<void> {
  const line = new Progress('selfcheck: events compared');
  const progress = (done: number) => line.show(done, events);
  const result = await selfCheck({ seed, events, progress, signal: interruption() });
  line.end();
  const node = process.version;
  console.log(json ? JSON.stringify({ ...result, node }) : report(result, node));
  if (result.divergence !== null) process.exitCode = Exit.defect;
  else if (result.events < events) process.exitCode = Exit.undecided;
}

function report(result: SelfCheck, node: string): string {
  const { seed, wanted, events, timeUs, digest, engine, against, faults, divergence } = result;
  const kinds = Object.entries(faults).map(([kind, times]) => `${kind} ${times}`);
  const lines = [
    ['seed', `${seed}`],
    ['events', `${events} in ${formatTime(timeUs).trim()} of simulated time`],
    ['faults', kinds.sort().join(', ')],
    ['engines', `${engine} and ${against}`],
    ['node', node],
    ['digest', digest],
  ].map(([name, value]) => `${name!.padEnd(8)}${value}`);
  if (divergence !== null) {
    const again = `switchover selfcheck --seed ${seed} --events ${wanted}`;
    return [...lines, divergence, again].join('\n');
  }
  const end =
    events < wanted ? `ended early, equal for ${events} of ${wanted} events` : 'the runs are equal';
  return [...lines, end].join('\n');
}
