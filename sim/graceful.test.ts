/** `graceful` under the survey of single faults, and its bound when nothing fails. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../runtime/fault.js';
import { gateBoundUs, gateClosedUs } from './gate-bound.js';
import { run } from './run.js';
import type { Scenario } from './scenario.js';
import { runCase, surveyOf, switchingEffects, switchOver } from './survey.js';

const boundUs = (scenario: Scenario) => gateBoundUs(scenario) as number;

const cases = surveyOf('graceful', 'quick');

describe('graceful without faults', () => {
  it.each([1, 2, 3, 4, 5])('should hand over within the bound of its gate (seed %i)', (seed) => {
    const { record, verdicts, scenario } = run({ ...switchOver('graceful', 'quick'), seed });
    expect(verdicts.filter(({ validity }) => validity !== 'valid')).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(5);
    const [longest, ...others] = gateClosedUs(record);
    expect(others).toEqual([]);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(boundUs(scenario));
  });

  it('should switch with writes in flight, by partial resync only', () => {
    const { record } = run(switchOver('graceful', 'quick'));
    const subjects = new Set(record.notes.map(({ subject }) => subject));
    expect(subjects.has('full sync')).toBe(false);
    const refused = record.replies.filter(({ message }) =>
      String(message['error'] ?? '').startsWith('TRYAGAIN'),
    );
    const writers = new Set(
      record.replies.filter(({ message }) => message.type === 'set-reply').map(({ node }) => node),
    );
    expect(refused.length).toBeGreaterThan(0);
    expect([...writers].sort()).toEqual(['n1', 'n2']);
  });

  it('should break the bound of another cluster, whose disks are faster than its own', () => {
    const usual = switchOver('graceful', 'quick');
    const slow = { ...usual, cluster: { nodes: { diskUs: { persist: [20_000] } } } };
    const closed = gateClosedUs(run(slow).record)[0] as number;
    expect(closed).toBeGreaterThan(boundUs(run(usual).scenario));
    expect(closed).toBeLessThanOrEqual(boundUs(run(slow).scenario));
  });
});

describe('graceful under single faults', () => {
  it('should be asked about every effect of the switch on both sides', () => {
    const ranges = switchingEffects('graceful', 'quick');
    expect(ranges.map(({ node, machine }) => `${node} ${machine}`).sort()).toEqual([
      'n1 call',
      'n1 server',
      'n2 server',
    ]);
    expect(cases.length).toBeGreaterThan(110);
  });

  it.each(cases.map((one) => [one.name, one] as const))('should hold with %s', (_, one) => {
    const { verdicts, result } = runCase(one);
    const wrong = verdicts.filter(({ validity }) => validity !== 'valid');
    expect(wrong.map(({ checker, reason }) => `${checker}: ${reason}`)).toEqual([]);
    // A fault that bites nothing proves nothing.
    const planned = (one.scenario.faults ?? []) as unknown as Fault[];
    const bitten = new Set(
      result.record.faults
        .filter(({ kind, move }) => move === (kind === 'link' ? 'bit' : 'began'))
        .map(({ fault }) => fault),
    );
    expect(planned.filter(({ id }) => !bitten.has(id))).toEqual([]);
  });
});
