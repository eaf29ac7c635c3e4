/** Histories as other people write them: what is read, what it means, and what is refused. */
import { describe, expect, it } from 'vitest';
import { initialOf, type ModelName } from './history-models.js';
import { judgeHistory } from './judge-history.js';
import { readHistory } from './read-history.js';

const encoder = new TextEncoder();

const read = (text: string, model?: ModelName) => readHistory([encoder.encode(text)], 'h', model);

/** `process type f key [value [time]]` a line, as JSON; values are JSON, `_` leaves one out. */
function lines(...events: string[]): string {
  return events
    .map((event) => {
      const [process, type, f, key, value = '_', time] = event.split(' ');
      const fields = { process, type, f, key };
      const more = [
        ...(value === '_' ? [] : [`,"value":${value}`]),
        ...(time === undefined ? [] : [`,"time":${time}`]),
      ];
      return `${JSON.stringify(fields).slice(0, -1)}${more.join('')}}\n`;
    })
    .join('');
}

async function validity(text: string, model: ModelName = 'register') {
  const history = await read(text, model);
  return judgeHistory(history.operations, history.model).validity;
}

const write = ['a invoke write k "v1"', 'a ok write k "v1"'];

describe('a history without a header', () => {
  it('is read in the order of its lines where it has no times', async () => {
    const history = await read(
      lines(...write, 'b invoke read k null', 'b ok read k "v1"'),
      'register',
    );
    expect(history).toMatchObject({ hasTimes: false, events: 4, processes: 2, header: undefined });
    expect(history.operations).toMatchObject([
      { id: 1, client: 'a', f: 'write', key: 'k', input: 'v1', invokedAt: 1, completedAt: 2 },
      { id: 3, client: 'b', f: 'read', key: 'k', output: 'v1', invokedAt: 3, endedAt: 4 },
    ]);
  });

  it('is valid where an order explains it, and invalid where none does', async () => {
    expect(await validity(lines(...write, 'b invoke read k', 'b ok read k "v1"'))).toBe('valid');
    expect(await validity(lines(...write, 'b invoke read k', 'b ok read k null'))).toBe('invalid');
    // The read began before the write had ended.
    const overlapping = [write[0]!, 'b invoke read k', write[1]!, 'b ok read k null'];
    expect(await validity(lines(...overlapping))).toBe('valid');
  });

  it('goes by its times where it has them: intervals are closed', async () => {
    const ending = (time: number) =>
      lines(
        'a invoke write k "v1" 10',
        'a ok write k "v1" 20',
        `b invoke read k null ${time}`,
        `b ok read k null ${time + 9}`,
      );
    expect(await validity(ending(20))).toBe('valid');
    expect(await validity(ending(21))).toBe('invalid');
  });

  it('keeps the order of one process within an instant', async () => {
    const events = ['a invoke write k "v1" 10', 'a ok write k "v1" 20', 'a invoke read k null 20'];
    expect(await validity(lines(...events, 'a ok read k null 30'))).toBe('invalid');
  });

  it('takes an invocation without an end, and one that ends in info, as perhaps', async () => {
    for (const end of [[], ['a info write k "v1"']]) {
      const begun = [write[0]!, ...end];
      for (const seen of ['"v1"', 'null']) {
        const later = ['b invoke read k', `b ok read k ${seen}`];
        expect(await validity(lines(...begun, ...later))).toBe('valid');
      }
      const both = ['b invoke read k', 'b ok read k "v1"', 'b invoke read k', 'b ok read k null'];
      expect(await validity(lines(...begun, ...both))).toBe('invalid');
    }
  });

  it('takes a fail as what did not happen', async () => {
    const failed = [write[0]!, 'a fail write k "v1"', 'b invoke read k'];
    expect(await validity(lines(...failed, 'b ok read k null'))).toBe('valid');
    expect(await validity(lines(...failed, 'b ok read k "v1"'))).toBe('invalid');
  });

  it('takes a read\'s value from its end alone, and 5 for the same as "5"', async () => {
    const events = ['1 invoke write 7 5', '1 ok write 7 _', '2 invoke read 7 "other"'];
    const text = lines(...events, '2 ok read 7 5').replaceAll('"key":"7"', '"key":7');
    expect(await validity(text)).toBe('valid');
    expect(await validity(text.replace('"process":"1"', '"process":1'))).toBe('valid');
  });

  it('skips the nemesis, blank lines, fields that it does not know, a mark and CRLF', async () => {
    const text = lines(...write, 'b invoke read k', 'b ok read k "v1"').replaceAll(
      '}\n',
      ',"x":1}\r\n',
    );
    const nemesis = '{"process":"nemesis","type":"info","f":"crash","value":["n1"]}\r\n';
    const history = await read(`\ufeff${nemesis}\r\n${text}`, 'register');
    expect(history.operations.map(({ id }) => id)).toEqual([3, 5]);
  });

  it('of lists is judged by what reads show', async () => {
    const appends = [
      'a invoke append k 1',
      'a ok append k 1',
      'a invoke append k 2',
      'a ok append k 2',
    ];
    const reading = (list: string) => lines(...appends, 'b invoke read k', `b ok read k ${list}`);
    expect(await validity(reading('[1,2]'), 'append')).toBe('valid');
    expect(await validity(reading('["1","2"]'), 'append')).toBe('valid');
    for (const list of ['[1]', '[2,1]', '[]', 'null', '[1,2,3]', '[1,2,2]']) {
      expect(await validity(reading(list), 'append')).toBe('invalid');
    }
  });
});

