import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../runtime/record.js';
import type { Message } from '../../runtime/vocabulary.js';
import type { RunRecord } from '../checkers/run-record.js';
import { type RunResult, run } from '../run.js';
import type { ScenarioInput } from '../scenario.js';
import { scenarioNamed } from './index.js';

const seeds = [1, 2, 3];
/** Long enough that clients still write when the failover has ended. */
const workload = { clients: 2, operations: 500, thinkUs: [5000, 6000, 8000] };

function runNamed(name: string, more: Partial<ScenarioInput>, trace = false): RunResult {
  return run({ ...scenarioNamed(name), workload, ...more }, { trace });
}

const asked = ({ operations }: RunRecord, type: string): OperationRecord =>
  operations.find(({ call }) => call.type === type)!;

/** Errors that were sent, of one kind. */
const refusals = ({ replies }: RunRecord, word: string) =>
  replies.filter(({ message }) => String(message['error'] ?? '').startsWith(word));

const acknowledged = ({ replies }: RunRecord, node: string) =>
  replies.filter(({ message, node: by }) => {
    return by === node && message.type === 'set-reply' && message['status'] === 'ok';
  });

/** Why the failover failed, as INFO said last. */
const reason = ({ replies }: RunRecord) =>
  (replies.findLast(({ message }) => message.type === 'info-reply')!.message['facts'] as Message)[
    'failover_reason'
  ];

function expectWhole({ verdicts, record }: RunResult): void {
  expect(verdicts.filter(({ validity }) => validity !== 'valid')).toEqual([]);
  const writes = record.operations.filter(({ call }) => call.type === 'set');
  expect(writes.length).toBeGreaterThan(500);
  expect(writes.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
}

describe('a slave that does not know TAKEOVER of an attempt', () => {
  const names = ['upgrade-slave-upstream', 'upgrade-slave-pr3295'];

  it.each(names)('%s should be refused at once, and no write with it', (name) => {
    for (const seed of seeds) {
      const result = runNamed(name, { seed });
      const failover = asked(result.record, 'failover');
      expect(failover).toMatchObject({
        outcome: 'fail',
        error: 'ERR target does not know TAKEOVER of an attempt',
      });
      expect(failover.completedAt! - failover.invokedAt).toBeLessThan(5000);
      expect(refusals(result.record, 'TRYAGAIN')).toEqual([]);
      expectWhole(result);
    }
  });

  it.each(names)('%s should fail before the gate closes without refuseEarly', (name) => {
    const protocol = { name: 'graceful', knobs: { refuseEarly: false } };
    for (const seed of seeds) {
      const result = runNamed(name, { seed, protocol });
      expect(asked(result.record, 'failover').outcome).toBe('ok');
      expect(asked(result.record, 'await').value).toBe('failed');
      expect(reason(result.record)).toBe('Slave does not know TAKEOVER of an attempt');
      expect(refusals(result.record, 'TRYAGAIN')).toEqual([]);
      expectWhole(result);
    }
  });

  it('should cost the proposal a closed gate, and nothing else, when it has no TAKEOVER', () => {
    for (const seed of seeds) {
      const result = runNamed('upgrade-slave-upstream', {
        seed,
        protocol: { name: 'kvrocks-pr3295' },
      });
      expect(asked(result.record, 'await').value).toBe('failed');
      expect(reason(result.record)).toBe(
        'TAKEOVER failed: ERR CLUSTERX command, unknown subcommand',
      );
      const turnedAway = refusals(result.record, 'TRYAGAIN');
      expect(turnedAway.length).toBeGreaterThan(0);
      // The gate is open again.
      const [last] = acknowledged(result.record, 'n1').slice(-1);
      expect(last!.at).toBeGreaterThan(turnedAway.at(-1)!.at);
      expectWhole(result);
    }
  });
});

describe('a master of another release', () => {
  it('should have its bare TAKEOVER refused by a slave that knows better', () => {
    for (const seed of seeds) {
      const result = runNamed('upgrade-master-pr3295', { seed });
      expect(asked(result.record, 'failover').outcome).toBe('ok');
      expect(asked(result.record, 'await').value).toBe('failed');
      expect(reason(result.record)).toBe('TAKEOVER failed: ERR TAKEOVER without an attempt');
      expect(acknowledged(result.record, 'n2')).toEqual([]);
      expectWhole(result);
    }
  });

  it('should know no FAILOVER where it has no handover', () => {
    const { record } = run({
      cluster: { each: { n1: { release: 'upstream' } } },
      workload: { clients: 0, keys: 1 },
      operator: [{ type: 'failover', atUs: 100_000, node: 'n1', target: 'n2' }],
    });
    expect(asked(record, 'failover').error).toBe('ERR CLUSTERX command, unknown subcommand');
  });
});

describe('a rolling upgrade', () => {
  /** Whom n3 takes for its master before the operator says anything, and afterwards. */
  const operator: ScenarioInput['operator'] = [
    { type: 'failover', atUs: 500_000, node: 'n1', target: 'n2', timeoutMs: 5000 },
    { type: 'await', atUs: 0, node: 'n1', forMs: 10_000 },
    { type: 'info', atUs: 4_000_000, node: 'n3' },
    { type: 'outcome', atUs: 0, target: 'n2' },
    { type: 'info', atUs: 5_000_000, node: 'n3' },
  ];
  const mastersOfN3 = ({ replies }: RunRecord) =>
    replies
      .filter(({ node, message }) => node === 'n3' && message.type === 'info-reply')
      .map(({ message }) => (message['facts'] as Message)['master']);
  /** Who was sent news of the new master. */
  const announcedTo = ({ trace = [] }: RunResult) =>
    trace.flatMap((entry) =>
      entry.what === 'event' && entry.event['type'] === 'message.announce' ? [entry.node] : [],
    );

  it('should move the role while n3 is still old, and n3 should learn of it by SETNODES', () => {
    for (const seed of seeds) {
      const result = runNamed('upgrade-rolling', { seed, operator }, true);
      expect(asked(result.record, 'await').value).toBe('success');
      expect(mastersOfN3(result.record)).toEqual(['n1', 'n2']);
      expect(announcedTo(result)).toEqual([]);
      expectWhole(result);
    }
  });

  it('should be told n3 by the old master once it is upgraded too', () => {
    const result = runNamed('default', { operator }, true);
    expect(mastersOfN3(result.record)).toEqual(['n2', 'n2']);
    expect(announcedTo(result)).toEqual(['n3']);
  });
});
