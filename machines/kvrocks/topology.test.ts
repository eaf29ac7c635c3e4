import { describe, expect, it } from 'vitest';
import {
  handedOver,
  keyOfStored,
  masterIn,
  oneShard,
  ownerOf,
  roleIn,
  sameContent,
  slavesOf,
  slotCount,
  slotOf,
  slotPrefix,
  storedKey,
  type Topology,
} from './topology.js';

describe('the slot of a key', () => {
  it.each([
    ['foo', 12182],
    ['bar', 5061],
    ['hello', 866],
    ['', 0],
    // The check value of CRC16 (XMODEM), 0x31C3, is below 16,384.
    ['123456789', 12739],
  ])('should be that of Redis Cluster: %j in %i', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });

  it.each([
    ['{user1000}.following', 'user1000'],
    ['{user1000}.followers', 'user1000'],
    ['foo{bar}{zap}', 'bar'],
    ['}{tag}', 'tag'],
  ])('should be that of its hash tag: %s as %s', (key, tag) => {
    expect(slotOf(key)).toBe(slotOf(tag));
  });

  it.each([
    // Nothing between the first braces: the whole key counts.
    ['foo{}{bar}', 8363],
    // The tag begins behind the first brace: it is `{bar`.
    ['foo{{bar}}zap', 4015],
  ])('should take odd braces as Redis Cluster does: %s in %i', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });

  it('should see no tag where the braces do not close', () => {
    expect(slotOf('foo{bar')).not.toBe(slotOf('bar'));
    expect(slotOf('foo}bar{')).not.toBe(slotOf('bar'));
  });

  it('should lie between the prefixes of its slot and the next', () => {
    for (const key of ['foo', 'bar', 'hello', 'k1', '{a}b', 'zzz']) {
      const slot = slotOf(key);
      expect(storedKey(key) >= slotPrefix(slot)).toBe(true);
      expect(storedKey(key) < slotPrefix(slot + 1)).toBe(true);
      expect(keyOfStored(storedKey(key))).toBe(key);
    }
    // The last slot has an end too.
    expect(slotPrefix(slotCount - 1) < slotPrefix(slotCount)).toBe(true);
  });
});

describe('a topology', () => {
  const shard = oneShard(['n1', 'n2', 'n3'], 1);

  it('should know who is what', () => {
    expect(['n1', 'n2', 'n9'].map((id) => roleIn(shard, id))).toEqual(['master', 'slave', 'none']);
    expect(['n1', 'n2', 'n9'].map((id) => masterIn(shard, id))).toEqual([null, 'n1', null]);
    expect(roleIn(null, 'n1')).toBe('none');
    expect(slavesOf(shard, 'n1')).toEqual(['n2', 'n3']);
    expect([0, 16_383].map((slot) => ownerOf(shard, slot))).toEqual(['n1', 'n1']);
    expect(ownerOf({ version: 1, nodes: [] }, 7)).toBeUndefined();
  });

  it('should give all slots and slaves to who took over', () => {
    const after = handedOver(shard, 'n2', 2);
    expect(after).toEqual({
      version: 2,
      nodes: [
        { id: 'n1', master: 'n2', slots: [] },
        { id: 'n2', master: null, slots: [[0, 16_383]] },
        { id: 'n3', master: 'n2', slots: [] },
      ],
    });
  });

  it('should leave another shard as it is', () => {
    const other: Topology = {
      version: 1,
      nodes: [
        { id: 'n1', master: null, slots: [[0, 99]] },
        { id: 'n2', master: 'n1', slots: [] },
        { id: 'm1', master: null, slots: [[100, 16_383]] },
        { id: 'm2', master: 'm1', slots: [] },
      ],
    };
    const after = handedOver(other, 'n2', 2);
    expect(after.nodes.slice(2)).toEqual(other.nodes.slice(2));
    expect(ownerOf(after, 5)).toBe('n2');
  });

  it('should take nothing from who has taken over already', () => {
    const once = handedOver(shard, 'n2', 2);
    expect(handedOver(once, 'n2', 2)).toEqual(once);
    // Nor go back in versions.
    expect(handedOver({ ...once, version: 7 }, 'n2', 2).version).toBe(7);
  });

  it('should compare content, not versions or the order of lines', () => {
    const turned = { version: 9, nodes: [...shard.nodes].reverse() };
    expect(sameContent(shard, turned)).toBe(true);
    expect(sameContent(shard, handedOver(shard, 'n2', 1))).toBe(false);
    expect(sameContent(shard, { ...shard, nodes: shard.nodes.slice(1) })).toBe(false);
    const less = { ...shard, nodes: [{ ...shard.nodes[0]!, slots: [[0, 1]] as const }] };
    expect(sameContent({ ...shard, nodes: [shard.nodes[0]!] }, less)).toBe(false);
  });
});
