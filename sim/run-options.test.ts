/** What a run keeps and whom it asks, on request; none of it changes the run. */
import { describe, expect, it } from 'vitest';
import type { Oracle } from '../runtime/oracle.js';
import { seededOracle } from '../runtime/seeded.js';
import type { TraceEntry } from '../runtime/trace.js';
import { smallRuns } from './files/test-runs.js';
import { history } from './history.js';
import { run } from './run.js';

const scenario = smallRuns['a pause, a lost answer'];
const plain = run(scenario);

describe('a run', () => {
  it('keeps neither decisions nor trace unless asked, and its history in any case', () => {
    expect(plain).not.toHaveProperty('decisions');
    expect(plain).not.toHaveProperty('trace');
    expect(plain.history).toEqual(history(plain.record.operations, plain.record.endedAt));
    expect(plain.history).toBe(plain.history);
    expect(plain.history.length).toBeGreaterThan(100);
  });

  it('keeps every decision and all that its tracer is told, and is the same run', () => {
    const told: TraceEntry[] = [];
    const tracer = (entry: TraceEntry) => void told.push(entry);
    const { decisions, trace, digest } = run(scenario, { decisions: true, trace: true, tracer });
    expect(digest).toBe(plain.digest);
    expect(trace).toEqual(told);
    const traced = trace!.flatMap((entry) =>
      entry.what === 'decision' ? [{ label: entry.label, n: entry.n, answer: entry.answer }] : [],
    );
    expect(decisions).toEqual({ asksNext: false, taken: traced });
    expect(traced.length).toBeGreaterThan(500);
  });

  it('asks the oracle that it is given, which may ask the one of the seed', () => {
    const asked: number[] = [];
    const oracle = (seeded: Oracle): Oracle => ({
      asksNext: seeded.asksNext,
      choose: (label, n) => {
        asked.push(label);
        return seeded.choose(label, n);
      },
    });
    const result = run(scenario, { oracle, decisions: true });
    expect(result.digest).toBe(plain.digest);
    expect(asked).toEqual(result.decisions!.taken.map(({ label }) => label));
    const other = run(scenario, { oracle: () => seededOracle(2), decisions: true });
    expect(other.digest).not.toBe(plain.digest);
    // The workload is still the scenario's: only decisions are another's.
    expect(other.scenario.seed).toBe(1);
    const mildest = run(scenario, { oracle: () => ({ asksNext: true, choose: () => 0 }) });
    expect([plain.digest, other.digest]).not.toContain(mildest.digest);
  });
});
