import { describe, expect, it } from 'vitest';
import type { Batch } from '../../runtime/vocabulary.js';
import { batchBytes, checkpointBytes, extraBytes, sized } from './sizes.js';
import { puppetNode, type Stage } from './test-stage.js';
import { stageOf, substrateNode } from './test-substrate.js';
import { oneShard } from './topology.js';

const batch = (...values: string[]): Batch => ({
  count: 1,
  operation: 1,
  writes: values.map((value) => ({ kind: 'put', key: 'k', value })),
});

describe('the size of a value', () => {
  it.each([
    [null, 0],
    ['', 0],
    ['v1.7', 0],
    ['v1.7*4096', 4096],
    [sized('v1.7', 100_000_000), 100_000_000],
    // A list holds several.
    ['v1.1*100,v2.1*20,', 120],
    // Whatever a person writes, it is a number.
    ['*', 0],
    ['a*b', 0],
    ['2*3*x*4', 7],
    ['*'.repeat(9), 0],
  ])('should be told by %s', (value, bytes) => {
    expect(extraBytes(value)).toBe(bytes);
  });
});

describe('what travels', () => {
  it('should grow with values, by nothing for those without a size', () => {
    expect(batchBytes([])).toBe(0);
    const small = batchBytes([batch('v')]);
    expect(small).toBeGreaterThan(0);
    expect(batchBytes([batch('v'), batch('v')])).toBe(2 * small);
    expect(batchBytes([batch('v*1000', 'w*24')])).toBe(small + 1024);
    const gone: Batch = {
      count: 1,
      operation: 0,
      writes: [{ kind: 'deleteRange', from: 'a*9', to: 'b*9' }],
    };
    expect(batchBytes([gone])).toBe(small);
  });

  it('should be more for a checkpoint that holds more', () => {
    const hash = { a: 0, b: 0 };
    const holding = (...contents: [string, string][]) =>
      checkpointBytes({ offset: 1, hash, batches: [], contents });
    expect(holding()).toBeGreaterThan(0);
    expect(holding(['k', 'v*5000']) - holding(['k', 'v'])).toBe(5000);
    expect(holding(['k', 'v'], ['l', 'v'])).toBeGreaterThan(holding(['k', 'v']));
  });
});

describe('a link that carries a million bytes a second', () => {
  const two = oneShard(['n1', 'n2'], 1);
  const tenthOfASecond = 100_000;

  function writing(value: string): Stage {
    const nodes = [
      substrateNode('n1', two),
      substrateNode('n2', two),
      puppetNode('c1'),
      puppetNode('c2'),
    ];
    const network = { latencyUs: [100], bytesPerSecond: 1_000_000, windowBytes: 1_000_000 };
    const stage = stageOf(nodes, { network }).until(10);
    // What a puppet says has no size, so only replication and replies have one here.
    stage.ask('c1', 'n1', { type: 'set', operation: 1, key: 'k', value });
    return stage;
  }

  function appliedAt(value: string): number {
    const stage = writing(value);
    while (stage.node('n2').applied < 1 && stage.world.now < 2_000_000) stage.later(0.1);
    return stage.world.now;
  }

  it('should take its time over a large value on the way to the slave', () => {
    const later = appliedAt(`v*${tenthOfASecond}`) - appliedAt('v');
    // Looked at every 100 us.
    expect(Math.abs(later - tenthOfASecond)).toBeLessThanOrEqual(100);
  });

  it('should take its time over a large value on the way to who reads it', () => {
    const tookUs = (value: string) => {
      const stage = writing(value).later(500);
      const asked = stage.world.now;
      stage.ask('c2', 'n1', { type: 'get', operation: 2, key: 'k' }).later(500);
      return stage.times('c2', 'get-reply')[0]! - asked;
    };
    expect(tookUs(`v*${tenthOfASecond}`) - tookUs('v')).toBe(tenthOfASecond);
  });

  it('should replicate a value with a star in it', () => {
    expect(appliedAt('a*b')).toBe(appliedAt('ab'));
  });
});
