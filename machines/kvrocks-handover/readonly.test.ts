import { describe, expect, it } from 'vitest';
import type { Message } from '../../runtime/vocabulary.js';
import { after, type Given, type Shard, shardOf } from './test-shard.js';

const readonly = { type: 'readonly', operation: 0 };
const get = { type: 'get', operation: 901, key: 'k1' };
const set = { type: 'set', operation: 902, key: 'k1', value: 'w' };

/** A shard whose k1 holds `v` everywhere, with a READONLY connection of c2 to a node. */
function readingAt(node: string, given: Given = {}): Shard {
  const shard = shardOf(given).write(1).later(5) as Shard;
  expect(shard.answer('c2', node, readonly)['status']).toBe('ok');
  return shard;
}

/** What c2 is told over the connection that it has: a value, or an error. */
function told(shard: Shard, message: Message) {
  const type = `${message.type}-reply`;
  shard.say('c2', message).later(1);
  const reply = shard.values('c2', type).at(-1) as Message;
  return reply['error'] ?? reply['value'] ?? reply['status'];
}

const moved = (node: string) => expect.stringMatching(new RegExp(`^MOVED \\d+ ${node}$`));

describe('READONLY', () => {
  it('should let reads of the master through at its slave, and no write', () => {
    const shard = readingAt('n2');
    expect(told(shard, get)).toBe('v');
    expect(told(shard, set)).toEqual(moved('n1'));
    expect(told(shard, { ...set, type: 'append' })).toEqual(moved('n1'));
  });

  it('should be of one connection alone, and end with it', () => {
    const shard = readingAt('n2');
    expect(shard.get('n2')).toEqual(moved('n1'));
    shard.make('c2', { type: 'close' });
    expect(shard.later(1).answer('c2', 'n2', get)['error']).toEqual(moved('n1'));
  });

  it('should read what the slave has applied, however late that is', () => {
    const shard = readingAt('n2');
    shard.answer('c1', 'n1', { ...set, value: 'new' });
    // The feed polls every 2 ms.
    const seen = [told(shard, get), told(shard.later(3) as Shard, get)];
    expect(['v', 'new']).toContain(seen[0]);
    expect(seen[1]).toBe('new');
  });

  it('should change nothing at a master', () => {
    const shard = readingAt('n1');
    expect(told(shard, get)).toBe('v');
    expect(told(shard, set)).toBe('ok');
  });

  it('should go on at the old master, which is a slave then, and at the new one', () => {
    const old = readingAt('n1');
    old.fail('n1', 'n2', 1000);
    old.untilFailover('success').later(20);
    expect(told(old, get)).toBe('v');
    expect(told(old, set)).toEqual(moved('n2'));
    expect(old.get('n1')).toEqual(moved('n2'));
    const other = readingAt('n2');
    other.fail('n1', 'n2', 1000);
    other.untilFailover('success').later(20);
    expect(told(other, get)).toBe('v');
    expect(told(other, set)).toBe('ok');
  });

  it('should read nothing at the old master of the proposal until SETNODES makes it a slave', () => {
    const shard = readingAt('n1', { protocol: 'proposal' });
    shard.fail('n1', 'n2', 1000);
    shard.untilFailover('success').later(20);
    expect(told(shard, get)).toEqual(moved('n2'));
    shard.push('n2', after);
    shard.push('n1', after);
    expect(told(shard.later(1500) as Shard, get)).toBe('v');
  });

  it('should read at another slave before and after it follows the new master', () => {
    const shard = readingAt('n3');
    expect(told(shard, get)).toBe('v');
    shard.fail('n1', 'n2', 1000);
    shard.untilFailover('success').later(50);
    expect(told(shard, get)).toBe('v');
    expect(told(shard, set)).toEqual(moved('n2'));
  });
});
