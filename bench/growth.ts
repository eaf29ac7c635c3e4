/** How the cost of an event grows with a run: more operations, slaves or clients. */
import { limit } from './limit/by-hand.js';
import { type Load, loadOf, switchover } from './rows.js';
import { runToEnd, type Simulator } from './simulation.js';
import type { Variation } from './standard-run.js';
import { median, type Timed, timeInTurn } from './timing.js';

/** A size of the run, and what an event costs there. */
export interface Grown {
  readonly varied: keyof Variation;
  readonly value: number;
  /** Of all clients. */
  readonly operations: number;
  readonly events: number;
  readonly nsPerEvent: { readonly switchover: number; readonly limit: number };
}

interface Size {
  readonly name: string;
  readonly variation: Variation;
  readonly load: Load;
}

const operations = [50, 200, 800, 5000];
const variations: readonly Variation[] = [
  ...operations.map((value) => ({ operations: value })),
  ...[1, 2, 5].map((slaves) => ({ slaves })),
  ...[4, 16, 64].map((clients) => ({ clients })),
];
const rounds = 3;
/** What a round takes of each size, about: fewer samples of longer runs. */
const eventsPerRound = 60_000;

/** @param signal ends it after a round */
export async function measureGrowth(
  progress: (done: number, of: number) => void,
  signal: AbortSignal,
): Promise<Grown[]> {
  const sizes = variations.map(sizeOf);
  const timed = sizes.flatMap((size) => [timedOf(size, switchover), timedOf(size, limit)]);
  const found = await timeInTurn(timed, { rounds, warmups: 1, progress, signal });
  return sizes.map(({ name, variation, load: { events } }) => {
    const costOf = (row: Simulator) => median(found[`${name} ${row.name}`]!) / events;
    const { clients = 4, operations: each = 50 } = variation;
    const varied = variedIn(variation);
    return {
      varied,
      value: variation[varied]!,
      operations: clients * each,
      events,
      nsPerEvent: { switchover: costOf(switchover), limit: costOf(limit) },
    };
  });
}

function variedIn(variation: Variation): keyof Variation {
  const [varied] = Object.keys(variation) as [keyof Variation];
  return varied;
}

function sizeOf(variation: Variation): Size {
  const varied = variedIn(variation);
  const seeds = (variation.operations ?? 0) > 1000 ? 1 : 3;
  return { name: `${varied} ${variation[varied]}`, variation, load: loadOf(seeds, variation) };
}

function timedOf({ name, load }: Size, row: Simulator): Timed {
  const { runs, events } = load;
  const samples = Math.max(1, Math.round(eventsPerRound / events));
  let turn = 0;
  return {
    name: `${name} ${row.name}`,
    call: () => runToEnd(row.start(runs[turn++ % runs.length]!)),
    samples: row === limit ? 5 * samples : samples,
  };
}

/** The largest cost of an event over all numbers of operations, as a multiple of the first one's. */
export function flatness(grown: readonly Grown[]): number {
  const costs = grown
    .filter(({ varied }) => varied === 'operations')
    .map(({ nsPerEvent }) => nsPerEvent.switchover);
  return Math.max(...costs) / costs[0]!;
}
