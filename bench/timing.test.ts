import { describe, expect, it } from 'vitest';
import { limitShareLeast, ratiosOf } from './throughput.js';
import { median, quantile, ratios, timeInTurn } from './timing.js';

describe('timings', () => {
  it('take the lower of two middles, and refuse to speak of nothing', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(quantile([10, 20, 30, 40, 50], 0.75)).toBe(40);
    expect(() => median([])).toThrow('of no numbers');
  });

  it('are divided round by round', () => {
    expect(ratios({ slow: [8, 30], fast: [2, 3] }, 'slow', 'fast')).toEqual([4, 10]);
  });

  it('are taken in turn, warm-ups do not count, and a signal ends them after a round', async () => {
    const calls: string[] = [];
    const seen: number[] = [];
    const controller = new AbortController();
    const named = (name: string) => ({ name, call: () => calls.push(name), samples: 1 });
    const rounds = await timeInTurn([named('a'), named('b')], {
      rounds: 5,
      warmups: 1,
      progress: (done) => {
        seen.push(done);
        if (done === 3) controller.abort();
      },
      signal: controller.signal,
    });
    expect(Object.keys(rounds)).toEqual(['a', 'b']);
    expect(rounds['a']).toHaveLength(2);
    expect(seen).toEqual([1, 2, 3]);
    const turns = calls.filter((name, at) => at === 0 || calls[at - 1] !== name);
    expect(turns).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });
});

describe('the ratios', () => {
  const rounds = { switchover: [100, 110], actors: [700, 770], limit: [5, 11] };
  const named = (name: string) => name;

  it('are times by the time of Switchover', () => {
    expect(ratiosOf(rounds, named, limitShareLeast)).toEqual({ actors: 7, limit: 0.05 });
  });

  it('have no limit where what is called so is slower than half a bare heap', () => {
    expect(ratiosOf(rounds, named, limitShareLeast - 0.01)).toEqual({ actors: 7, limit: null });
  });
});