describe('a history of another model', () => {
  const told = (...events: [process: number, type: string, f: string, value?: unknown][]) =>
    events
      .map(([process, type, f, value]) => `${JSON.stringify({ process, type, f, value })}\n`)
      .join('');

  it('may be without keys: then there is one object', async () => {
    const text = told([0, 'invoke', 'write', 1], [0, 'ok', 'write'], [1, 'invoke', 'read']);
    const { operations } = await read(text, 'register');
    expect(operations.map(({ key }) => key)).toEqual(['the object', 'the object']);
    expect(await validity(text + told([1, 'ok', 'read', 1]))).toBe('valid');
    expect(await validity(text + told([1, 'ok', 'read', 2]))).toBe('invalid');
  });

  it('takes a cas that failed as one that did not happen', async () => {
    const begun: Parameters<typeof told> = [
      [0, 'invoke', 'cas', [null, 1]],
      [0, 'ok', 'cas', [null, 1]],
      [0, 'invoke', 'cas', [2, 3]],
    ];
    expect(await validity(told(...begun, [0, 'fail', 'cas', [2, 3]]), 'cas-register')).toBe(
      'valid',
    );
    expect(await validity(told(...begun, [0, 'info', 'cas', [2, 3]]), 'cas-register')).toBe(
      'valid',
    );
    expect(await validity(told(...begun, [0, 'ok', 'cas', [2, 3]]), 'cas-register')).toBe(
      'invalid',
    );
  });

  it('counts an inc as one more, and adds below zero', async () => {
    const counted: Parameters<typeof told> = [
      [0, 'invoke', 'inc'],
      [0, 'ok', 'inc', null],
      [0, 'invoke', 'add', -3],
      [0, 'ok', 'add', -3],
      [0, 'invoke', 'read'],
    ];
    expect(await validity(told(...counted, [0, 'ok', 'read', -2]), 'counter')).toBe('valid');
    expect(await validity(told(...counted, [0, 'ok', 'read', -3]), 'counter')).toBe('invalid');
  });

  it('reads the elements of a set in any order', async () => {
    const added: Parameters<typeof told> = [
      [0, 'invoke', 'add', 'b'],
      [0, 'ok', 'add', 'b'],
      [0, 'invoke', 'add', 1],
      [0, 'ok', 'add', 1],
      [0, 'invoke', 'read'],
    ];
    for (const [list, expected] of [
      [['b', 1], 'valid'],
      [[1, 'b'], 'valid'],
      [[1], 'invalid'],
      [null, 'invalid'],
    ] as const) {
      expect(await validity(told(...added, [0, 'ok', 'read', list]), 'set')).toBe(expected);
    }
  });

  it('takes a transaction of one operation for that operation', async () => {
    const { operations } = await read(
      told(
        [0, 'invoke', 'txn', [['append', 'x', 1]]],
        [0, 'ok', 'txn', [['append', 'x', 1]]],
        [0, 'invoke', 'txn', [['r', 'x', null]]],
        [0, 'ok', 'txn', [['r', 'x', [1]]]],
      ),
      'append',
    );
    expect(operations).toMatchObject([
      { f: 'append', key: 'x', input: '1', outcome: 'ok' },
      { f: 'read', key: 'x', output: ['1'], outcome: 'ok' },
    ]);
  });

  it.each<[string, string, ModelName, string]>([
    [
      'a key and then none',
      `${lines(write[0]!)}${told([0, 'invoke', 'read'])}`,
      'register',
      'h: line 2: key: got nothing, expected one, as before',
    ],
    [
      'no key and then one',
      `${told([0, 'invoke', 'read'])}${lines(write[0]!)}`,
      'register',
      'h: line 2: key: got "k", expected none, as before',
    ],
    [
      'a cas of one value',
      told([0, 'invoke', 'cas', 1]),
      'cas-register',
      'a list of two, from and',
    ],
    ['a text to add', told([0, 'invoke', 'add', 'x']), 'counter', 'got "x", expected an integer'],
    ['a fraction to add', told([0, 'invoke', 'add', 1.5]), 'counter', 'h: line 1: value: got 1.5'],
    [
      'a counter of nothing',
      told([0, 'invoke', 'read'], [0, 'ok', 'read', null]),
      'counter',
      'h: line 2: value: got null, expected an integer',
    ],
    [
      'a set that is no list',
      told([0, 'invoke', 'read'], [0, 'ok', 'read', 1]),
      'set',
      'h: line 2: value: got 1, expected a list of elements',
    ],
    [
      'a list within a list',
      told([0, 'invoke', 'read', [1, [2]]]),
      'append',
      'value: got [1,[2]], expected no list within a list',
    ],
    [
      'a transaction over two keys',
      told([
        0,
        'invoke',
        'txn',
        [
          ['r', 1, null],
          ['append', 2, 1],
        ],
      ]),
      'append',
      'h: line 1: value: got a transaction of 2 operations, expected one: operations on one key are',
    ],
    [
      'a transaction with a key beside it',
      lines('a invoke txn k [["r","k",null]]'),
      'append',
      'h: line 1: key: got "k", expected none: a transaction names its own',
    ],
  ])('is refused in one line with %s', async (_, text, model, message) => {
    const error = await read(text, model).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringContaining(message) });
  });
});

