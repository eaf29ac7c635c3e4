/** The proposal's attempt: each way out of each state, with its reason and its instant. */
import { describe, expect, it } from 'vitest';
import { oneShard } from '../kvrocks/topology.js';
import {
  acknowledge,
  after,
  attach,
  before,
  fault,
  type Given,
  type Shard,
  shardOf,
} from './test-shard.js';

/** The proposal with n2 a puppet that is attached; n1 has so many writes, of which n2 has acked. */
function proposal(written: number, acked: number, given: Given = {}): Shard {
  const puppets = { n2: {}, n3: {} };
  const shard = shardOf({ protocol: 'proposal', puppets, ...given }).write(written);
  attach(shard, 'n2');
  return acknowledge(shard, 'n2', acked);
}

/** Since when n1 is in a state, in milliseconds after the command was accepted. */
const sinceStart = (shard: Shard, state: string) => {
  const at = (which: string) =>
    shard.heard('n1', 'failover').findLast(({ value }) => value === which)!.at;
  return (at(state) - at('started')) / 1000;
};

const states = (shard: Shard) => shard.values('n1', 'failover').slice(1);

describe('the job of the proposal, before TAKEOVER', () => {
  it('should fail at once on a target that the topology does not know', () => {
    const shard = proposal(0, 0);
    expect(shard.fail('n1', 'n9')).toBe('OK');
    expect(states(shard)).toEqual(['started', 'failed']);
    expect(shard.reason()).toBe('Slave node not found in cluster');
  });

  it.each(['n3', 'n1'])('should fail at once on %s, which is not attached', (target) => {
    const shard = proposal(0, 0);
    expect(shard.fail('n1', target)).toBe('OK');
    expect(states(shard)).toEqual(['started', 'check_slave', 'failed']);
    expect(shard.reason()).toBe('Slave not connected or not syncing');
  });

  it.each([
    [undefined, 500],
    [0, 100],
    [100, 100],
    [900, 450],
    [10_000, 3000],
  ])('should sample for half the timeout within bounds: timeout %s, %i ms', (timeout, sample) => {
    const shard = proposal(10, 10);
    shard.fail('n1', 'n2', timeout);
    shard.untilFailover('switching');
    expect(sinceStart(shard, 'pause_write')).toBe(sample);
  });

  it.each([
    // Writes, acked before, acked at the end; the timeout is the default, 1000.
    [100, 50, 50, 'Slave lag check failed: Slave is not replicating (lag: 50)'],
    // 10 numbers in half a second: 20 a second, and 80 to go.
    [
      100,
      10,
      20,
      'Slave lag check failed: ' +
        'Estimated catchup time 4000ms > remaining time 500ms (lag: 80, speed: 20.00/s)',
    ],
    // 1 in half a second, and 1 to go: exactly the time that remains.
    [100, 98, 99, null],
    // 66 in half a second, 34 to go.
    [100, 0, 66, null],
    [100, 0, 100, null],
    // An ack that goes back is no progress.
    [100, 50, 40, 'Slave lag check failed: Slave is not replicating (lag: 60)'],
  ])('should judge the lag: of %i, %i then %i', (written, first, second, reason) => {
    const shard = proposal(written, first);
    shard.fail('n1', 'n2');
    acknowledge(shard, 'n2', second).later(505);
    expect(shard.reason()).toBe(reason ?? undefined);
    expect(shard.failover()).not.toBe('check_slave');
  });

  it('should find an offset of 0 before the first ack', () => {
    const shard = shardOf({ protocol: 'proposal', puppets: { n2: {}, n3: {} } });
    attach(shard, 'n2').fail('n1', 'n2');
    shard.later(600);
    // Nothing was written: 0 has caught up.
    expect(shard.failover()).toBe('switching');
  });

  it('should not find a connection that has only shaken hands', () => {
    const shard = shardOf({ protocol: 'proposal', puppets: { n2: {}, n3: {} } });
    shard.ask('n2', 'n1', { type: 'replconf', address: 'n2' }).later(1);
    shard.fail('n1', 'n2');
    expect(shard.reason()).toBe('Slave not connected or not syncing');
  });

  it('should find the offset of a feed that has stopped until the cron takes it away', () => {
    const shard = proposal(10, 10).until(420);
    shard.make('n2', { type: 'hang up' });
    expect(shard.later(1).fail('n1', 'n2', 100)).toBe('OK');
    expect(shard.failover()).toBe('check_slave');
    // The cron comes every 100 ms, so at 500; the second reading is at 521.
    shard.until(530);
    expect(shard.reason()).toBe(
      'Slave lag check failed: Failed to get slave offset: no such slave',
    );
  });

  it('should find the feed that has stopped first, before the one that runs', () => {
    const shard = proposal(10, 10).until(420);
    shard.make('n2', { type: 'hang up' });
    shard.later(1);
    acknowledge(attach(shard, 'n2'), 'n2', 3);
    shard.fail('n1', 'n2', 60_000);
    // The old feed's ack, 10, is all there is to see: no lag. Then the cron comes.
    expect(shard.until(499).failover()).toBe('check_slave');
    shard.until(3600);
    expect(shard.reason()).toContain('Slave is not replicating (lag: 7)');
  });

  it('should go on at the first point of the grid after the ack', () => {
    const shard = proposal(100, 0);
    shard.fail('n1', 'n2');
    acknowledge(shard, 'n2', 66).untilFailover('wait_sync');
    const begun = shard.world.now;
    shard.later(33.3);
    acknowledge(shard, 'n2', 100).untilFailover('switching');
    expect(sinceStart(shard, 'switching') - sinceStart(shard, 'wait_sync')).toBe(40);
    expect(shard.world.now - begun).toBeLessThan(41_000);
  });

  it.each([
    [1000, 1010],
    [995, 1000],
    [200, 210],
  ])('should give up after %i ms at the next look, at %i', (timeout, at) => {
    const shard = proposal(100, 0);
    shard.fail('n1', 'n2', timeout);
    // Fast enough to pass the estimate.
    acknowledge(shard, 'n2', 99).untilFailover('failed');
    expect(shard.reason()).toBe('Timeout waiting for replication sync');
    expect(sinceStart(shard, 'failed') - sinceStart(shard, 'wait_sync')).toBe(at);
  });

  it('should test the time before the offset', () => {
    const shard = proposal(100, 0);
    shard.fail('n1', 'n2', 200);
    acknowledge(shard, 'n2', 99).untilFailover('wait_sync');
    // The ack comes between the last look in time and the first one too late.
    shard.later(204);
    acknowledge(shard, 'n2', 100).later(10);
    expect(shard.reason()).toBe('Timeout waiting for replication sync');
  });

  it('should succeed with timeout 0 when it is idle: the time is not over at the first look', () => {
    const shard = proposal(0, 0);
    shard.fail('n1', 'n2', 0);
    shard.untilFailover('switching');
    expect(sinceStart(shard, 'switching')).toBe(100);
  });

  it('should fail when the slave is gone from the list while it waits', () => {
    const shard = proposal(100, 0);
    shard.fail('n1', 'n2', 2000);
    acknowledge(shard, 'n2', 99).untilFailover('wait_sync');
    shard.make('n2', { type: 'hang up' });
    shard.untilFailover('failed');
    expect(shard.reason()).toBe('Failed to get slave offset: no such slave');
  });
});

