/** Damage that files come to, for tests: each mutation is a hash of its seed. */

/** Numbers below n, the same for the same seed. */
export type Dice = (n: number) => number;

/** A linear congruential generator. */
export function dice(seed: number): Dice {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % n;
  };
}

type Mutation = (bytes: Buffer, draw: Dice) => Buffer;

const pick = <T>(items: readonly T[], draw: Dice): T => items[draw(items.length)]!;

const spliced = (bytes: Buffer, at: number, cut: number, put: Uint8Array | string) =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from(put as string), bytes.subarray(at + cut)]);

const byLine =
  (change: (lines: string[], at: number, draw: Dice) => string[]): Mutation =>
  (bytes, draw) => {
    const lines = bytes.toString('latin1').split('\n');
    return Buffer.from(change(lines, draw(lines.length), draw).join('\n'), 'latin1');
  };

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** What a number or a node is replaced by, as text: some of it is no JSON. */
const strange = [
  '-1',
  '-0',
  '0',
  '0.5',
  '1e3',
  '1e400',
  '99999999999999999999',
  '9007199254740993',
  '007',
  'NaN',
  'null',
  'true',
  '""',
  '"x"',
  '"v1"',
  '[]',
  '{}',
  '{"__proto__":{"seed":1}}',
  deep(400),
  deep(600),
  deep(100_000),
];

const numbers: Mutation = (bytes, draw) => {
  const found = [...bytes.toString('latin1').matchAll(/-?\d+(\.\d+)?/g)];
  if (found.length === 0) return bytes;
  const { index, 0: text } = pick(found, draw);
  return spliced(bytes, index, text.length, pick(strange, draw));
};

/** Every place in a value: the object or list, and the name or index in it. */
function placesOf(value: unknown, found: { at: never; key: string | number }[] = []) {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    found.push({ at: value as never, key });
    placesOf((value as Record<string, unknown>)[key], found);
  }
  return found;
}

/** Changes a node of a JSON text; where there are several lines, of one of them. */
const byNode =
  (change: (at: Record<string | number, unknown>, key: string | number, draw: Dice) => void) =>
  (bytes: Buffer, draw: Dice): Buffer => {
    const text = bytes.toString();
    const wholes = [text, ...text.split('\n')];
    const part = isJson(text) ? text : pick(wholes.slice(1).filter(isJson).concat(text), draw);
    if (!isJson(part)) return bytes;
    const value = JSON.parse(part) as unknown;
    const places = placesOf(value);
    if (places.length === 0) return bytes;
    const { at, key } = pick(places, draw);
    change(at, key, draw);
    const changed = JSON.stringify(value);
    return Buffer.from(text.replace(part, () => changed));
  };

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object';
  } catch {
    return false;
  }
}

const removed = byNode((at, key) => {
  if (Array.isArray(at)) at.splice(key as number, 1);
  else delete at[key];
});

const values = [null, true, -1, 0.5, 1e15, 2 ** 53, '', 'x', 'v1', 'nemesis', [], {}, [1], '1', 1];
const replaced = byNode((at, key, draw) => {
  at[key] = pick(values, draw);
});
const swappedNodes = byNode((at, key, draw) => {
  const other = pick(Object.keys(at), draw);
  [at[key], at[other]] = [at[other], at[key]];
});
const renamed = byNode((at, key) => {
  if (Array.isArray(at)) return;
  at[`${key}x`] = at[key];
  delete at[key];
});

