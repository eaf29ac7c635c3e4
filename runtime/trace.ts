/**
 * The full trace: everything the world did, for people and tools. It is off the hot path: a run is
 * repeated with a tracer when something was found. Objects given to a tracer are its own to keep.
 */
import type { EngineState } from './engine.js';
import { type Mail, nodesOfLink, Purpose } from './kernel.js';
import type { NodeState, Running } from './node.js';
import type { Decision } from './oracle.js';
import type { Effect, Plain } from './vocabulary.js';
import type { World } from './world.js';

/** What a decision is made for. */
export type PurposeName = keyof typeof Purpose;

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
      readonly purpose: PurposeName;
      /** The node that it is about, or both of a link, from and to; none for `next`. */
      readonly nodes: readonly string[];
      /** An operation, attempt or offset of these nodes; for `next` the time. */
      readonly subject: number;
      /** How often the same was asked before. */
      readonly nth: number;
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

const purposeNames = new Map<number, PurposeName>(
  Object.entries(Purpose).map(([name, number]) => [number, name as PurposeName]),
);
const aboutLinks: ReadonlySet<number> = new Set([Purpose.latency, Purpose.connect, Purpose.rule]);

/** Tells the tracer of a decision, in the words that its label is a hash of. */
export function traceDecision(
  world: World,
  { label, n, answer }: Decision,
  purpose: number,
  identity: number,
  subject: number,
  nth: number,
): void {
  const nodes = aboutLinks.has(purpose) ? nodesOfLink(identity) : [identity];
  world.config.tracer?.({
    what: 'decision',
    at: world.now,
    label,
    purpose: purposeNames.get(purpose) as PurposeName,
    nodes: purpose === Purpose.next ? [] : nodes.map((node) => world.nameOf(node)),
    subject,
    nth,
    n,
    answer,
  });
}
