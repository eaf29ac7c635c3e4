/**
 * A second reader of histories in EDN, for tests: it turns one into JSON Lines, each event on the line
 * by which it is known, and has nothing of the first reader in it. It knows as much of EDN as the
 * damage of tests comes to, and takes a whole text at once.
 */

/** Instead of JSON Lines, where a text is no history in EDN: no reader of those takes it. */
const refused = Buffer.from('no history');

const token =
  /(?<blank>[\s,]+|;.*)|"(?<string>(?:[^"\\]|\\[\s\S])*)"|(?<mark>#[{_]|[()[\]{}])|(?<word>\\?[^\s,"()[\]{};]+)/y;
const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}', '#{': '}' };

type Form =
  | { readonly kind: 'text' | 'integer' | 'nil' | 'other'; readonly value?: unknown; line: number }
  | { readonly kind: 'list' | 'set' | 'map'; readonly items: Form[]; line: number }
  | { readonly kind: 'tagged'; readonly tag: string; readonly form: Form; line: number };

/** @param bytes of EDN */
export function jsonLinesOf(bytes: Buffer): Buffer {
  try {
    const text = bytes.toString('utf8');
    if (!Buffer.from(text).equals(bytes)) return refused;
    return Buffer.from(eventsOf(new Forms(text.replace(/^\ufeff/, '')).all()).join('\n'));
  } catch (error) {
    if (error instanceof Refusal) return refused;
    throw error;
  }
}

class Refusal extends Error {}

function expect(condition: boolean): asserts condition {
  if (!condition) throw new Refusal();
}

/** Every form of a text, or every one in the vector that it is. */
class Forms {
  private at = 0;
  private line = 1;
  private depth = 0;

  constructor(private readonly text: string) {}

  all(): Form[] {
    const forms: Form[] = [];
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const isFile = forms.length === 0 && (next.word === '[' || next.word === '(');
      if (isFile) {
        const items = this.until(closing[next.word]!);
        expect(this.next() === undefined);
        return items;
      }
      const form = this.form(next);
      if (form !== undefined) forms.push(form);
    }
    return forms;
  }

  private next(): { word: string; isString: boolean; line: number } | undefined {
    while (this.at < this.text.length) {
      token.lastIndex = this.at;
      const found = token.exec(this.text);
      expect(found !== null);
      const { line } = this;
      this.at = token.lastIndex;
      this.line += found[0].split('\n').length - 1;
      const { blank, string, mark, word } = found.groups!;
      expect(blank === undefined || /^(;|[\t-\r ,]+$)/.test(blank));
      if (blank !== undefined) continue;
      // A bracket or quote may stand behind a backslash.
      expect(word !== '\\');
      return { word: string ?? mark ?? word!, isString: string !== undefined, line };
    }
    return undefined;
  }

  /** Undefined: a form was discarded. */
  private form(next: ReturnType<Forms['next']>): Form | undefined {
    expect(next !== undefined);
    const { word, isString, line } = next;
    if (isString) return { kind: 'text', value: unescaped(word), line };
    if (word === '#_') {
      this.whole();
      return undefined;
    }
    if (closing[word] !== undefined) {
      const items = this.until(closing[word]);
      const kind = word === '{' ? 'map' : word === '#{' ? 'set' : 'list';
      const keys = kind === 'map' ? items.filter((_, at) => at % 2 === 0) : items;
      if (kind === 'map') expect(items.length % 2 === 0);
      if (kind !== 'list') expect(new Set(keys.map(identity)).size === keys.length);
      return { kind, items, line };
    }
    expect(!/^[)\]}]$/.test(word));
    if (/^#[^#]/.test(word) || word === '#') {
      expect(isName(word.slice(1)));
      return { kind: 'tagged', tag: word.slice(1), form: this.whole(), line };
    }
    return { ...atom(word), line };
  }

  private whole(): Form {
    expect(++this.depth <= 500);
    let form = this.form(this.next());
    while (form === undefined) form = this.form(this.next());
    this.depth--;
    return form;
  }

  private until(end: string): Form[] {
    expect(++this.depth <= 500);
    const items: Form[] = [];
    for (;;) {
      const next = this.next();
      if (next?.word === end && !next.isString) break;
      const form = this.form(next);
      if (form !== undefined) items.push(form);
    }
    this.depth--;
    return items;
  }
}