/** By name. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'a bit flipped': (bytes, draw) => {
    const at = draw(bytes.length);
    return spliced(bytes, at, 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << draw(8))));
  },
  'a byte replaced': (bytes, draw) =>
    spliced(bytes, draw(bytes.length), 1, Uint8Array.of(draw(256))),
  'a NUL put in': (bytes, draw) => spliced(bytes, draw(bytes.length), 0, '\0'),
  'a byte order mark put in front': (bytes) => spliced(bytes, 0, 0, '\ufeff'),
  'a byte order mark put in': (bytes, draw) => spliced(bytes, draw(bytes.length), 0, '\ufeff'),
  'a stretch cut out': (bytes, draw) => spliced(bytes, draw(bytes.length), 1 + draw(40), ''),
  'the end cut off': (bytes, draw) => bytes.subarray(0, draw(bytes.length)),
  'a letter cut in half': (bytes, draw) => {
    const starts = [...bytes.keys()].filter((at) => bytes[at]! >= 0xc0);
    return starts.length === 0 ? bytes : bytes.subarray(0, pick(starts, draw) + 1);
  },
  'nothing left': () => Buffer.alloc(0),
  CRLF: (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  'a line cut': byLine((lines, at) => lines.toSpliced(at, 1)),
  'a line doubled': byLine((lines, at) => lines.toSpliced(at, 0, lines[at]!)),
  'two lines swapped': byLine((lines, at, draw) => {
    const other = draw(lines.length);
    return lines.with(at, lines[other]!).with(other, lines[at]!);
  }),
  'a blank line put in': byLine((lines, at) => lines.toSpliced(at, 0, '')),
  'a number replaced': numbers,
  'a node removed': removed,
  'a node replaced': replaced,
  'two nodes swapped': swappedNodes,
  'a field renamed': renamed,
};

/** What a token of EDN is replaced by: some of it is none. */
const strangeEdn = [
  ...['nil', 'true', '0', '-1', '1N', '1/2', '1.5', '9007199254740993', '007', 'x', ':x', '::x'],
  ...[
    '"x"',
    '"v1"',
    '"\\x"',
    '\\a',
    '\\newline',
    '[]',
    '{}',
    '#{1}',
    '#{1 1}',
    '[1 2]',
    '["k1" nil]',
  ],
  ...['#_', '#_ #_', '#inst', '#inst "2020"', ';', '"', '#', '^', '{:a}', '(1 [2])', ''],
  ...[deep(400), deep(600), deep(100_000)],
];

const ednToken = /"[^"]*"|[^\s,"()[\]{}]+|[()[\]{}]/g;

/** For EDN, beside those of bytes and lines. */
export const ednMutations: Readonly<Record<string, Mutation>> = {
  'a token replaced': (bytes, draw) => {
    const found = [...bytes.toString('latin1').matchAll(ednToken)];
    if (found.length === 0) return bytes;
    const { index, 0: text } = pick(found, draw);
    return spliced(bytes, index, text.length, pick(strangeEdn, draw));
  },
  'a token put in': (bytes, draw) => {
    const found = [...bytes.toString('latin1').matchAll(ednToken)];
    const at = found.length === 0 ? 0 : pick(found, draw).index;
    return spliced(bytes, at, 0, `${pick(strangeEdn, draw)} `);
  },
  'two tokens swapped': (bytes, draw) => {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(ednToken)];
    if (found.length === 0) return bytes;
    const [one, other] = [pick(found, draw), pick(found, draw)].sort((a, b) => a.index - b.index);
    const [first, last] = [one!, other!];
    if (first.index === last.index) return bytes;
    const between = text.slice(first.index + first[0].length, last.index);
    const swapped = `${text.slice(0, first.index)}${last[0]}${between}${first[0]}`;
    return Buffer.from(swapped + text.slice(last.index + last[0].length), 'latin1');
  },
};

/** A file with one to three mutations, and what they are. */
export function mutated(
  bytes: Buffer,
  seed: number,
  kinds: Readonly<Record<string, Mutation>> = mutations,
): { bytes: Buffer; how: string } {
  const names = Object.keys(kinds);
  const draw = dice(seed);
  const how = Array.from({ length: 1 + (draw(4) === 0 ? 1 + draw(2) : 0) }, () =>
    pick(names, draw),
  );
  const damaged = how.reduce((sofar, name) => kinds[name]!(sofar, draw), bytes);
  return { bytes: damaged, how: `${how.join(', ')} (seed ${seed})` };
}
