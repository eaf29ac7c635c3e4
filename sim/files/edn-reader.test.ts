/** EDN: what is read, on which line, and what is refused; and that what was written is read back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdnMap, EdnNumber, EdnSet, EdnSymbol, edn, Keyword, Tagged } from './edn.js';
import { EdnReader } from './edn-reader.js';

const encoder = new TextEncoder();

/** Every form and its line. */
function read(chunks: readonly Uint8Array[]): [unknown, number][] {
  const forms: [unknown, number][] = [];
  const reader = new EdnReader('f', (form, line) => forms.push([form, line]));
  for (const chunk of chunks) reader.add(chunk);
  reader.end();
  return forms;
}

const readText = (text: string) => read([encoder.encode(text)]);
const formsOf = (text: string) => readText(text).map(([form]) => form);
const map = (...entries: [unknown, unknown][]) => new EdnMap(entries);
const key = (name: string) => new Keyword(name);

describe('a form of EDN', () => {
  it.each<[string, unknown]>([
    ['nil', null],
    ['true', true],
    ['-12', -12],
    ['+7', 7],
    ['-0', 0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', new EdnNumber('9007199254740992')],
    ['1N', new EdnNumber('1N')],
    ['1/2', new EdnNumber('1/2')],
    ['1.5e-3M', new EdnNumber('1.5e-3M')],
    ['##NaN', new EdnNumber('##NaN')],
    [':ok', key('ok')],
    [':a.b/c-d?', key('a.b/c-d?')],
    ['sym/bol', new EdnSymbol('sym/bol')],
    ['-', new EdnSymbol('-')],
    ['/', new EdnSymbol('/')],
    [String.raw`"a\"\\\n\u00e9 ;["`, 'a"\\\né ;['],
    ['"two\nlines"', 'two\nlines'],
    [String.raw`\a`, 'a'],
    [String.raw`\newline`, '\n'],
    [String.raw`\u0041`, 'A'],
    ['\\🌟', '🌟'],
    ['{:a 1, "b" nil}', map([key('a'), 1], ['b', null])],
    ['{}', map()],
    ['#{1 "1" :1}', new EdnSet([1, '1', key('1')])],
    ['#inst "2020"', new Tagged('inst', '2020')],
    ['#a #b 1', new Tagged('a', new Tagged('b', 1))],
    ['#jepsen.history.Op{:f :x}', new Tagged('jepsen.history.Op', map([key('f'), key('x')]))],
    [';c [\n 1;d', 1],
    ['#_ {:a [1]} 2', 2],
    ['#_ #_ 1 2 3', 3],
    ['#t #_ 1 2', new Tagged('t', 2)],
    ['{:a #_ 1 2 #_ 3}', map([key('a'), 2])],
    ['{\\( \\)}', map(['(', ')'])],
    ['{:v [1 (2) [] #{}]}', map([key('v'), [1, [2], [], new EdnSet([])]])],
  ])('%s is read', (text, form) => {
    expect(formsOf(text)).toEqual([form]);
    // However the bytes come, and in a vector too.
    expect(read([...encoder.encode(text)].map((byte) => Uint8Array.of(byte)))).toEqual(
      readText(text),
    );
    expect(formsOf(`[${text}\n]`)).toEqual([form]);
    expect(formsOf(`(,${text}\n)`)).toEqual([form]);
  });

  it('is given away with the line on which it begins', () => {
    expect(readText('\n1 "\n\n" #a\n[\n] ;\n#_x {:a\n1}')).toEqual([
      [1, 2],
      ['\n\n', 2],
      [new Tagged('a', []), 4],
      [map([key('a'), 1]), 7],
    ]);
  });

  it('is given away before the next one has come', () => {
    const forms: unknown[] = [];
    const reader = new EdnReader('f', (form) => forms.push(form));
    reader.add(encoder.encode('[{:a 1} {:b'));
    expect(forms).toEqual([map([key('a'), 1])]);
    reader.add(encoder.encode(' 2}'));
    expect(forms).toHaveLength(2);
  });

  it.each<[string, string]>([
    ['\n[1', 'f: line 2: not EDN: "[" has no end'],
    ['{:a', 'f: line 1: not EDN: "{" has no end'],
    ['#a', 'f: line 1: not EDN: #a has nothing behind it'],
    ['[#_]', 'f: line 1: not EDN: got ], expected a form'],
    ['[1\n}', 'f: line 2: not EDN: got }, expected the ] of line 1'],
    ['1 )', 'f: line 1: not EDN: got ), which closes nothing'],
    ['[1] 2', 'f: line 1: not EDN: got 2 behind the end of the vector'],
    ['{:a}', 'f: line 1: not EDN: a map with a key that has no value'],
    ['{:a 1 :a 2}', 'f: line 1: not EDN: :a twice in a map or set'],
    ['#{1 1}', 'f: line 1: not EDN: 1 twice in a map or set'],
    ['1\n"a', 'f: line 2: not EDN: a string without its end'],
    [String.raw`"\x"`, 'f: line 1: not EDN: a string with an escape that EDN has not'],
    ['01', 'f: line 1: not EDN: got 01'],
    ['1a', 'f: line 1: not EDN: got 1a'],
    [':', 'f: line 1: not EDN: got :'],
    ['::a', 'f: line 1: not EDN: got ::a'],
    ['@a', 'f: line 1: not EDN: got @a'],
    [String.raw`\abc`, String.raw`f: line 1: not EDN: got \abc`],
    ['#', 'f: line 1: not EDN: got #, expected a tag, #{ or #_'],
    ['#:ns{:a 1}', 'f: line 1: not EDN: got #:ns, expected a tag, #{ or #_'],
    ['^{:a 1} b', 'f: line 1: not EDN: got ^'],
    ['{"a":"b"}', 'f: line 1: not EDN: got :'],
    ['['.repeat(501), 'f: line 1: not EDN: more than 500 levels'],
    [`"${'a'.repeat(2 ** 20)}`, 'f: line 1: not EDN: a token of more than 1048576 characters'],
  ])('is refused by line and reason where it is none: %#', (text, message) => {
    expect(() => readText(text)).toThrow(message);
  });

  it('is refused where a line is not UTF-8, also where it is cut', () => {
    const bad = Uint8Array.of(0x31, 0x0a, 0x22, 0xc3, 0x28, 0x22);
    expect(() => read([bad])).toThrow('f: line 2: not text in UTF-8');
    expect(() => read([encoder.encode('1\n"🌟').subarray(0, 5)])).toThrow('f: line 2: not text');
  });
});

/** Names as EDN has them, and as Jepsen uses them. */
const names = fc.stringMatching(/^[a-z*!?][a-z0-9.*+!?_-]{0,6}$/).filter((name) => {
  return !['nil', 'true', 'false'].includes(name);
});
const numbers = fc.constantFrom('1N', '-3/4', '1.5', '1e10', '12345678901234567890', '##Inf');
const { form } = fc.letrec<{ form: unknown }>((tie) => {
  const forms = (most: number) => fc.array(tie('form'), { maxLength: most, depthIdentifier: 'f' });
  const different = fc.uniqueArray(tie('form'), { maxLength: 4, selector: edn });
  return {
    form: fc.oneof(
      { depthSize: 'small', maxDepth: 5, depthIdentifier: 'f' },
      fc.constantFrom(null, true, false),
      fc.maxSafeInteger().map((one) => one + 0),
      fc.string({ unit: 'binary' }),
      names.map((name) => new Keyword(name)),
      names.map((name) => new EdnSymbol(name)),
      numbers.map((text) => new EdnNumber(text)),
      forms(4),
      different.map((items) => new EdnSet(items)),
      fc.tuple(names, tie('form')).map(([tag, value]) => new Tagged(tag, value)),
      different.map(
        (keys) => new EdnMap(keys.map((one, at) => [one, keys[(at + 1) % keys.length]])),
      ),
    ),
  };
});

describe('EDN that was written', () => {
  const gaps = fc.constantFrom(' ', '\n', ', ', ' ;"[\n', ' #_[1 {:a "]"}] ', '\r\n');

  it('is read back, whatever stands between forms and however the bytes come', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    const wrapped = fc.boolean();
    const property = fc.property(
      fc.array(fc.tuple(form, gaps), { minLength: 1, maxLength: 5 }),
      cuts,
      wrapped,
      (forms, sizes, isVector) => {
        const texts = forms.map(([value, gap]) => `${edn(value)}${gap}`);
        const first = forms[0]![0];
        const text = isVector || Array.isArray(first) ? `[${texts.join('')}]` : texts.join('');
        const bytes = encoder.encode(text);
        const chunks: Uint8Array[] = [];
        for (let at = 0, nth = 0; at < bytes.length; nth++) {
          const size = sizes[nth % sizes.length]!;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(read(chunks).map(([value]) => value)).toEqual(forms.map(([value]) => value));
      },
    );
    fc.assert(property, { numRuns: 500, seed: 1 });
  });

  it('and then damaged is read as something else, or refused in one line', () => {
    let refused = 0;
    const property = fc.property(
      form,
      fc.nat(),
      fc.constantFrom('"', '{', ']', ';', '#', '\\', ':', ' ', 'x', '\0', ''),
      (value, where, put) => {
        const text = `{:a ${edn(value)}}`;
        const at = where % text.length;
        try {
          const forms = formsOf(text.slice(0, at) + put + text.slice(at + 1));
          // What was read can be written, and is then read alike.
          expect(formsOf(forms.map(edn).join('\n'))).toEqual(forms);
        } catch (error) {
          refused++;
          expect((error as Error).name).toBe('InputError');
          expect((error as Error).message).toMatch(/^f: line \d+: not EDN: [^\n]+$/);
        }
      },
    );
    fc.assert(property, { numRuns: 1000, seed: 2 });
    expect(refused).toBeGreaterThan(200);
  });
});
