import { describe, expect, it } from 'vitest';
import { bursts, silenceUs, span } from './bursts.js';

const moved = (at: number, who = 'c1') => ({ at, key: 'MOVED', who });

describe('bursts', () => {
  it('should make one of many alike, with everybody concerned once', () => {
    expect(bursts([moved(10), moved(20, 'c2'), moved(30)])).toEqual([
      { key: 'MOVED', from: 10, to: 30, count: 3, who: ['c1', 'c2'] },
    ]);
  });

  it('should begin anew after a silence, and not before', () => {
    expect(bursts([moved(0), moved(silenceUs - 1)])).toHaveLength(1);
    expect(bursts([moved(0), moved(silenceUs)])).toHaveLength(2);
  });

  it('should not let what is unlike end a burst', () => {
    const all = bursts([moved(0), { at: 1, key: 'TRYAGAIN', who: 'c1' }, moved(2)]);
    expect(all.map(({ key, count }) => [key, count])).toEqual([
      ['MOVED', 2],
      ['TRYAGAIN', 1],
    ]);
  });
});

describe('span', () => {
  it.each([
    [['c2', 'c1', 'c4', 'c3'], 'c1-c4'],
    [['c1', 'c2'], 'c1, c2'],
    [['c9', 'c10', 'c11', 'c1'], 'c1, c9-c11'],
    [['probe', 'c1'], 'probe, c1'],
    [['n2'], 'n2'],
  ])('should call %j %s', (names, text) => {
    expect(span(names)).toBe(text);
  });
});