describe('what a key holds at first', () => {
  it.each<[ModelName, string, unknown]>([
    ['register', '5', '5'],
    ['cas-register', 'null', null],
    ['append', '[1, "a"]', ['1', 'a']],
    ['counter', '-3', -3],
    ['set', '["b", "a"]', ['b', 'a']],
  ])('of %s is %s, as JSON', async (model, text, expected) => {
    const initial = initialOf(text, model);
    expect(initial).toEqual(expected);
    const value = JSON.parse(text);
    const reading = [
      { process: 0, type: 'invoke', f: 'read' },
      { process: 0, type: 'ok', f: 'read', value },
    ];
    const { operations } = await read(reading.map((one) => JSON.stringify(one)).join('\n'), model);
    expect(judgeHistory(operations, model, { initial }).validity).toBe('valid');
    const isDefault = expected === null;
    expect(judgeHistory(operations, model).validity).toBe(isDefault ? 'valid' : 'invalid');
  });

  it.each<[ModelName, string, string]>([
    [
      'register',
      '[1]',
      '--initial: got [1], expected a string, an integer or null, by the model reg',
    ],
    ['append', '1', '--initial: got 1, expected a list of elements, by the model append'],
    ['counter', 'null', '--initial: got null, expected an integer, by the model counter'],
    ['set', '[[1]]', '--initial: got [1], expected a string or an integer as an element, by'],
    ['counter', 'one', '--initial: not JSON at line 1, column 1: got "o", expected a value'],
  ])('is refused by the model %s where it is %s', (model, text, message) => {
    expect(() => initialOf(text, model)).toThrow(message);
  });
});

