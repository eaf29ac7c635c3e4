/**
 * The full trace: everything the world did, for people and tools. It is off the hot path: a run is
 * repeated with a tracer when something was found. Objects given to a tracer are its own to keep.
 */
import type { EngineState } from './engine.js';
import type { Mail } from './kernel.js';
import type { NodeState, Running } from './node.js';
import type { Effect, Plain } from './vocabulary.js';
import type { World } from './world.js';

export type TraceEntry =
  | {
      readonly what: 'event';
      readonly at: number;
      readonly node: string;
      readonly machine: string;
      readonly key: number;
      readonly event: Readonly<Record<string, Plain>>;
      /** The machine's state value and context after the event. */
      readonly value: Plain;
      readonly context: Plain;
      readonly transitions: readonly string[];
    }
  | {
      readonly what: 'effect';
      readonly at: number;
      readonly node: string;
      readonly machine: string;
      readonly key: number;
      readonly effect: { readonly type: string; readonly params?: Plain };
    }
  | {
      readonly what: 'decision';
      readonly at: number;
      readonly label: number;
      readonly n: number;
      readonly answer: number;
    }
  | {
      readonly what: 'fault';
      readonly at: number;
      readonly fault: number;
      readonly move: string;
      readonly detail: Plain;
    };

/** Called for each entry as it happens. It must not touch the world. */
export type Tracer = (entry: TraceEntry) => void;

/** Tells the tracer of an event that a machine has just taken, and what became of it. */
export function traceEvent(world: World, node: NodeState, by: Running, mail?: Mail): void {
  const saved = world.chart(by.machine).save(world.running[by.slot] as EngineState);
  const { view: _, ...event } = (mail ?? { type: 'start' }) as Record<string, Plain>;
  world.config.tracer?.({
    what: 'event',
    at: world.now,
    node: node.name,
    machine: by.machine,
    key: by.key,
    event: structuredClone(event),
    value: saved.value,
    context: saved.context,
    transitions: world.step.microsteps.flatMap((step) => step.transitions),
  });
}

/** Tells the tracer of an effect that is about to be performed. */
export function traceEffect(world: World, node: NodeState, by: Running, effect: Effect): void {
  world.config.tracer?.({
    what: 'effect',
    at: world.now,
    node: node.name,
    machine: by.machine,
    key: by.key,
    effect: structuredClone(effect) as { type: string; params: Plain },
  });
}
