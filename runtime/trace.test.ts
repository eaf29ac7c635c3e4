/** The trace of decisions: what a label is made of, in words. */
import { describe, expect, it } from 'vitest';
import { everyFaultWorld } from './fixtures/every-fault.js';
import { linkIdentity, Purpose } from './kernel.js';
import { label } from './keyed.js';
import type { Decision } from './oracle.js';
import { recordingOracle } from './recording.js';
import type { PurposeName, TraceEntry } from './trace.js';
import { World } from './world.js';

type Traced = Extract<TraceEntry, { what: 'decision' }>;

/** A run's decisions as its oracle was asked, and as its tracer was told. */
function decide(asksNext: boolean) {
  const asked: Decision[] = [];
  const told: Traced[] = [];
  const config = everyFaultWorld(3, {
    asksNext,
    events: 12_000,
    tracer: (entry) => {
      if (entry.what === 'decision') told.push(entry);
    },
  });
  const world = new World({ ...config, oracle: recordingOracle(config.oracle, asked) });
  world.run({ maxEvents: 12_000 });
  return { asked, told, names: config.nodes.map(({ name }) => name) };
}

describe('the trace of decisions', () => {
  it.each([false, true])('holds each in order, asked for the order of events: %s', (asksNext) => {
    const { asked, told } = decide(asksNext);
    expect(asked.length).toBeGreaterThan(1000);
    expect(told.map(({ label, n, answer }) => ({ label, n, answer }))).toEqual(asked);
    expect(told.some(({ purpose }) => purpose === 'next')).toBe(asksNext);
  });

  it('names what each label is a hash of', () => {
    const { told, names } = decide(true);
    const relabelled = told.map(({ purpose, nodes, subject, nth }) => {
      const [first = 0, second] = nodes.map((name) => names.indexOf(name));
      const identity = second === undefined ? first : linkIdentity(first, second);
      return label(Purpose[purpose], identity, subject, nth);
    });
    expect(relabelled).toEqual(told.map(({ label }) => label));
  });

  it('names two nodes for a link, one for what happens on a node, none for the order', () => {
    const counts = new Map<PurposeName, Set<number>>();
    for (const { purpose, nodes } of decide(true).told) {
      counts.set(purpose, (counts.get(purpose) ?? new Set()).add(nodes.length));
    }
    expect(Object.fromEntries([...counts].map(([name, sizes]) => [name, [...sizes]]))).toEqual({
      next: [0],
      latency: [2],
      connect: [2],
      disk: [1],
      service: [1],
      torn: [1],
      machine: [1],
      think: [1],
    });
  });
});
