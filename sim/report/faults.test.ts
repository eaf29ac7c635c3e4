import { describe, expect, it } from 'vitest';
import type { Fault, FaultAction, FaultPlace } from '../../runtime/fault.js';
import { run } from '../checkers/test-records.js';
import { faultInWords, idleFaults } from './faults.js';

const fault = (action: FaultAction, at: FaultPlace = { timeUs: 0 }, more = {}): Fault => ({
  id: 1,
  ...action,
  at,
  ...more,
});

describe('a fault in words', () => {
  it.each<[Fault, string]>([
    [fault({ kind: 'crash', node: 'n1' }, { timeUs: 1_200_000 }), 'crash n1 at 1.200 s'],
    [
      fault({ kind: 'partition', from: ['n1'], to: ['n2', 'n3'], oneWay: true }),
      'cut n1 off from n2, n3, one way from the start',
    ],
    [
      fault({
        kind: 'link',
        type: 'ack',
        to: 'n1',
        ratio: [1, 3],
        verdict: { kind: 'delay', us: 500 },
      }),
      'delay by 500 us ack to n1, 1 in 3 from the start',
    ],
    [
      fault(
        { kind: 'pause', node: 'n2' },
        {
          trigger: {
            on: 'state',
            node: 'n1',
            machine: 'server',
            state: 'server.failover.switching',
            move: 'entered',
            when: 'after',
            nth: 2,
          },
          offsetUs: 300,
        },
        { durationUs: 3_000_000 },
      ),
      'pause n2 for 3.000 s 300 us after n1 entered server.failover.switching (2.)',
    ],
    [
      fault(
        { kind: 'reset', between: ['n1', 'n2'] },
        { trigger: { on: 'message', type: 'takeover', move: 'sent', from: 'n1', when: 'before' } },
      ),
      'reset connections between n1 and n2 before takeover was sent, n1 to anybody',
    ],
  ])('%# should be plain', (one, text) => {
    expect(faultInWords(one)).toBe(text);
  });
});

describe('idle faults', () => {
  it('should be those that never bit: a link rule has to meet a message', () => {
    const plan = [1, 2, 3, 4].map((id) => ({ ...fault({ kind: 'crash', node: 'n1' }), id }));
    const seen = { at: 0, detail: {} };
    const faults = [
      { ...seen, fault: 1, kind: 'crash', move: 'began' },
      { ...seen, fault: 2, kind: 'link', move: 'began' },
      { ...seen, fault: 3, kind: 'link', move: 'began' },
      { ...seen, fault: 3, kind: 'link', move: 'bit' },
    ] as const;
    expect(idleFaults(plan, run({ faults: [...faults] }))).toEqual([2, 4]);
  });
});
