import { describe, expect, it } from 'vitest';
import { graceful } from '../machines/kvrocks-handover/index.js';
import { parseScenario, type ScenarioInput } from './scenario.js';
import { checkNames, messageTypes, stateNamed } from './scenario-names.js';

type FaultInput = NonNullable<ScenarioInput['faults']>[number];

const checking =
  (...faults: FaultInput[]) =>
  () =>
    checkNames(parseScenario({ faults }));
const at = { timeUs: 0 };
const trigger = { on: 'state', node: 'n1', move: 'entered', when: 'after' } as const;

describe('names in a scenario', () => {
  it.each<[FaultInput, string]>([
    [
      { id: 1, kind: 'crash', node: 'n7', at },
      'faults.0.node: unknown node "n7", expected one of n1',
    ],
    [
      { id: 1, kind: 'partition', from: ['n1'], to: ['m2'], at },
      'faults.0.to.0: unknown node "m2"',
    ],
    [{ id: 1, kind: 'reset', between: ['n1', 'x'], at }, 'faults.0.between.1: unknown node "x"'],
    [
      { id: 1, kind: 'link', type: 'takover', verdict: { kind: 'drop' }, at },
      'faults.0.type: unknown message type "takover", did you mean "takeover"?',
    ],
    [
      { id: 1, kind: 'crash', node: 'n1', at: { trigger: { ...trigger, state: 'switching' } } },
      'unknown state "switching", expected one of server.failover.switching, server.job.switching',
    ],
    [
      {
        id: 1,
        kind: 'crash',
        node: 'n1',
        at: { trigger: { ...trigger, machine: 'srv', state: 'x' } },
      },
      'faults.0.at.trigger.machine: unknown machine "srv"',
    ],
    [
      {
        id: 1,
        kind: 'crash',
        node: 'n1',
        at: { trigger: { on: 'effect', node: 'n1', kind: 'apend', when: 'after' } },
      },
      'faults.0.at.trigger.kind: unknown effect "apend", did you mean "append"?',
    ],
    [
      {
        id: 1,
        kind: 'crash',
        node: 'n1',
        at: { trigger: { on: 'transition', node: 'n1', transition: 'nothing', when: 'after' } },
      },
      'faults.0.at.trigger.transition: unknown transition "nothing"',
    ],
  ])('%# should be ones that are there', (fault, message) => {
    expect(checking(fault)).toThrow(message);
  });

  it('should be accepted when they are: clients and the operator have links too', () => {
    const verdict = { kind: 'hold' } as const;
    const link = { id: 1, kind: 'link', from: 'c1', to: 'n1', type: 'set', verdict, at } as const;
    expect(checking(link, { id: 2, kind: 'crash', node: 'op1', at })).not.toThrow();
  });

  it('should not use an id twice', () => {
    const crash = { id: 1, kind: 'crash', node: 'n1', at } as const;
    expect(checking(crash, crash)).toThrow('faults.1.id: got 1 a second time');
  });
});

describe('stateNamed', () => {
  it('should take a full id, a failover state, or the only end that fits', () => {
    expect(stateNamed(graceful, 'server.job.switching')).toBe('server.job.switching');
    expect(stateNamed(graceful, 'switching')).toBe('server.failover.switching');
    expect(stateNamed(graceful, 'doubting')).toBe('server.job.doubting');
  });

  it('should refuse what fits several states or none', () => {
    expect(() => stateNamed(graceful, 'idle')).toThrow(
      /state "idle" is ambiguous, .*server.job.idle/,
    );
    expect(() => stateNamed(graceful, 'swtching')).toThrow('did you mean "switching"?');
  });
});

describe('messageTypes', () => {
  it('should hold commands, replies and what replication sends', () => {
    const types = messageTypes(graceful);
    for (const type of ['set', 'get-reply', 'takeover', 'takeover-reply', 'fed', 'ack', 'psync']) {
      expect(types).toContain(type);
    }
  });
});
