/** The lag test where acks are forced: by what an ack is measured, and which is the last. */
import { describe, expect, it } from 'vitest';
import { acknowledge, attach, type Shard, shardOf } from './test-shard.js';

/** n2, a puppet, has all of ten writes; its second ack has been asked for just now. */
function asked(writtenMeanwhile: number): Shard {
  const shard = shardOf({ puppets: { n2: {}, n3: {} } }).write(10);
  acknowledge(attach(shard, 'n2'), 'n2', 10).fail('n1', 'n2');
  acknowledge(shard, 'n2', 10).later(10).write(writtenMeanwhile).later(500);
  expect(shard.failover()).toBe('check_slave');
  return shard;
}

describe('the second reading', () => {
  it('should not count what was written after the ack had been asked for', () => {
    const shard = asked(0).write(3);
    expect(shard.failover()).toBe('check_slave');
    expect(acknowledge(shard, 'n2', 10).failover()).toBe('wait_sync');
  });

  it('should wait for another ack after one that is short', () => {
    const shard = acknowledge(asked(5), 'n2', 12);
    expect(shard.failover()).toBe('check_slave');
    expect(acknowledge(shard, 'n2', 15).failover()).toBe('switching');
  });

  it('should go on at once with one that is short, where there is time to catch up', () => {
    expect(acknowledge(asked(5), 'n2', 14).failover()).toBe('wait_sync');
  });

  it.each([
    ['no ack comes', 10, 'Slave is not replicating (lag: 5)'],
    ['a short one is the last', 11, 'Estimated catchup time'],
  ])('should fail after a second where %s', (_, ack, reason) => {
    const shard = ack === 10 ? asked(5) : acknowledge(asked(5), 'n2', ack);
    expect(shard.later(980).failover()).toBe('check_slave');
    expect(shard.later(30).failover()).toBe('failed');
    expect(shard.reason()).toContain(reason);
  });

  it('should count all that was written, where no ack has come', () => {
    const shard = asked(0).write(3).later(1100);
    expect(shard.reason()).toBe('Slave lag check failed: Slave is not replicating (lag: 3)');
  });
});
