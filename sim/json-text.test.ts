import { describe, expect, it } from 'vitest';
import { parseJson } from './json-text.js';

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
