/** Every safeguard removed alone still leaves a machine that runs. */
import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../runtime/trace.js';
import { effectKinds } from '../../runtime/vocabulary.js';
import { xstateEngine } from '../../runtime/xstate-engine.js';
import { run } from '../../sim/run.js';
import { type ScenarioInput, scenarioSchema } from '../../sim/scenario.js';
import { surveyOf, switchOver } from '../../sim/survey.js';
import { graceful, kvrocksPr3295 } from './index.js';
import { gracefulKnobs, knobs, proposalKnobs, safeguards } from './knobs.js';

/** There and back again under load, and pushes of the outcomes. */
function thereAndBack(without: Record<string, boolean>): ScenarioInput {
  const { operator = [], workload, ...rest } = switchOver('graceful', 'quick');
  return {
    ...rest,
    protocol: { name: 'graceful', knobs: without },
    workload: { ...workload, operations: 60 },
    operator: [
      ...operator,
      { type: 'failover', atUs: 1_500_000, node: 'n2', target: 'n1', timeoutMs: 400 },
      { type: 'await', atUs: 0, node: 'n2', forMs: 3000 },
    ],
    limits: { safetyUs: 6_000_000, livenessUs: 5_000_000, maxEvents: 60_000 },
  };
}

/** The states that a node's failover went through, for each node that left `none`. */
const journeys = (notes: readonly { node: string; subject: string; value: unknown }[]) =>
  ['n1', 'n2'].map((node) =>
    notes
      .filter((note) => note.node === node && note.subject === 'failover')
      .map(({ value }) => String(value))
      .filter((value) => value === 'success' || value === 'failed'),
  );

describe('a safeguard removed alone', () => {
  it.each(Object.keys(safeguards))('should leave a machine that runs: %s', (name) => {
    const { record, events } = run(thereAndBack({ [name]: false }));
    const [there, back] = journeys(record.notes);
    // Acks once a second are too rare for so short a timeout.
    expect(there).toEqual([name === 'forcedAck' ? 'failed' : 'success']);
    // A node that still replicates from its slave is fed its own writes: that never ends.
    if (name !== 'detachFirst') expect(events).toBeLessThan(60_000);
    expect(back!.length).toBeLessThanOrEqual(1);
    // Nobody is left with a worker that is never given back: all answer.
    const open = record.operations.filter(({ completedAt }) => completedAt === undefined);
    if (events < 60_000) expect(open).toEqual([]);
  });

  it('should leave the proposal when all are removed', () => {
    const all = Object.fromEntries(Object.keys(safeguards).map((name) => [name, false]));
    expect({ ...gracefulKnobs, ...all, pollMs: 10, stopPollMs: 100 }).toEqual(proposalKnobs);
    expect(kvrocksPr3295.values).toEqual(proposalKnobs);
    expect(Object.keys(knobs)).toEqual(Object.keys(gracefulKnobs));
  });
});

describe('the names that the survey uses', () => {
  const { machine } = graceful.programs['server']!;
  const chart = xstateEngine.load(machine);

  it.each(['graceful', 'kvrocks-pr3295'])('should be there: %s', (protocol) => {
    for (const { scenario } of surveyOf(protocol, 'patient')) {
      for (const { at } of scenarioSchema.parse(scenario).faults) {
        if (!('trigger' in at)) continue;
        if (at.trigger.on === 'state') expect(chart.stateIds).toContain(at.trigger.state);
        if (at.trigger.on === 'effect') {
          expect(Object.keys(graceful.programs)).toContain(at.trigger.machine);
        }
      }
    }
  });

  it('should be effects of the vocabulary, all that a run of either asks for', () => {
    const seen = new Set<string>();
    const tracer = (entry: TraceEntry) => {
      if (entry.what === 'effect') seen.add(entry.effect.type);
    };
    run(switchOver('graceful', 'quick'), { tracer });
    run(switchOver('kvrocks-pr3295', 'patient'), { tracer });
    expect([...seen].filter((kind) => !(effectKinds as readonly string[]).includes(kind))).toEqual(
      [],
    );
    for (const kind of ['drain', 'sync', 'persist', 'poll', 'wake', 'occupy', 'append', 'start']) {
      expect(seen).toContain(kind);
    }
  });
});
