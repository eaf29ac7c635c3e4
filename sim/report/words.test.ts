import { describe, expect, it } from 'vitest';
import { errorWord, lasting } from './words.js';

describe('lasting', () => {
  it.each([
    [0, '0 us'],
    [999, '999 us'],
    [1000, '1.0 ms'],
    [1049, '1.0 ms'],
    [1050, '1.1 ms'],
    [999_949, '999.9 ms'],
    // Rounded up it would have four digits before the point.
    [999_950, '1.000 s'],
    [1_234_500, '1.235 s'],
    [240_089_035, '240.089 s'],
  ])('should call %i microseconds %s', (us, text) => {
    expect(lasting(us)).toBe(text);
  });
});

describe('errorWord', () => {
  it('should take the word in capitals, and call what has none an error', () => {
    expect(errorWord('MOVED 42 n2')).toBe('MOVED');
    expect(errorWord('ERR Invalid timeout')).toBe('ERR');
    expect(errorWord(undefined)).toBe('error');
  });
});
