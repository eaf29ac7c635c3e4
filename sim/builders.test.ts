/** Scenarios built in code are the ones that a person would write as JSON. */
import { describe, expect, it } from 'vitest';
import {
  atTime,
  breakOn,
  crash,
  drop,
  entering,
  failover,
  hold,
  ms,
  partition,
  pause,
  plan,
  powerLoss,
  receiving,
  seconds,
  sending,
} from './builders.js';
import { parseFaultSpec } from './fault-spec.js';
import { run } from './run.js';
import { parseScenario } from './scenario.js';

const inFull = (state: string) => `server.failover.${state}`;
const typed = (text: string) => ({ id: 1, ...parseFaultSpec(text, inFull) });

describe('builders', () => {
  it.each([
    ['crash:n1@1.2s+500ms', crash('n1', { at: atTime(ms(1200)), forUs: ms(500) })],
    [
      'pause:n2@state:switching+3s',
      pause('n2', { at: entering(inFull('switching')), forUs: seconds(3) }),
    ],
    ['pause:n2@state:n3/started', pause('n2', { at: entering(inFull('started'), 'n3') })],
    ['drop:takeover-reply', drop('takeover-reply')],
    ['hold:ack@sent:takeover', hold('ack', { at: sending('takeover') })],
    ['break:fed@received:psync', breakOn('fed', { at: receiving('psync') })],
  ])('should build what --fault %s says', (text, built) => {
    expect(parseScenario({ faults: plan(built) })).toEqual(
      parseScenario({ faults: [typed(text)] }),
    );
  });

  it('should number faults, so that a plan can be read as a scenario', () => {
    const faults = plan(
      powerLoss('n2', { tail: 'lose', at: sending('takeover-reply'), forUs: seconds(1) }),
      partition(['n1'], ['n2', 'n3'], { oneWay: true, at: atTime(ms(10)) }),
    );
    expect(faults.map(({ id }) => id)).toEqual([1, 2]);
    expect(parseScenario({ faults }).faults).toMatchObject([
      { kind: 'powerLoss', tail: 'lose', durationUs: 1_000_000 },
      { kind: 'partition', to: ['n2', 'n3'], oneWay: true, at: { timeUs: 10_000 } },
    ]);
  });

  it('should build the failover that a scenario has where nothing is said', () => {
    expect(parseScenario({ operator: failover('n1', 'n2') })).toEqual(parseScenario({}));
  });

  it('should bite as built', () => {
    const workload = { clients: 1, operations: 50 };
    const at = entering(inFull('switching'));
    const faults = plan(crash('n2', { at, forUs: ms(300) }));
    const { record, verdicts } = run({ workload, faults });
    expect(record.faults.map(({ kind, move }) => `${kind} ${move}`)).toEqual([
      'crash began',
      'crash ended',
    ]);
    expect(verdicts.every(({ validity }) => validity === 'valid')).toBe(true);
  });
});