/** The proposal as it goes to ask n2, which answers TAKEOVER like this. */
function switching(answers: Record<string, object>, given: Given = {}): Shard {
  const puppets = { n2: answers as never, n3: {} };
  const shard = proposal(5, 5, { puppets, ...given });
  shard.fail('n1', 'n2');
  return shard;
}

describe('the TAKEOVER exchange of the proposal', () => {
  it('should succeed with +OK, name nothing, and mark every slot as gone', () => {
    const shard = switching({ takeover: {} }).untilFailover('success');
    expect(shard.values('n2', 'takeover')).toMatchObject([{ master: null }]);
    expect(shard.heard('n2', 'auth')).toEqual([]);
    expect(shard.set('n1')).toMatch(/^MOVED \d+ n2$/);
    expect(shard.get('n1')).toBe('MOVED 12706 n2');
    expect(shard.gate()).toBe('open');
    expect(shard.node('n1').persisted).toEqual({});
  });

  it('should wait for exclusivity before it marks', () => {
    const slow = { n1: { disk: { append: [50_000], sync: [0], persist: [0] } } };
    const shard = shardOf({
      protocol: 'proposal',
      puppets: { n2: { takeover: {} }, n3: {} },
      each: slow,
    });
    attach(shard, 'n2').fail('n1', 'n2');
    // Admitted just before the pause, committed long after it.
    shard.later(498);
    shard.ask('c1', 'n1', { type: 'set', operation: 1, key: 'k', value: 'v' } as never);
    shard.untilFailover('success');
    const committed = shard.world.record.replies.find(({ operation }) => operation === 1)!.at;
    const success = shard.heard('n1', 'failover').at(-1)!.at;
    expect(success).toBeGreaterThanOrEqual(committed);
    expect(shard.heard('n1', 'failover').at(-2)!.value).toBe('switching');
  });

  it.each([
    ['ERR Cluster is not initialized', 'TAKEOVER failed: ERR Cluster is not initialized'],
    ['LOADING kvrocks', 'TAKEOVER failed: LOADING kvrocks'],
  ])('should fail on the line -%s', (error, reason) => {
    const shard = switching({ takeover: { status: 'error', error } }).untilFailover('failed');
    expect([shard.reason(), shard.gate(), shard.set('n1')]).toEqual([reason, 'open', 'OK']);
    expect(shard.heard('n2', 'takeover')).toHaveLength(1);
  });

  it('should fail when nobody listens', () => {
    const rule = { kind: 'link', on: 'connect', from: 'n1', to: 'n2', verdict: { kind: 'reset' } };
    const shard = switching({}, { faults: [fault(1, 300_000, rule)] }).untilFailover('failed');
    expect(shard.reason()).toBe('Failed to connect to slave: refused');
  });

  it('should give the own password first, and fail when it is wrong', () => {
    const options = { requirepass: 'a' };
    const refused = { status: 'error', error: 'ERR invalid password' };
    const puppets = { n2: { auth: refused, takeover: {} }, n3: {} };
    const shard = shardOf({ protocol: 'proposal', puppets, options });
    shard.ask('n2', 'n1', { type: 'auth', password: 'a' }).later(1);
    shard.say('n2', { type: 'replconf', address: 'n2' }, true).later(1);
    shard.say('n2', { type: 'psync', from: 1 }, true).later(1);
    shard.ask('c3', 'n1', { type: 'auth', password: 'a' }).later(1);
    shard.say('c3', { type: 'failover', target: 'n2' }).later(1);
    shard.untilFailover('failed');
    expect(shard.values('n2', 'auth')).toMatchObject([{ password: 'a' }]);
    expect([shard.reason(), shard.heard('n2', 'takeover')]).toEqual(['AUTH failed', []]);
  });

  it('should fail, and write again, when the connection ends after the request', () => {
    const shard = switching({}).untilFailover('switching').later(1);
    expect(shard.heard('n2', 'takeover')).toHaveLength(1);
    shard.make('n2', { type: 'hang up' });
    shard.untilFailover('failed');
    expect(shard.reason()).toBe('Failed to read TAKEOVER response: connection broken');
    expect([shard.gate(), shard.set('n1')]).toEqual(['open', 'OK']);
  });

  it('should wait for the line without a bound, writes shut out and reads served', () => {
    const shard = switching({}).untilFailover('switching').later(600_000);
    expect([shard.failover(), shard.gate()]).toEqual(['switching', 'writes']);
    expect([shard.set('n1'), shard.get('n1')]).toEqual(['TRYAGAIN Failover in progress', 'OK']);
  });
});

