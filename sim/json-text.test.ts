import { describe, expect, it } from 'vitest';
import { parseJson, parseJsonLine } from './json-text.js';

const saying = (text: string) => {
  try {
    return parseJson(text, 'scenario.json');
  } catch (error) {
    return (error as Error).message;
  }
};

describe('parseJson', () => {
  it('reads what is JSON', () => {
    expect(parseJson('{"a": [1, -2.5e3, "x\\u00e9", null, true]}', 'f')).toEqual({
      a: [1, -2500, 'xé', null, true],
    });
  });

  it('reads 500 levels, and refuses one more though it be JSON', () => {
    const nested = (depth: number) => '{"a":['.repeat(depth / 2) + ']}'.repeat(depth / 2);
    expect(parseJson(nested(500), 'f')).toHaveProperty('a');
    expect(saying(`{"]": ${nested(500)}}`)).toBe(
      'scenario.json: not JSON at line 1, column 1506: got "[", expected at most 500 levels',
    );
    expect(parseJson(`["${'['.repeat(1000)}", "\\\\"]`, 'f')).toHaveLength(2);
  });

  it('finds the fault behind a text of megabytes', () => {
    expect(saying(`["${'x'.repeat(5_000_000)}" 1]`)).toContain('column 5000005: got "1"');
  });

  it.each([
    ['', 'line 1, column 1: got the end of the text, expected a value'],
    ['{"seed": 1,\n  "faults": [', 'line 2, column 14: got the end of the text, expected a value'],
    ['{"seed": 1', 'line 1, column 11: got the end of the text, expected "," or "}"'],
    ['{"name": "x', 'line 1, column 12: got the end of the text, expected the end of a string'],
    ['{"a": 1,}', 'line 1, column 9: got "}", expected a field\'s name in double quotes'],
    ["{'a': 1}", 'line 1, column 2: got "\'", expected a field\'s name in double quotes'],
    ['{"a" 1}', 'line 1, column 6: got "1", expected ":"'],
    ['[1 2]', 'line 1, column 4: got "2", expected "," or "]"'],
    ['{}\n{}', 'line 2, column 1: got "{", expected the end of the text'],
    ['{"a": .5}', 'line 1, column 7: got ".", expected a value'],
    ['{"a": "b\nc"}', 'line 1, column 9: got "\\n", expected the end of a string'],
    ['['.repeat(100_000), 'line 1, column 501: got "[", expected at most 500 levels'],
    ['nul', 'line 1, column 1: got "n", expected a value'],
  ])('says where %j stops being JSON', (text, where) => {
    expect(saying(text)).toBe(`scenario.json: not JSON at ${where}`);
  });
});

describe('parseJsonLine', () => {
  it('says where a line stops being JSON by its column alone', () => {
    expect(parseJsonLine('{"a": 1}', 'h.jsonl: line 7')).toEqual({ a: 1 });
    expect(() => parseJsonLine('{"a": 1', 'h.jsonl: line 7')).toThrow(
      'h.jsonl: line 7: not JSON at column 8: got the end of the text, expected "," or "}"',
    );
  });
});
