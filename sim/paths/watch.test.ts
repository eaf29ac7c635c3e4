/** How an answer is told in the words of a test model. */
import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../runtime/record.js';
import { answerTo } from './watch.js';

type Ended = Partial<Pick<OperationRecord, 'outcome' | 'value' | 'error'>>;

const answer = (type: string, ended: Ended) =>
  answerTo(
    { operations: [{ id: 1, call: { type }, ...ended } as OperationRecord], replies: [] },
    1,
  );

describe('an answer', () => {
  it.each<[string, Ended, string]>([
    ['set', { outcome: 'ok', value: '' }, 'OK'],
    ['failover', { outcome: 'ok', value: 'started' }, 'OK'],
    ['get', { outcome: 'ok', value: 'x' }, 'OK "x"'],
    ['get', { outcome: 'ok', value: null }, 'OK null'],
    [
      'get',
      { outcome: 'fail', error: 'TRYAGAIN Failover in progress' },
      'TRYAGAIN Failover in progress',
    ],
    ['set', { outcome: 'fail', error: 'MOVED 12182 n2' }, 'MOVED n2'],
    ['set', { outcome: 'info', error: 'no answer' }, 'no answer'],
    ['set', { outcome: 'fail', error: 'no connection' }, 'no answer'],
    ['get', {}, 'no answer'],
  ])('to %s %j should be told as one word or so', (type, ended, told) => {
    expect(answer(type, ended)).toBe(told);
  });

  it('should be none where nothing was asked yet', () => {
    expect(answerTo({ operations: [], replies: [] }, 1)).toBe('no answer');
  });
});