describe('the variable and the job of the proposal', () => {
  const same = { ...before, version: 2 };

  it('should be reset by SETNODES in any state, while the job runs on and assigns', () => {
    const shard = switching({}).untilFailover('switching').later(1);
    expect(shard.push('n1', same)).toBe('OK');
    expect([shard.failover(), shard.gate(), shard.set('n1')]).toEqual(['none', 'open', 'OK']);
    // The answer comes late: the job knows nothing of what happened.
    shard.say('n2', { type: 'takeover-reply', status: 'ok' });
    shard.untilFailover('success');
    expect(shard.set('n1')).toMatch(/^MOVED \d+ n2$/);
  });

  it('should let a second FAILOVER in after a reset, and run it when the job is over', () => {
    const shard = switching({}).untilFailover('switching').later(1);
    expect(shard.fail('n1', 'n2')).toBe('ERR Failover is already in progress');
    shard.push('n1', same);
    expect(shard.fail('n1', 'n9')).toBe('OK');
    expect(shard.later(100).failover()).toBe('started');
    shard.make('n2', { type: 'hang up' });
    shard.later(1);
    // The first job fails by its own reason, then the second by its target.
    expect(shard.values('n1', 'failure')).toEqual([
      'Failed to read TAKEOVER response: connection broken',
      'Slave node not found in cluster',
    ]);
  });

  it('should keep the address that the running job has looked up', () => {
    const shard = proposal(100, 0);
    attach(shard, 'n3').later(1);
    shard.fail('n1', 'n2', 5000);
    acknowledge(shard, 'n2', 99).untilFailover('wait_sync');
    shard.push('n1', same);
    expect(shard.fail('n1', 'n3', 5000)).toBe('OK');
    // n3 has caught up; the job waits for n2.
    acknowledge(shard, 'n3', 100).later(50);
    expect(shard.failover()).toBe('started');
    acknowledge(shard, 'n2', 100).untilFailover('switching').later(1);
    expect([shard.heard('n2', 'takeover'), shard.heard('n3', 'takeover')]).toMatchObject([
      [{}],
      [],
    ]);
  });

  it.each([
    ['shorter', 5000, 300, 300],
    ['longer', 1000, 3000, 3010],
  ])('should read a %s timeout while it waits', (_, first, second, end) => {
    const shard = proposal(1000, 0);
    shard.fail('n1', 'n2', first);
    acknowledge(shard, 'n2', 999).untilFailover('wait_sync');
    const waiting = shard.world.now;
    shard.later(400);
    shard.push('n1', same);
    shard.fail('n1', 'n2', second);
    const accepted = shard.world.now;
    shard.untilFailover('failed');
    const failed = shard.heard('n1', 'failure')[0]!.at;
    if (second < first) expect(failed - accepted).toBeLessThan(10_000);
    else expect(Math.round((failed - waiting) / 1000)).toBe(end);
    expect(shard.values('n1', 'failure')[0]).toBe('Timeout waiting for replication sync');
  });
});

