import { describe, expect, it } from 'vitest';
import { LineSplitter } from './lines.js';

const bytes = new TextEncoder().encode('one\r\n\nзвёзды 🌟\n\ufefflast');

function split(chunks: readonly Uint8Array[]): [number, string][] {
  const found: [number, string][] = [];
  const lines = new LineSplitter('f', (text, number) => found.push([number, text]));
  for (const chunk of chunks) lines.add(chunk);
  lines.end();
  return found;
}

describe('lines of a stream', () => {
  it('are the same however the stream is cut, also within a letter', () => {
    const whole = split([bytes]);
    expect(whole).toEqual([
      [1, 'one'],
      [2, ''],
      [3, 'звёзды 🌟'],
      [4, '\ufefflast'],
    ]);
    for (let at = 0; at <= bytes.length; at++) {
      expect(split([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(split([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('lose a byte order mark at the beginning of the stream only', () => {
    const marked = new TextEncoder().encode('\ufeffa\n\ufeffb');
    expect(split([marked])).toEqual([
      [1, 'a'],
      [2, '\ufeffb'],
    ]);
  });

  it('are none in a stream without a byte, and one more only behind a newline', () => {
    expect(split([])).toEqual([]);
    expect(split([Uint8Array.of(10)])).toEqual([[1, '']]);
  });

  it('that end within a letter are refused by number', () => {
    const cut = new TextEncoder().encode('a\n🌟').subarray(0, 4);
    expect(() => split([cut])).toThrow('f: line 2: not text in UTF-8');
  });
});
