import { describe, expect, it } from 'vitest';
import { expected } from './suggest.js';

describe('expected', () => {
  it('names the one that is a slip away', () => {
    expect(expected('barier', ['barrier', 'promote'])).toBe('did you mean "barrier"?');
    expect(expected('Graceful', ['graceful', 'kvrocks-pr3295'])).toBe('did you mean "graceful"?');
  });

  it('names the only one that ends so', () => {
    expect(expected('syncing', ['server.verdict.syncing', 'server.job.idle'])).toBe(
      'did you mean "server.verdict.syncing"?',
    );
  });

  it('lists those that end so when there are several', () => {
    expect(expected('idle', ['a.idle', 'b.idle', 'c.busy'])).toBe('expected one of a.idle, b.idle');
  });

  it('lists what there is when nothing is near, sixteen at most', () => {
    expect(expected('x1', ['alpha', 'beta'])).toBe('expected one of alpha, beta');
    const many = Array.from({ length: 19 }, (_, at) => `name-${at}`);
    expect(expected('zzz', many)).toMatch(/name-15 and 3 more$/);
  });
});
