import { describe, expect, it } from 'vitest';
import type { Batch } from '../../runtime/vocabulary.js';
import { puppetNode, type Stage } from './test-stage.js';
import { stageOf, substrateNode } from './test-substrate.js';
import { oneShard, storedKey } from './topology.js';

const shard = oneShard(['n1', 'n2', 'n3'], 1);

/** A master n1, a slave n2 of the store, a puppet n3 in another's place, and clients. */
function threeNodes(): Stage {
  const puppets = ['n3', 'c1', 'c2'].map((name) => puppetNode(name));
  const stage = stageOf([substrateNode('n1', shard), substrateNode('n2', shard), ...puppets]).until(
    10,
  );
  stage.answer('n3', 'n1', { type: '_db_name' });
  stage.say('n3', { type: 'replconf', address: 'n3' }).later(1);
  return stage.say('n3', { type: 'psync', from: 1 }).later(1);
}

const append = (operation: number, value: string, numbers?: number) => ({
  type: 'append',
  operation,
  key: 'k',
  value,
  ...(numbers !== undefined && { numbers }),
});

const read = (stage: Stage, node = 'n1') =>
  stage.answer('c1', node, { type: 'get', operation: 99, key: 'k' })['value'];

/** What the puppet was fed. */
const fed = (stage: Stage) =>
  stage
    .values('n3', 'fed')
    .flatMap((message) => (message as unknown as { batches: Batch[] }).batches);

describe('APPEND', () => {
  it('should put its value behind what the key holds, from nothing on', () => {
    const stage = threeNodes();
    expect(stage.answer('c1', 'n1', append(1, 'a'))['status']).toBe('ok');
    stage.answer('c1', 'n1', append(2, 'b'));
    expect(read(stage)).toBe('ab');
    stage.answer('c1', 'n1', { type: 'set', operation: 3, key: 'k', value: 'x' });
    stage.answer('c1', 'n1', append(4, 'c'));
    expect(read(stage)).toBe('xc');
  });

  it('should be replicated as what it came to', () => {
    const stage = threeNodes();
    stage.answer('c1', 'n1', append(1, 'a'));
    stage.answer('c1', 'n1', append(2, 'b'));
    const key = storedKey('k');
    expect(fed(stage.later(5))).toEqual([
      { count: 1, operation: 1, writes: [{ kind: 'put', key, value: 'a' }] },
      { count: 1, operation: 2, writes: [{ kind: 'put', key, value: 'ab' }] },
    ]);
  });

  it('should leave master and slave with the same log', () => {
    const stage = threeNodes();
    stage.answer('c1', 'n1', append(1, 'a', 3));
    stage.answer('c1', 'n1', append(2, 'b'));
    const [master, slave] = ['n1', 'n2'].map((name) => stage.later(5).node(name));
    expect(slave!.lineage).toEqual(master!.lineage);
    expect(slave!.hash).toEqual(master!.hash);
    expect(slave!.contents).toEqual(master!.contents);
    expect(slave!.contents).toEqual([[storedKey('k'), 'ab']]);
  });

  it('should take as many numbers as it says, and one unless it does', () => {
    const stage = threeNodes();
    stage.answer('c1', 'n1', append(1, 'a', 3));
    expect(stage.node('n1').applied).toBe(3);
    stage.answer('c1', 'n1', append(2, 'b'));
    expect(stage.node('n1').lineage).toEqual([
      { last: 3, operation: 1 },
      { last: 4, operation: 2 },
    ]);
  });

  it('should lose none of two that come at once', () => {
    const stage = threeNodes();
    stage.ask('c1', 'n1', append(1, 'a')).ask('c2', 'n1', append(2, 'b')).later(5);
    expect(['ab', 'ba']).toContain(read(stage));
  });

  it('should be sent on by a slave', () => {
    expect(threeNodes().answer('c1', 'n2', append(1, 'a'))['error']).toMatch(/^MOVED \d+ n1$/);
  });
});
