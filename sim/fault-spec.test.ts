import { describe, expect, it } from 'vitest';
import { parseDuration, parseFaultSpec } from './fault-spec.js';

const states = (state: string) => `server.failover.${state}`;
const parse = (text: string) => parseFaultSpec(text, states);

describe('the short form of a fault', () => {
  it.each([
    [
      'crash:n1@1.2s+500ms',
      { kind: 'crash', node: 'n1', at: { timeUs: 1_200_000 }, durationUs: 500_000 },
    ],
    ['power:n2', { kind: 'powerLoss', node: 'n2', at: { timeUs: 0 } }],
    [
      'pause:n2@state:switching+3s',
      {
        kind: 'pause',
        node: 'n2',
        at: {
          trigger: {
            on: 'state',
            node: 'n1',
            machine: 'server',
            state: 'server.failover.switching',
            move: 'entered',
            when: 'after',
          },
        },
        durationUs: 3_000_000,
      },
    ],
    [
      'drop:takeover-reply',
      {
        kind: 'link',
        type: 'takeover-reply',
        times: 1,
        verdict: { kind: 'drop' },
        at: { timeUs: 0 },
      },
    ],
    [
      'break:takeover',
      { kind: 'link', type: 'takeover', times: 1, verdict: { kind: 'reset' }, at: { timeUs: 0 } },
    ],
    [
      'partition:n1/n2,n3@20us+1s',
      {
        kind: 'partition',
        from: ['n1'],
        to: ['n2', 'n3'],
        at: { timeUs: 20 },
        durationUs: 1_000_000,
      },
    ],
    [
      'partition:n1>n2',
      { kind: 'partition', from: ['n1'], to: ['n2'], oneWay: true, at: { timeUs: 0 } },
    ],
    [
      'reset:n1/n2@sent:takeover',
      {
        kind: 'reset',
        between: ['n1', 'n2'],
        at: { trigger: { on: 'message', type: 'takeover', move: 'sent', when: 'after' } },
      },
    ],
  ])('should read %s', (text, fault) => {
    expect(parse(text)).toEqual(fault);
  });

  it('should let the state be of another node, and JSON be JSON', () => {
    const { at } = parse('crash:n1@state:n2/taking') as { at: { trigger: { node: string } } };
    expect(at.trigger.node).toBe('n2');
    expect(parse(' {"kind":"crash"}')).toEqual({ kind: 'crash' });
  });

  it.each([
    ['crash', 'expected JSON or WHAT[@WHERE][+DURATION], as in crash:n1@1.2s+500ms'],
    ['crsh:n1', 'unknown fault "crsh", did you mean "crash"?'],
    ['toString:n1', 'expected JSON or WHAT[@WHERE][+DURATION], as in crash:n1@1.2s+500ms'],
    [
      'constructor:n1',
      'unknown fault "constructor", expected one of crash, power, pause, partition, reset, drop, hold, break',
    ],
    ['crash:n1@soon', 'got "soon", expected a time of at least 0, like 1.2s, 500ms or 20us'],
    ['crash:n1@1s+-1s', 'got "-1s", expected a time of at least 0, like 1.2s, 500ms or 20us'],
    ['crash:n1@when:x', 'unknown place "when", expected one of state, sent, received'],
    ['partition:n1', 'got "n1", expected two sides, as in n1/n2'],
    ['reset:n1/n2/n3', 'got "n1/n2/n3", expected two sides, as in n1/n2'],
    [
      '{"kind":',
      'the fault: not JSON at line 1, column 9: got the end of the text, expected a value',
    ],
  ])('should refuse %s and say what was expected', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['20us', 20],
    ['1.5ms', 1500],
    ['1.200001s', 1_200_001],
    // In floating point, 1.1 * 1,000,000 is not an integer.
    ['1.1s', 1_100_000],
  ])('should read %s exactly', (text, us) => {
    expect(parseDuration(text)).toBe(us);
  });

  it.each(['1', '1.5us', '0.0001ms', '1e3s', '.5s', '1 s', '99999999999s', ''])(
    'should refuse %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(/expected a time/);
    },
  );
});