describe('the acceptance of FAILOVER', () => {
  it.each([
    // Parsing comes before everything, the state before the role.
    [{ timeoutMs: 'soon' }, 'ERR Invalid timeout'],
    [{ timeoutMs: -1 }, 'ERR timeout is negative'],
  ])('should parse %j first', (given, error) => {
    const shard = switching({}).untilFailover('switching');
    const command = { type: 'failover', operation: 1, target: 'n2', ...given };
    expect(shard.answer('c1', 'n1', command)['error']).toBe(error);
    expect(shard.answer('c1', 'n1', { ...command, timeoutMs: 1 })['error']).toBe(
      'ERR Failover is already in progress',
    );
  });

  it('should refuse a slave, and examine nothing else', () => {
    const shard = shardOf({ protocol: 'proposal' });
    expect(shard.fail('n2', 'n1')).toBe("ERR Current node is a slave, can't failover");
    expect(shard.fail('n1', 'nobody at all')).toBe('OK');
  });

  it('should refuse after success and accept after failure, until SETNODES resets both', () => {
    const shard = switching({ takeover: {} }).untilFailover('success');
    expect(shard.fail('n1', 'n2')).toBe('ERR Failover is already in progress');
    shard.push('n1', { ...before, version: 2 });
    expect(shard.fail('n1', 'n9')).toBe('OK');
    expect(shard.failover()).toBe('failed');
    expect(shard.fail('n1', 'n9')).toBe('OK');
  });
});

describe('what a client sees in the proposal', () => {
  it('should be as the table of the source says, at M', () => {
    const seen: Record<string, [string, string]> = {};
    const shard = proposal(100, 0);
    const look = () => {
      seen[String(shard.failover())] = [shard.get('n1'), shard.set('n1').replace(/\d+/, 'slot')];
    };
    look();
    shard.fail('n1', 'n2', 2000);
    look();
    acknowledge(shard, 'n2', 99).untilFailover('wait_sync');
    look();
    acknowledge(shard, 'n2', 102).untilFailover('switching').later(1);
    look();
    shard.say('n2', { type: 'takeover-reply', status: 'ok' }).later(1);
    look();
    shard.push('n1', after);
    seen['roles swapped'] = [shard.get('n1'), shard.set('n1').replace(/\d+/, 'slot')];
    expect(seen).toEqual({
      none: ['OK', 'OK'],
      check_slave: ['OK', 'OK'],
      wait_sync: ['OK', 'TRYAGAIN Failover in progress'],
      switching: ['OK', 'TRYAGAIN Failover in progress'],
      success: ['MOVED 12706 n2', 'MOVED slot n2'],
      'roles swapped': ['MOVED 12706 n2', 'MOVED slot n2'],
    });
  });

  it('should be as the table of the source says, at S', () => {
    const shard = shardOf({ protocol: 'proposal' }).write(1).later(20);
    const look = () => [shard.get('n2'), shard.set('n2').replace(/\d+/, 'slot')];
    expect(look()).toEqual(['MOVED 12706 n1', 'MOVED slot n1']);
    shard.answer('c1', 'n2', { type: 'takeover', master: null });
    expect(look()).toEqual(['OK', 'OK']);
    shard.push('n2', after);
    expect(look()).toEqual(['OK', 'OK']);
  });

  it('should be one more line of CLUSTER INFO at a master that remembers no master', () => {
    const shard = shardOf({ protocol: 'proposal' });
    expect(shard.info('n1')).toMatchObject({ cluster_failover_state: 'none', attached: 2 });
    expect(shard.info('n2')['cluster_failover_state']).toBeUndefined();
    shard.push('n1', { ...oneShard(['n9'], 2) });
    expect(shard.info('n1')['cluster_failover_state']).toBeUndefined();
  });
});
