/** The benchmarks as a command: `npm run bench -- [name...]`. */
import { Argument, Command } from 'commander';
import { Exit, integer } from '../sim/commands/arguments.js';
import { failureOf } from '../sim/commands/failure.js';
import { interruption, Progress } from '../sim/commands/terminal.js';
import { runSuites, suites } from './suites.js';
import { measureThroughput, type Throughput } from './throughput.js';
import { throughputText } from './throughput-report.js';

/** Measured behind the throughput: what it is made of. */
const parts = ['engine', 'queue', 'links', 'digest', 'decisions'];
const known = ['throughput', ...Object.keys(suites)];

interface Options {
  readonly json: boolean;
  readonly rounds: number;
}

async function act(names: readonly string[], { json, rounds }: Options): Promise<void> {
  const asked = names.length > 0 ? names : known;
  const isThroughput = asked.includes('throughput');
  const throughput = isThroughput ? await throughputIn(rounds) : undefined;
  if (throughput !== undefined && !json) console.log(`${throughputText(throughput)}\n`);
  const wanted = known.filter(
    (name) => name in suites && (asked.includes(name) || (isThroughput && parts.includes(name))),
  );
  const micro = await runSuites(wanted, json);
  if (json) console.log(JSON.stringify({ ...throughput, micro }));
  if (throughput?.ratios.limit === null) process.exitCode = Exit.undecided;
}

async function throughputIn(rounds: number): Promise<Throughput> {
  const lines = new Map<string, Progress>();
  const progress = (what: string, done: number, of: number) => {
    const line = lines.get(what) ?? new Progress(`throughput, ${what}:`);
    lines.set(what, line);
    if (done < of) line.show(done, of);
    else line.end();
  };
  return measureThroughput({ rounds, progress, signal: interruption() });
}

const program = new Command('npm run bench --')
  .description('What it costs: whole runs against peers and the limit, and what they are made of.')
  .addArgument(new Argument('[names...]', 'which, all if none').choices(known))
  .option('--json', 'print one object', false)
  .option('--rounds <integer>', 'rounds of the throughput', integer(1, 1000), 11)
  .exitOverride()
  .action(act);

try {
  await program.parseAsync();
} catch (error) {
  const { lines, exit } = failureOf(error, Boolean(process.env['DEBUG']));
  for (const line of lines) console.error(line);
  process.exitCode = exit;
}
