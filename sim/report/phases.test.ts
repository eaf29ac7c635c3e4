import { describe, expect, it } from 'vitest';
import type { FaultRecord } from '../../runtime/record.js';
import { note, run } from '../checkers/test-records.js';
import { attempts } from './phases.js';

const states = (node: string, ...all: readonly [number, string][]) =>
  all.map(([at, state]) => note(node, at, 'failover', state));

const crash = (at: number, node: string): FaultRecord => ({
  at,
  fault: 1,
  kind: 'crash',
  move: 'began',
  detail: { node },
});

describe('attempts', () => {
  it('should measure each phase and how long the gate was closed', () => {
    const notes = [
      note('n1', 0, 'failover', 'none'),
      ...states('n1', [100, 'started'], [110, 'check_slave'], [600, 'pause_write']),
      note('n1', 600, 'gate', 'writes'),
      ...states('n1', [620, 'wait_sync'], [650, 'switching']),
      note('n1', 650, 'gate', 'all'),
      ...states('n1', [900, 'success']),
      note('n1', 900, 'gate', 'open'),
    ];
    const gap = { from: 590, to: 1100, us: 510 };
    const gaps = [{ from: 0, to: 580, us: 580 }, gap];
    expect(attempts(run({ notes }), gaps)).toEqual([
      {
        node: 'n1',
        at: 100,
        endedAt: 900,
        outcome: 'success',
        reason: '',
        resumed: false,
        phases: [
          { state: 'started', at: 100, us: 10 },
          { state: 'check_slave', at: 110, us: 490 },
          { state: 'pause_write', at: 600, us: 20 },
          { state: 'wait_sync', at: 620, us: 30 },
          { state: 'switching', at: 650, us: 250 },
        ],
        gateClosedUs: 300,
        inDoubtUs: 0,
        unwritable: gap,
      },
    ]);
  });

  it('should tell attempts of one node apart, with the reason of a failure', () => {
    const failure = { ...note('n1', 200, 'failover', ''), subject: 'failure', value: 'too slow' };
    const notes = [
      ...states('n1', [100, 'started'], [150, 'check_slave']),
      failure,
      ...states('n1', [200, 'failed'], [300, 'started'], [400, 'success']),
    ];
    const found = attempts(run({ notes }), []);
    expect(found.map(({ at, outcome, reason }) => [at, outcome, reason])).toEqual([
      [100, 'failed', 'too slow'],
      [300, 'success', ''],
    ]);
    expect(found[0]!.unwritable).toBeNull();
  });

  it('should end an attempt with its process, and call what a restart does taken up again', () => {
    const notes = [
      ...states('n1', [100, 'started'], [200, 'switching']),
      note('n1', 200, 'gate', 'all'),
      note('n1', 500, 'failover', 'switching', 2),
      note('n1', 500, 'gate', 'all', 2),
      note('n1', 800, 'failover', 'success', 2),
      note('n1', 800, 'gate', 'open', 2),
    ];
    const found = attempts(run({ notes, faults: [crash(300, 'n1')] }), []);
    expect(found.map((one) => [one.at, one.endedAt, one.outcome, one.resumed])).toEqual([
      [100, 300, 'cut short', false],
      [500, 800, 'success', true],
    ]);
    // Between the lives there was no gate to be closed.
    expect(found.map(({ gateClosedUs }) => gateClosedUs)).toEqual([100, 300]);
  });

  it('should not take a reset of the variable for the end of the job', () => {
    const notes = states(
      'n1',
      [100, 'started'],
      [200, 'check_slave'],
      [250, 'none'],
      [300, 'wait_sync'],
    );
    const found = attempts(run({ notes }), []);
    expect(found.map((one) => [one.at, one.endedAt, one.outcome, one.resumed])).toEqual([
      [100, 250, 'reset', false],
      [300, 10_000, 'open', true],
    ]);
  });

  it('should measure doubt', () => {
    const doubt = (at: number, value: boolean) => ({
      ...note('n1', at, 'failover', ''),
      subject: 'in doubt',
      value,
    });
    const notes = [
      ...states('n1', [100, 'started']),
      doubt(200, true),
      doubt(260, false),
      ...states('n1', [300, 'success']),
    ];
    expect(attempts(run({ notes }), [])[0]!.inDoubtUs).toBe(60);
  });
});
