/**
 * The compiled engine against the reference engine on every machine that comes with Switchover: in
 * the worlds that they are made for, step by step and by digest, and on walks over what these worlds
 * gave them, in any order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { CompiledMachine, soundParts } from '../runtime/compiled/compile.js';
import { compiledEngine } from '../runtime/compiled/compiled-engine.js';
import { Met, walkBoth } from '../runtime/compiled/test-equality.js';
import { Given, pairedEngine } from '../runtime/compiled/test-paired.js';
import type { WorldConfig } from '../runtime/config.js';
import type { Engine } from '../runtime/engine.js';
import { everyFaultWorld } from '../runtime/fixtures/every-fault.js';
import { commitWorld } from '../runtime/fixtures/worlds.js';
import { effectsOnly } from '../runtime/purity.js';
import { seededOracle } from '../runtime/seeded.js';
import { World } from '../runtime/world.js';
import { xstateEngine } from '../runtime/xstate-engine.js';
import { worldOf } from './cluster.js';
import { protocols } from './protocols.js';
import { parseScenario } from './scenario.js';
import { scenarioNamed } from './scenarios/index.js';

type Configured = (engine: Engine) => WorldConfig;

/** The attempt is at 0.5 s and takes its sample for 2.5 s; the load comes with the switch. */
const workload = { clients: 3, operations: 60, startUs: 2_900_000 };

function scenarioWorld(protocol: string, name: string, seed: number): Configured {
  const given = { ...scenarioNamed(name), protocol: { name: protocol }, workload, seed };
  return (engine) => ({ ...worldOf(parseScenario(given)), engine });
}

const scenarioWorlds = protocols.flatMap(({ name: protocol }) =>
  (
    [
      ['default', 1],
      ['default', 2],
      ['lost-takeover-reply', 3],
      ['slow-slave', 1],
      ['master-crash', 4],
      ['slave-power-loss', 5],
      ['partition', 6],
    ] as const
  ).map(
    ([name, seed]) =>
      [`${protocol}, ${name}, seed ${seed}`, scenarioWorld(protocol, name, seed)] as const,
  ),
);

/** A slave that was away for longer than its master keeps its log. */
const fullSyncWorld: Configured = (engine) => {
  const away = { id: 1, kind: 'crash', node: 'n3', at: { timeUs: 2_880_000 }, durationUs: 900_000 };
  const cluster = { nodes: { retain: 20 } };
  const scenario = parseScenario({ workload, cluster, faults: [away], operator: [] });
  return { ...worldOf(scenario), engine };
};

const worlds: readonly (readonly [string, Configured])[] = [
  ['every fault', (engine) => everyFaultWorld(1, { events: 12_000, engine })],
  ['commits', (engine) => commitWorld(seededOracle(1), { engine })],
  ['a full sync', fullSyncWorld],
  ...scenarioWorlds,
];

function runWorld(configured: Configured, engine: Engine): World {
  const world = new World(configured(engine));
  world.run({ untilUs: 8_000_000, maxEvents: 15_000 });
  world.heal();
  world.run({ untilUs: 12_000_000, maxEvents: 20_000 });
  return world;
}

const given = new Given();
const digests = new Map<string, string>();

describe('in one world', () => {
  it.each(worlds)('every step of both engines is one step: %s', (name, configured) => {
    const world = runWorld(configured, pairedEngine(given));
    expect(world.state.events).toBeGreaterThan(200);
    digests.set(name, world.digest);
  });

  it('every machine of every protocol was started', () => {
    const started = new Set([...given.inputs.keys()].map(({ id }) => id));
    const shipped = protocols.flatMap(({ programs }) =>
      Object.values(programs).map(({ machine }) => machine.id),
    );
    expect(shipped.filter((id) => !started.has(id))).toEqual([]);
    expect(given.steps).toBeGreaterThan(50_000);
  });
});

describe('in worlds of their own', () => {
  it.each(worlds)('both engines give one digest: %s', (name, configured) => {
    const { digest } = runWorld(configured, compiledEngine);
    expect(digest).toBe(digests.get(name));
    expect(runWorld(configured, xstateEngine).digest).toBe(digest);
  });
});

describe('on walks over what worlds gave', () => {
  const picks = fc.array(fc.nat(0xffff), { maxLength: 120, size: 'max' });
  const met = new Met();

  it('every machine is the same under both engines, in any order of events', () => {
    for (const machine of given.inputs.keys()) {
      const reference = xstateEngine.load(machine);
      const tested = new CompiledMachine(machine, effectsOnly, soundParts);
      fc.assert(
        fc.property(picks, (numbers) => {
          const drawn = drawnWalk(machine, numbers);
          walkBoth(
            { machine, reference, tested, isChecked: numbers.length % 8 === 0, ...drawn },
            met,
          );
        }),
        { seed: 1, numRuns: 60 },
      );
    }
  });

  it('met much', () => {
    const { steps, microsteps, checked, loaded, timers, failed } = met;
    expect(steps).toBeGreaterThan(15_000);
    expect(microsteps / steps).toBeGreaterThan(0.3);
    expect(checked).toBeGreaterThan(1_000);
    expect(loaded).toBeGreaterThan(1_000);
    expect(timers).toBeGreaterThan(1_000);
    expect(failed / steps).toBeLessThan(0.02);
  });

  /** Events that a world gave to a machine, and timers that it has armed. */
  function drawnWalk(machine: AnyStateMachine, numbers: readonly number[]) {
    const byType = [...(given.events.get(machine)?.values() ?? [])];
    const inputs = given.inputs.get(machine)!;
    let at = 0;
    const draw = (n: number) => (numbers[at++] ?? 0) % n;
    return {
      input: inputs[draw(inputs.length)]!,
      steps: Math.floor(numbers.length / 3),
      isLoaded: (step: number) => step % 7 === 6,
      next: (armed: readonly { type: string }[]) => {
        const isTimer = armed.length > 0 && draw(4) === 3;
        if (isTimer || byType.length === 0) {
          return { type: 'unheard', ...armed[draw(Math.max(1, armed.length))] };
        }
        const events = byType[draw(byType.length)]!;
        return structuredClone(events[draw(events.length)]!);
      },
    };
  }
});
