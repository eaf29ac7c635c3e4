/**
 * Bytes that a run allocates, by heap growth: in a process of its own whose young generation is so
 * large that nothing is collected within a run, `heapUsed` before and after each of several runs.
 * Of their growths the median counts; a run in which the heap shrank was collected in, and is left
 * out. Not counted is what lies outside the heap: the few kilobytes of typed arrays.
 *
 * As a process: `node --expose-gc --min-semi-space-size=256 ... allocation.js <row>`.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadOf, rows } from './rows.js';
import { runToEnd, type Simulator } from './simulation.js';
import { median } from './timing.js';

const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
const file = fileURLToPath(import.meta.url);

/** Bytes per event that a row allocates. @throws when the process fails */
export async function bytesPerEvent(row: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file, row]);
  return JSON.parse(stdout) as number;
}

/** Median growth of the heap over a run. */
function growthOf({ start }: Simulator, runs: number, warmups: number): number {
  const load = loadOf(4);
  const growths: number[] = [];
  for (let run = -warmups; run < runs; run++) {
    if (run % 5 === 0) globalThis.gc!();
    const prepared = load.runs[(run + warmups) % load.runs.length]!;
    const before = process.memoryUsage().heapUsed;
    runToEnd(start(prepared));
    const growth = process.memoryUsage().heapUsed - before;
    if (run >= 0 && growth > 0) growths.push(growth);
  }
  return median(growths) / load.events;
}

if (process.argv[1] === file) {
  const found = rows.find(({ simulator }) => simulator.name === process.argv[2]);
  if (found === undefined) throw new Error(`no row '${process.argv[2]}'`);
  const { simulator } = found;
  const isFast = simulator.name === 'limit';
  console.log(JSON.stringify(growthOf(simulator, isFast ? 100 : 20, isFast ? 400 : 40)));
}
