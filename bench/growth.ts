/** How the cost of an event grows with a run: more operations, slaves or clients. */
import { limit } from './limit/by-hand.js';
import { loadOf, switchover } from './rows.js';
import { runToEnd, type Simulator } from './simulation.js';
import type { Variation } from './standard-run.js';
import { timeOf } from './timing.js';

/** A size of the run, and what an event costs there. */
export interface Grown {
  readonly varied: keyof Variation;
  readonly value: number;
  /** Of all clients. */
  readonly operations: number;
  readonly events: number;
  readonly nsPerEvent: { readonly switchover: number; readonly limit: number };
}

const operations = [50, 200, 800, 5000];
const variations: readonly Variation[] = [
  ...operations.map((value) => ({ operations: value })),
  ...[1, 2, 5].map((slaves) => ({ slaves })),
  ...[4, 16, 64].map((clients) => ({ clients })),
];

/** @param signal ends it after a size */
export async function measureGrowth(
  progress: (done: number, of: number) => void,
  signal: AbortSignal,
): Promise<Grown[]> {
  const found: Grown[] = [];
  for (const variation of variations) {
    if (signal.aborted) break;
    found.push(await grownTo(variation));
    progress(found.length, variations.length);
  }
  return found;
}

async function grownTo(variation: Variation): Promise<Grown> {
  const seeds = (variation.operations ?? 0) > 1000 ? 1 : 3;
  const { runs, events } = loadOf(seeds, variation);
  const costOf = async ({ start }: Simulator, samples: number) => {
    let turn = 0;
    const call = () => runToEnd(start(runs[turn++ % runs.length]!));
    return (await timeOf(call, samples)) / events;
  };
  // The same time for each: fewer samples of longer runs.
  const samples = Math.max(3, Math.round(60_000 / events));
  const [varied] = Object.keys(variation) as [keyof Variation];
  const { clients = 4, operations: each = 50 } = variation;
  return {
    varied,
    value: variation[varied]!,
    operations: clients * each,
    events,
    nsPerEvent: {
      switchover: await costOf(switchover, samples),
      limit: await costOf(limit, 5 * samples),
    },
  };
}

/** The largest cost of an event over all numbers of operations, as a multiple of the first one's. */
export function flatness(grown: readonly Grown[]): number {
  const costs = grown
    .filter(({ varied }) => varied === 'operations')
    .map(({ nsPerEvent }) => nsPerEvent.switchover);
  return Math.max(...costs) / costs[0]!;
}
