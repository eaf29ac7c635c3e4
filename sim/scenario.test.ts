import { describe, expect, it } from 'vitest';
import { worldOf } from './cluster.js';
import { run } from './run.js';
import { InputError, parseScenario, type ScenarioInput } from './scenario.js';

/** What is wrong with a scenario, as its author reads it. */
function told(given: unknown): string {
  try {
    worldOf(parseScenario(given));
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'accepted';
}

const workload = (fields: object) => ({ workload: fields });
const calling = (call: object) => ({ operator: [{ atUs: 0, node: 'n1', ...call }] });
const choice = 'expected "uniform", "zipf" or {"hot": keys, "share": [n, d]}';

describe('a field that is wrong', () => {
  it.each<[object, string]>([
    [workload({ kind: 'list' }), 'workload.kind: got "list", '],
    [workload({ readers: -1 }), 'workload.readers: got -1, '],
    [workload({ readers: 201 }), 'workload.readers: got 201, '],
    [workload({ keyChoice: 'zip' }), `workload.keyChoice: got "zip", ${choice}`],
    [workload({ keyChoice: { hot: 1 } }), `workload.keyChoice: got {"hot":1}, ${choice}`],
    [
      workload({ keyChoice: { hot: 1, share: [3, 2] } }),
      'workload.keyChoice.share: got [3,2], expected [n, d] with n <= d',
    ],
    [workload({ valueBytes: [] }), 'workload.valueBytes: got [], '],
    [workload({ valueBytes: [0] }), 'workload.valueBytes.0: got 0, '],
    [workload({ wait: {} }), 'workload.wait.slaves: got nothing, '],
    [workload({ wait: { slaves: 1, timeoutMs: -1 } }), 'workload.wait.timeoutMs: got -1, '],
    [workload({ loop: 'half' }), 'workload.loop: got "half", '],
    [workload({ everyUs: [3, 2] }), 'workload.everyUs: got [3,2], expected ascending values'],
    [workload({ everyMs: [3] }), "workload: unknown field 'everyMs'"],
    [calling({ type: 'del' }), 'operator.0.type: got "del", '],
    [calling({ type: 'set', key: '', value: 'v' }), 'operator.0.key: got "", '],
    [calling({ type: 'append', key: 'k' }), 'operator.0.value: got nothing, '],
    [calling({ type: 'set', key: 'k', value: 'v', numbers: 65 }), 'operator.0.numbers: got 65, '],
    [calling({ type: 'get', key: 'k', readonly: 'yes' }), 'operator.0.readonly: got "yes", '],
    [calling({ type: 'info', by: 'n1' }), 'operator.0.by: got "n1", expected an operator: op1'],
    [calling({ type: 'info', by: 'op100' }), 'operator.0.by: got "op100", expected an operator'],
    [calling({ type: 'info', patienceMs: 0 }), 'operator.0.patienceMs: got 0, '],
    [
      calling({ type: 'takeover', node: 'n7' }),
      'operator.0.node: got "n7", expected one of n1, n2, n3',
    ],
    [
      { operator: [{ type: 'outcome', atUs: 0, target: 'n2', nodes: ['n1', 'n9'] }] },
      'operator.0.nodes.1: got "n9", expected one of n1, n2, n3',
    ],
    [
      { cluster: { nodes: { forcedAcks: 'sometimes' } } },
      'cluster.nodes.forcedAcks: got "sometimes", ',
    ],
    [
      { cluster: { each: { n2: { release: 'upsteam' } } } },
      'cluster.each.n2.release: got "upsteam", did you mean "upstream"?',
    ],
    [
      { cluster: { nodes: { release: '3295' } } },
      'cluster.nodes.release: got "3295", expected one of own, pr3295, upstream',
    ],
    [{ cluster: { each: { n9: {} } } }, 'cluster.each.n9: got "n9", expected one of n1, n2, n3'],
    [
      { cluster: { each: { n2: { masterpass: 'x' } } } },
      "cluster.each.n2: unknown field 'masterpass'",
    ],
  ])('%# should be told in one line: %j', (given, message) => {
    expect(told(given)).not.toContain('\n');
    expect(told(given).slice(0, message.length)).toBe(message);
  });
});

describe('what may be left out', () => {
  it('should be what a plain client does: SET and GET, closed, uniform, nothing waited for', () => {
    const { workload: resolved } = parseScenario({});
    expect(resolved).toMatchObject({
      kind: 'register',
      readers: 0,
      keyChoice: 'uniform',
      loop: 'closed',
    });
    expect(['wait', 'valueBytes'].filter((field) => field in resolved)).toEqual([]);
    const waiting = parseScenario({ workload: { wait: { slaves: 1 } } }).workload.wait;
    expect(waiting).toEqual({ slaves: 1, timeoutMs: 1000 });
  });

  it('should be the first operator, one number, no READONLY', () => {
    const { operator } = parseScenario({
      operator: [
        { type: 'set', atUs: 0, node: 'n1', key: 'k', value: 'v' },
        { type: 'get', atUs: 0, node: 'n1', key: 'k' },
      ],
    });
    expect(operator).toMatchObject([
      { by: 'op1', numbers: 1 },
      { by: 'op1', readonly: false },
    ]);
    expect(operator.filter((call) => 'patienceMs' in call)).toEqual([]);
  });
});

describe('operators', () => {
  const quiet: ScenarioInput['workload'] = { clients: 0, operations: 0, keys: 1 };

  it('should go on beside each other, each with one call after another', () => {
    const { record } = run({
      workload: quiet,
      operator: [
        { type: 'await', atUs: 100_000, node: 'n1', forMs: 1000 },
        { type: 'info', atUs: 0, node: 'n1' },
        { type: 'set', by: 'op2', atUs: 200_000, node: 'n1', key: 'k', value: 'v' },
        { type: 'get', by: 'op2', atUs: 0, node: 'n2', key: 'k', readonly: true },
      ],
    });
    const [awaits, info, set, get] = [1, 2, 3, 4].map(
      (id) => record.operations.find((one) => one.id === id)!,
    );
    expect([awaits, info, set, get].map((one) => one!.node)).toEqual(['op1', 'op1', 'op2', 'op2']);
    expect(set!.completedAt!).toBeLessThan(awaits!.completedAt!);
    expect(info!.invokedAt).toBeGreaterThanOrEqual(awaits!.completedAt!);
    expect(get!.invokedAt).toBeGreaterThanOrEqual(set!.completedAt!);
    expect([set!.outcome, get!.outcome]).toEqual(['ok', 'ok']);
  });

  it('should give the password of the cluster, also where a node has another', () => {
    const { record } = run({
      cluster: { nodes: { requirepass: 'p', masterauth: 'p' }, each: { n3: { requirepass: 'q' } } },
      workload: quiet,
      operator: ['n1', 'n3'].map((node) => ({
        type: 'set' as const,
        atUs: 100_000,
        node,
        key: 'k',
        value: 'v',
      })),
    });
    const errors = record.operations.filter(({ node }) => node === 'op1').map((one) => one.error);
    expect(errors).toEqual([undefined, 'NOAUTH Authentication required.']);
  });

  it('should be able to hand over beside each other: the second is refused', () => {
    const failover = { type: 'failover', node: 'n1', timeoutMs: 1000 } as const;
    const { record } = run({
      workload: quiet,
      operator: [
        { ...failover, atUs: 300_000, target: 'n2' },
        { type: 'await', atUs: 0, node: 'n1' },
        { ...failover, by: 'op2', atUs: 350_000, target: 'n3' },
      ],
    });
    const byOperator = (id: number) => record.operations.find((one) => one.id === id)!;
    expect(byOperator(3).error).toBe('ERR Failover is already in progress');
    expect(byOperator(2).value).toBe('success');
  });
});
