import { describe, expect, test } from 'vitest';
import { gateBoundUs } from './gate-bound.js';
import { parseScenario } from './scenario.js';

const boundOf = (cluster: object, others: object = {}) =>
  gateBoundUs(parseScenario({ protocol: { name: 'graceful' }, cluster, ...others }));

describe('the bound on the gate is given where it holds', () => {
  test('not for a slave that has the slower disk: what it has to apply grows while clients write', () => {
    const slow = { diskUs: { append: [1000] } };
    expect(boundOf({ nodes: slow })).toBeGreaterThan(boundOf({}) as number);
    expect(boundOf({ each: { n2: slow } })).toBeNull();
    expect(boundOf({ each: { n1: slow } })).toBeNull();
  });

  test('the time of a sync counts where writes wait for it', () => {
    const each = { n2: { diskUs: { sync: [5000] } } };
    expect(boundOf({ each })).not.toBeNull();
    expect(boundOf({ each, nodes: { syncWrites: true } })).toBeNull();
  });

  test('not where a log forgets, nor where bytes cost time', () => {
    expect(boundOf({ nodes: { retain: 10 } })).toBeNull();
    expect(boundOf({}, { network: { bytesPerSecond: 1_000_000 } })).toBeNull();
    expect(boundOf({}, { workload: { valueBytes: [100] } })).toBeNull();
  });

  test('not where the slave lets nobody in, or reads of a log cost time', () => {
    expect(boundOf({ nodes: { requirepass: 'a', masterauth: 'a' } })).not.toBeNull();
    const each = { n2: { requirepass: 'b' } };
    expect(boundOf({ nodes: { requirepass: 'a', masterauth: 'a' }, each })).toBeNull();
    expect(boundOf({ nodes: { diskUs: { readLog: [1_200_000] } } })).toBeNull();
  });

  test('not where it is longer than an answer or an ack is waited for', () => {
    const far = (us: number) => ({ network: { latencyUs: [us] } });
    const within = (takeoverTimeoutMs: number) => ({
      protocol: { name: 'graceful', knobs: { takeoverTimeoutMs } },
    });
    expect(boundOf({}, far(200_000))).not.toBeNull();
    expect(boundOf({}, far(250_000))).toBeNull();
    expect(boundOf({}, { ...far(40_000), ...within(400) })).not.toBeNull();
    expect(boundOf({}, { ...far(40_000), ...within(50) })).toBeNull();
  });
});