describe('a history is refused in one line', () => {
  const register = lines(...write);
  it.each<[string, string, ModelName | undefined, string]>([
    ['nothing', '', 'register', 'h: holds no operation, expected a history as JSON Lines or EDN'],
    ['only the nemesis', '{"process":"nemesis"}\n', 'register', 'h: holds no operation, expected'],
    [
      'no model',
      register,
      undefined,
      '--model: got nothing, expected one of register, cas-register, a',
    ],
    [
      'what is no JSON',
      `${register}{"a":`,
      'register',
      'h: line 3: not JSON at column 6: got the e',
    ],
    ['a list', '[1]\n', 'register', 'h: line 1: event: got [1], Invalid input: expected object'],
    [
      'a line without process',
      '{"type":"ok"}',
      'register',
      'process: got nothing, expected a string',
    ],
    [
      'a process that is null',
      register.replace('"a"', 'null'),
      'register',
      'process: got null, exp',
    ],
    [
      'an unknown type',
      lines('a began read k'),
      'register',
      'line 1: type: got "began", Invalid opt',
    ],
    [
      'an unknown f',
      lines('a invoke take k'),
      'register',
      'line 1: f: got "take", Invalid option: exp',
    ],
    [
      'a fraction as key',
      '{"process":1,"type":"invoke","f":"read","key":0.5}',
      'register',
      'key: got',
    ],
    [
      'an integer beyond 53 bits',
      lines('a invoke write k 9007199254740993'),
      'register',
      'h: line 1: value: got 9007199254740992, ',
    ],
    [
      'an object as value',
      lines('a invoke write k {}'),
      'register',
      'value: got {}, expected a stri',
    ],
    [
      'a write of nothing',
      lines('a invoke write k'),
      'register',
      'value: got nothing, expected a st',
    ],
    [
      'a write of a list',
      lines('a invoke write k [1]'),
      'register',
      'value: got [1], expected a stri',
    ],
    [
      'a process with two operations',
      lines('a invoke read k', 'a invoke read k'),
      'register',
      'h: line 2: process a invokes while its operation of line 1 is open',
    ],
    [
      'an end of nothing',
      lines('a ok read k null'),
      'register',
      'ok of process a, which has no ope',
    ],
    [
      'two ends',
      lines(...write, 'a info write k "v1"'),
      'register',
      'h: line 3: info of process a, which has no operation open',
    ],
    [
      'an end of another key',
      lines(write[0]!, 'a ok write k2 "v1"'),
      'register',
      'h: line 2: key: got "k2", expected "k" as on line 1',
    ],
    [
      'an end of another f',
      lines(write[0]!, 'a ok read k null'),
      'register',
      'f: got "read", expect',
    ],
    [
      'an end with another value',
      lines(write[0]!, 'a ok write k "v2"'),
      'register',
      'got "v2", expe',
    ],
    [
      'a read without a value',
      lines('a invoke read k', 'a ok read k'),
      'register',
      'value: got noth',
    ],
    [
      'an append',
      lines('a invoke append k 1'),
      'register',
      'f: got "append", expected one of read, w',
    ],
    [
      'a list of lists',
      lines('a invoke read k', 'a ok read k [[1]]'),
      'append',
      'line 2: value: got',
    ],
    [
      'a list where nothing is appended',
      lines(...write, 'b invoke read k', 'b ok read k ["v1"]'),
      'append',
      'h: line 4: value: expected no list: nothing is appended to k',
    ],
    [
      'no list where something is appended',
      lines('b invoke read k', 'b ok read k "1"', 'a invoke append k 1'),
      'append',
      'h: line 2: value: expected a list: k is appended to',
    ],
    [
      'a list by the other model',
      lines(...write, 'b invoke read k', 'b ok read k ["v1"]'),
      'register',
      'h: line 4: value: expected no list',
    ],
    [
      'a time before',
      lines('a invoke read k null 5', 'a ok read k null 4'),
      'register',
      'time: got 4, ex',
    ],
    [
      'a negative time',
      lines('a invoke read k null -1'),
      'register',
      'time: got -1, expected at least 0',
    ],
    [
      'a fraction of time',
      lines('a invoke read k null 1.5'),
      'register',
      'time: got 1.5, expected an',
    ],
    [
      'a time too few',
      lines('a invoke read k null 5', 'a ok read k null'),
      'register',
      'time: got noth',
    ],
    [
      'a time too many',
      lines('a invoke read k null', 'a ok read k null 7'),
      'register',
      'expected none',
    ],
  ])('with %s', async (_, text, model, message) => {
    const error = await read(text, model).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringContaining(message) });
    expect(error.message).not.toContain('\n');
  });

  it('with bytes that are no UTF-8, naming the line', async () => {
    const bytes = new Uint8Array([...encoder.encode(lines(...write)), 0x22, 0xc3, 0x28, 0x0a]);
    await expect(readHistory([bytes], 'h', 'register')).rejects.toThrow(
      'h: line 3: not text in UTF-8',
    );
  });
});
