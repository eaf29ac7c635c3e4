/**
 * What a whole world costs: ten thousand events of it, from its construction on. Divide: the time
 * of one iteration by 10,000 is the time of an event.
 */
import { bench, group, summary } from 'mitata';
import type { WorldConfig } from '../runtime/config.js';
import { everyFaultWorld } from '../runtime/fixtures/every-fault.js';
import { counterWorld, pingWorld } from '../runtime/fixtures/worlds.js';
import { seededOracle } from '../runtime/seeded.js';
import { World } from '../runtime/world.js';

const maxEvents = 10_000;

/** Registers the benchmarks. */
export default function suite(): void {
  group(`world: ${maxEvents} events`, () => {
    summary(() => {
      const rounds = maxEvents;
      bench('ping-pong, two nodes', () => eventsOf(pingWorld(seededOracle(1), { rounds })));
      bench('a counter, five nodes', () => eventsOf(counter()));
      bench('every fault, fourteen nodes', () =>
        eventsOf(everyFaultWorld(1, { events: maxEvents })),
      ).baseline(true);
      bench('every fault, traced', () =>
        eventsOf(everyFaultWorld(1, { events: maxEvents, tracer: () => {} })),
      );
    });
  });
}

/** Three clients that call until the events are used up. */
function counter(): WorldConfig {
  const { scripts = [], ...world } = counterWorld(seededOracle(1));
  return {
    ...world,
    scripts: scripts.map((script, nth) => ({
      ...script,
      thinkUs: [0],
      items: Array.from({ length: 1_000 }, (_, index) => ({
        id: 10_000 * nth + index + 1,
        call: { type: 'add' },
        atUs: 0,
      })),
    })),
  };
}

function eventsOf(config: WorldConfig): number {
  const world = new World(config);
  world.run({ maxEvents });
  if (world.state.events < maxEvents) throw new Error(`only ${world.state.events} events`);
  return world.state.events;
}
