/** Histories in EDN as other people write them: what they mean, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { ModelName } from './history-models.js';
import { judgeHistory } from './judge-history.js';
import { readHistory } from './read-history.js';

const encoder = new TextEncoder();
const read = (text: string, model: ModelName | undefined = 'register', source = 'h') =>
  readHistory([encoder.encode(text)], source, model);

async function validity(text: string, model?: ModelName) {
  const history = await read(text, model);
  return judgeHistory(history.operations, history.model).validity;
}

/** `process type f value` a map; what is behind the third blank is the value, `_` for none. */
function maps(...events: string[]): string {
  return events
    .map((event) => {
      const [process, type, f, ...value] = event.split(' ');
      const told = value.join(' ') === '_' ? '' : `, :value ${value.join(' ')}`;
      return `{:process ${process}, :type :${type}, :f :${f}${told}}\n`;
    })
    .join('');
}

const written = ['0 invoke write 1', '0 ok write 1'];
const reads = (value: string) => ['1 invoke read nil', `1 ok read ${value}`];

describe('a history in EDN', () => {
  it('is a vector, a list or one map after another, of maps or of records', async () => {
    const plain = maps(...written, ...reads('1'));
    const records = plain.replaceAll('{:process', '#jepsen.history.Op{:index 7, :process');
    for (const text of [plain, `[${plain}]`, `; of a run\n(${plain})`, records, `[\n${records}]`]) {
      const { operations } = await read(text);
      expect(operations).toMatchObject([
        { client: '0', f: 'write', key: 'the object', input: '1', outcome: 'ok' },
        { client: '1', f: 'read', key: 'the object', output: '1', outcome: 'ok' },
      ]);
    }
    expect(await validity(plain)).toBe('valid');
    expect(await validity(maps(...written, ...reads('nil')))).toBe('invalid');
  });

  it('is known by its beginning, or by its name', async () => {
    const text = maps(...written);
    const string = `{"note" 1, ${text.slice(1)}`;
    await expect(read(string)).rejects.toThrow('h: line 1: not JSON');
    expect((await read(string, 'register', 'h.edn')).operations).toHaveLength(1);
    const byByte = [...encoder.encode(`,\n [(${text})]`)].map((byte) => Uint8Array.of(byte));
    await expect(readHistory(byByte, 'h', 'register')).rejects.toThrow(
      'h: line 2: event: got [{:process 0, :type :invoke',
    );
  });

  it('has operations known by their lines, and counted on where a line has several', async () => {
    const ids = async (text: string) => (await read(text)).operations.map(({ id }) => id);
    const text = maps(...written, ...reads('1'));
    expect(await ids(`[\n${text}]`)).toEqual([2, 4]);
    expect(await ids(text.replaceAll('\n', ' '))).toEqual([1, 3]);
    // On one line too each event has an instant of its own.
    expect(await validity(maps(...written, ...reads('nil')).replaceAll('\n', ' '))).toBe('invalid');
  });

  it('goes by its times in nanoseconds', async () => {
    const timed = (times: number[]) =>
      maps(...written, ...reads('nil'))
        .split('}\n')
        .flatMap((line, at) => (line === '' ? [] : [`${line}, :time ${times[at]}}\n`]))
        .join('');
    expect(await validity(timed([0, 5, 5, 6]))).toBe('valid');
    expect(await validity(timed([0, 5, 6, 7]))).toBe('invalid');
    const { operations } = await read(timed([1000, 2500, 3000, 4000]));
    expect(operations).toMatchObject([
      { invokedAt: 1, endedAt: 2.5 },
      { invokedAt: 3, endedAt: 4 },
    ]);
  });

  it('skips the nemesis, whatever it says', async () => {
    const nemesis = '{:process :nemesis, :type :info, :f :kill, :value {"n1" #{:a}}}\n';
    expect((await read(nemesis + maps(...written))).operations).toHaveLength(1);
  });

  it.each<[string, ModelName, string[], string[]]>([
    ['a pair', 'register', ['0 invoke write [:x 1]', '0 ok write [:x 1]'], ['x']],
    ['a pair of a read', 'register', ['0 invoke read ["x" nil]', '0 ok read ["x" 1]'], ['x']],
    [
      'a pair around a cas',
      'cas-register',
      ['0 invoke cas [7 [1 2]]', '0 ok cas [7 [1 2]]'],
      ['7'],
    ],
    ['a list in a pair', 'append', ['0 invoke read ["x" nil]', '0 ok read ["x" [1 2]]'], ['x']],
    ['a set in a pair', 'set', ['0 invoke read [:s nil]', '0 ok read [:s #{1 2}]'], ['s']],
    [
      'a tagged tuple',
      'counter',
      ['0 invoke add #jepsen.independent/tuple [:c 1]', '0 ok add [:c 1]'],
      ['c'],
    ],
    [
      'a tuple as a record',
      'counter',
      [
        '0 invoke add #jepsen.independent.Tuple{:key :c :value 1}',
        '0 info add #jepsen.independent.Tuple{:key :c :value 1}',
      ],
      ['c'],
    ],
    [
      'a pair, and an end without a value',
      'register',
      ['0 invoke write [:x 1]', '0 info write nil'],
      ['x'],
    ],
    ['no key: a scalar', 'register', ['0 invoke write 1', '0 ok write 1'], ['the object']],
    [
      'no key: from and to',
      'cas-register',
      ['0 invoke cas [1 2]', '0 fail cas [1 2]'],
      ['the object'],
    ],
    ['no key: a list of two', 'append', ['0 invoke read nil', '0 ok read [1 2]'], ['the object']],
    [
      'transactions',
      'append',
      [
        '0 invoke txn [[:append :x 1]]',
        '0 ok txn [[:append :x 1]]',
        '0 invoke txn [[:r 5 nil]]',
        '0 ok txn [[:r 5 [1]]]',
        '0 invoke txn [[:append :y 1]]',
        '0 info txn nil',
      ],
      ['x', '5', 'y'],
    ],
  ])('has the key of %s', async (_, model, events, keys) => {
    const text = maps(...events);
    const { operations } = await read(text, model);
    expect([...new Set(operations.map(({ key }) => key))]).toEqual(keys);
  });

  it('may have its keys in a field', async () => {
    const text = maps('0 invoke write 1', '0 ok write 1').replaceAll('}', ', :key :x}');
    expect((await read(text)).operations).toMatchObject([{ key: 'x', input: '1' }]);
  });

  it('says its model in the comment of a run, unless told otherwise', async () => {
    const text = `; switchover history of model counter\n${maps('0 invoke add 1')}`;
    expect((await readHistory([encoder.encode(text)], 'h')).model).toBe('counter');
    expect((await read(text, 'set')).model).toBe('set');
    const other = text.replace('model counter', 'model queue');
    await expect(readHistory([encoder.encode(other)], 'h')).rejects.toThrow('--model: got nothing');
  });

  it.each<[string, string, ModelName, string]>([
    ['nothing', ';', 'register', 'h: holds no operation, expected a history as JSON Lines or EDN'],
    ['no EDN', `${maps(...written)}{:a`, 'register', 'h: line 3: not EDN: "{" has no e'],
    ['no map', `${maps(...written)}12`, 'register', 'h: line 3: event: got 12, expected a map of'],
    ['no process', '{:type :ok, :f :read}', 'register', 'h: line 1: process: got nothing, expecte'],
    ['an unknown type', maps('0 begin read nil'), 'register', 'h: line 1: type: got "begin"'],
    ['an unknown f', maps('0 invoke take nil'), 'register', 'h: line 1: f: got "take"'],
    ['an f of another model', maps('0 invoke cas [1 2]'), 'register', 'by the model register'],
    ['a ratio', maps('0 invoke write 1/2'), 'register', 'h: line 1: value: got 1/2, expected a s'],
    ['a fraction', maps('0 invoke add 1.5'), 'counter', 'h: line 1: value: got 1.5, expected a st'],
    ['a big integer', maps('0 invoke add 1N'), 'counter', 'h: line 1: value: got 1N, expected'],
    ['a text to add', maps('0 invoke add "1"'), 'counter', 'value: got "1", expected an integer'],
    ['a symbol', maps('0 invoke write x'), 'register', 'h: line 1: value: got x, expected a strin'],
    ['a boolean', maps('0 invoke write true'), 'register', 'h: line 1: value: got true, expected'],
    [
      'a set for a list',
      maps('0 invoke read nil', '0 ok read #{1}'),
      'append',
      'line 2: value: got',
    ],
    [
      'a time that is no integer',
      maps('0 invoke read nil').replace('}', ', :time 1.5}'),
      'register',
      'h: line 1: time: got 1.5, expected an integer of nanoseconds',
    ],
    [
      'a time before, in nanoseconds',
      '{:process 0 :type :invoke :f :read :time 5}\n{:process 0 :type :ok :f :read :time 4}',
      'register',
      'h: line 2: time: got 4, expected at least 5, as before',
    ],
    [
      'a key and then none',
      maps('0 invoke write [1 2]', '0 ok write 2'),
      'register',
      'line 2: value: got 2, expected a key and a value, as before',
    ],
    [
      'no key and then one',
      maps('0 invoke write 1', '0 ok write [1 1]'),
      'register',
      'line 2: value: got [1,1], expected a st',
    ],
    [
      'a read that returned no pair',
      maps('0 invoke read [1 nil]', '0 ok read nil'),
      'register',
      'line 2: value: got nil, expected a key',
    ],
    [
      'two operations at once',
      `[${maps('0 invoke read nil', '0 invoke read nil').replaceAll('\n', ' ')}]`,
      'register',
      'h: line 1: process 0 invokes while its operation of line 1 is open',
    ],
    [
      'a transaction of two operations',
      maps('0 invoke txn [[:append 1 1] [:r 2 nil]]'),
      'append',
      'h: line 1: value: got a transaction of 2 operations, expected one: operations on one key',
    ],
    ['an empty transaction', maps('0 invoke txn []'), 'append', 'value: got [], expected [[f, key'],
    [
      'an unknown micro-operation',
      maps('0 invoke txn [[:cas 1 2]]'),
      'append',
      'expected [[f, key, ',
    ],
  ])('is refused with %s', async (_, text, model, message) => {
    const error = await read(text, model).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringContaining(message) });
    expect(error.message).not.toContain('\n');
  });
});