function identity(form: Form): string {
  return JSON.stringify(form, (name, value) => (name === 'line' ? undefined : value));
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (whole, letter) => {
    expect(/^["\\nrtbfu]/.test(letter) && letter !== 'u');
    return JSON.parse(`"${whole}"`) as string;
  });
}

function atom(word: string): { kind: 'text' | 'integer' | 'nil' | 'other'; value?: unknown } {
  if (word === 'nil') return { kind: 'nil' };
  if (/^[+-]?(0|[1-9]\d*)$/.test(word) && Number.isSafeInteger(Number(word))) {
    return { kind: 'integer', value: Number(word) + 0 };
  }
  if (/^[+-]?\d/.test(word)) {
    expect(/^[+-]?(0|[1-9]\d*)(N|M|\/[1-9]\d*|(\.\d*)?([eE][+-]?\d+)?M?)$/.test(word));
    return { kind: 'other', value: word };
  }
  if (word.startsWith('\\')) return character(word.slice(1));
  if (/^:[^:]/.test(word) && isName(word.slice(1), true)) {
    return { kind: 'text', value: word.slice(1) };
  }
  expect(isName(word) || /^##(Inf|-Inf|NaN)$/.test(word));
  return { kind: 'other', value: word };
}

/** Letters and marks, and a slash between two of them or alone; keywords may begin with a digit. */
function isName(word: string, inKeyword = false): boolean {
  if (word === '/') return !inKeyword;
  if (!inKeyword && /^[\d:#]/.test(word)) return false;
  const [space, name, ...more] = word.includes('/') ? word.split('/') : ['x', word];
  const letters = /^[\p{L}\p{N}*+!_?$%&=<>.|'#:-]+$/u;
  if (more.length > 0) return !inKeyword && letters.test(space!) && word === `${space}//`;
  return letters.test(space!) && letters.test(name!);
}

function character(name: string): { kind: 'text'; value: string } {
  const names: Record<string, string> = { newline: '\n', return: '\r', space: ' ', tab: '\t' };
  if (Object.hasOwn(names, name)) return { kind: 'text', value: names[name]! };
  expect([...name].length === 1);
  return { kind: 'text', value: name };
}

/** A line of JSON for each event, where it belongs. */
function eventsOf(forms: readonly Form[]): string[] {
  const lines: string[] = [];
  const keys = new Map<unknown, unknown>();
  let hasPairs: boolean | undefined;
  for (const outer of forms) {
    const form = outer.kind === 'tagged' ? outer.form : outer;
    expect(form.kind === 'map');
    const fields = fieldsOf(form.items);
    while (lines.length < outer.line - 1) lines.push('');
    if (scalar(fields.get('process')) === 'nemesis') {
      lines.push('');
      continue;
    }
    const event: Record<string, unknown> = {};
    for (const name of ['process', 'type', 'f', 'key', 'time', 'value']) {
      const field = fields.get(name);
      if (field !== undefined && !(name === 'time' && field.kind === 'nil')) event[name] = field;
    }
    const { type, f } = event as Record<string, Form>;
    let value = event['value'] as Form | undefined;
    const isEnd = scalar(type) !== 'invoke';
    const isNil = value === undefined || value.kind === 'nil';
    if (value !== undefined) {
      hasPairs ??= event['key'] === undefined && isPair(value, scalar(f));
      if (hasPairs && !(isNil && isEnd)) {
        expect(value.kind === 'list' && value.items.length === 2);
        [event['key'], value] = value.items;
        event['value'] = value;
      }
    }
    if (event['time'] !== undefined) expect((event['time'] as Form).kind === 'integer');
    const plainEvent = Object.fromEntries(
      Object.entries(event).map(([name, field]) => [name, plain(field as Form)]),
    );
    const process = String(plainEvent['process']);
    if (isEnd && isNil && plainEvent['key'] === undefined && keys.has(process)) {
      expect(scalar(type) !== 'ok' || scalar(f) !== 'read' || keys.get(process) === undefined);
      if (keys.get(process) !== undefined) plainEvent['key'] = keys.get(process);
    }
    if (!isEnd) keys.set(process, plainEvent['key']);
    // A first line that has this would be a header.
    lines.push(JSON.stringify(plainEvent));
  }
  return lines;
}

function isPair(value: Form, f: unknown): boolean {
  if (value.kind !== 'list' || value.items.length !== 2) return false;
  return f !== 'cas' || value.items[1]!.kind === 'list';
}

function fieldsOf(items: readonly Form[]): Map<string, Form> {
  const fields = new Map<string, Form>();
  for (let at = 0; at < items.length; at += 2) {
    const name = scalar(items[at]);
    if (typeof name === 'string') fields.set(name, items[at + 1]!);
  }
  return fields;
}

function scalar(form: Form | undefined): unknown {
  return form?.kind === 'text' || form?.kind === 'integer' ? form.value : undefined;
}

function plain(form: Form): unknown {
  if (form.kind === 'nil') return null;
  if (form.kind === 'list') return form.items.map(plain);
  const value = scalar(form);
  expect(value !== undefined);
  return value;
}
