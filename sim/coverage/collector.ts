/** Collects what runs cover. */
import type { Program, Protocol } from '../../machines/protocol.js';
import type { RunOptions } from '../run.js';
import { type Covered, nameOf } from './covered.js';
import { instrumented } from './instrumented.js';
import { type Item, inventoryOf, type Sight, sights } from './inventory.js';

/** What a run is told so that a collector hears of it. */
export type Listening = Required<Pick<RunOptions, 'machines' | 'coverage'>>;

/**
 * Hears of every transition that runs of one protocol take, and of every answer of a guard.
 *
 * @example
 * const collector = new Collector(protocolNamed('graceful'));
 * run(scenario, collector.listening);
 * collector.covered; // ['call.asking|closed|0 taken', ...]
 */
export class Collector {
  /** Options of a run that it hears of. */
  readonly listening: Listening;
  private readonly items: readonly Item[];
  /** By machine and transition: a place in `seen`. */
  private readonly places = new Map<string, Map<string, number>>();
  private readonly seen: Uint8Array;

  constructor(protocol: Pick<Protocol, 'programs'>) {
    this.items = inventoryOf(protocol);
    this.seen = new Uint8Array(this.items.length);
    for (const [place, { machine, transition }] of this.items.entries()) {
      const of = this.places.get(machine) ?? new Map<string, number>();
      this.places.set(machine, of.set(transition, place));
    }
    const machines = Object.entries(protocol.programs).map(([name, program]) => {
      const machine = instrumented(program.machine, (transition, passed) =>
        this.see(name, transition, passed ? 'passed' : 'failed'),
      );
      return [name, { ...program, machine }] as const;
    });
    this.listening = {
      machines: Object.fromEntries(machines) as Readonly<Record<string, Program>>,
      coverage: (machine, transition) => this.see(machine, transition, 'taken'),
    };
  }

  /** What all runs so far have covered. */
  get covered(): Covered {
    return this.items
      .flatMap((item, place) =>
        sights
          .filter((_, bit) => ((this.seen[place] as number) & (1 << bit)) !== 0)
          .map((sight) => nameOf(item, sight)),
      )
      .sort();
  }

  /** Begins anew. */
  forget(): void {
    this.seen.fill(0);
  }

  private see(machine: string, transition: string, sight: Sight): void {
    // The initial transition has no name of its own.
    const place = this.places.get(machine)?.get(transition);
    if (place !== undefined) this.seen[place]! |= 1 << sights.indexOf(sight);
  }
}

/**
 * What some runs of a protocol cover.
 * @param drive makes them: the options are for `run`, and a world of one's own takes them as its
 * `machines` and `coverage`
 */
export function coveredBy(
  protocol: Pick<Protocol, 'programs'>,
  drive: (listening: Listening) => void,
): Covered {
  const collector = new Collector(protocol);
  drive(collector.listening);
  return collector.covered;
}
