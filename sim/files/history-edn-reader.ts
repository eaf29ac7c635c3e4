/**
 * Reads a history as Jepsen writes it: maps of EDN, one after another or in one vector.
 *
 * Where the key is, the first operation says for all. It has `:key`; or its value is a pair of key
 * and value, as `jepsen.independent` has it (a vector of two, of a `cas` one whose second is a vector
 * too, or what is tagged as a tuple); or there is one object only. Transactions name their own.
 *
 * Keywords, characters and strings are texts. Symbols, fractions, ratios, big integers, maps and
 * other tags are read, and refused where a value or key is wanted.
 */
import { InputError } from '../scenario.js';
import { EdnMap, EdnSet, edn, Keyword, Tagged } from './edn.js';
import { EdnReader } from './edn-reader.js';
import { HistoryBuilder, type ReadHistory } from './history-builder.js';
import type { ModelName } from './history-models.js';

/** Told bytes in order, then the end. */
export class EdnHistoryReader {
  private readonly builder: HistoryBuilder;
  private readonly reader: EdnReader;
  /** Whether values are pairs of key and value. */
  private hasPairs: boolean | undefined;

  /**
   * @param source what the file is called
   * @param model by which it is to be judged
   */
  constructor(
    private readonly source: string,
    model?: ModelName,
  ) {
    // Jepsen's times are nanoseconds.
    this.builder = new HistoryBuilder(source, model, 1000);
    this.reader = new EdnReader(source, (form, line) => this.operation(form, line));
  }

  /** @throws InputError naming the line, what is wrong and why */
  add(chunk: Uint8Array): void {
    this.reader.add(chunk);
  }

  /** @throws InputError when there is no history, or nobody says what its keys hold */
  end(): ReadHistory {
    this.reader.end();
    if (this.builder.events === 0) {
      const expected = 'expected a history as JSON Lines or EDN';
      throw new InputError(`${this.source}: holds no operation, ${expected}`);
    }
    return this.builder.end();
  }

  private operation(form: unknown, line: number): void {
    const fields = this.told(line, () => fieldsOf(form));
    if (textOf(fields.get('process')) === 'nemesis') {
      this.builder.skip(line);
      return;
    }
    const model = this.builder.wanted();
    const event = this.told(line, () => this.eventOf(fields, model));
    const isEnd = event.type !== 'invoke';
    const saysNothing = event.value === undefined || event.value === null;
    const inheritsKey = isEnd && saysNothing && event.key === undefined;
    this.builder.add(event, line, inheritsKey);
  }

  /** A map as the event that it tells, with values as JSON has them. */
  private eventOf(fields: ReadonlyMap<string, unknown>, model: ModelName): RawEvent {
    const event: RawEvent = {};
    for (const name of ['process', 'type', 'f', 'key'] as const) {
      if (fields.has(name)) event[name] = plain(name, fields.get(name));
    }
    const time = fields.get('time') ?? null;
    if (time !== null) event.time = nanoseconds(time);
    if (!fields.has('value')) return event;
    let value = fields.get('value');
    if (event.f !== 'txn') {
      this.hasPairs ??= event.key === undefined && isPair(value, event.f);
      if (this.hasPairs && !(value === null && event.type !== 'invoke')) {
        const [key, held] = pairOf(value);
        event.key = plain('key', key);
        value = held;
      }
    }
    event.value = plain('value', value, model);
    return event;
  }

  private told<T>(line: number, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${this.source}: line ${line}: ${error.message}`);
    }
  }
}

/** The fields of an operation map: what its keywords name. Records are tagged maps. */
function fieldsOf(form: unknown): ReadonlyMap<string, unknown> {
  const map = form instanceof Tagged ? form.value : form;
  if (!(map instanceof EdnMap)) {
    throw new InputError(`event: got ${shown(form)}, expected a map of an operation`);
  }
  return new Map(
    map.entries.flatMap(([key, value]) => (key instanceof Keyword ? [[key.name, value]] : [])),
  );
}

interface RawEvent {
  process?: unknown;
  type?: unknown;
  f?: unknown;
  key?: unknown;
  value?: unknown;
  time?: unknown;
}

function nanoseconds(time: unknown): number {
  if (typeof time === 'number') return time;
  throw new InputError(`time: got ${shown(time)}, expected an integer of nanoseconds`);
}

/** Whether the value of a first operation is one of a history of independent keys. */
function isPair(value: unknown, f: unknown): boolean {
  if (isTuple(value)) return true;
  if (!Array.isArray(value) || value.length !== 2) return false;
  return f !== 'cas' || Array.isArray(value[1]);
}

function isTuple(value: unknown): value is Tagged {
  return value instanceof Tagged && /(^|[./])independent[./]tuple$/i.test(value.tag);
}

/** The key and value of a pair. */
function pairOf(value: unknown): readonly [unknown, unknown] {
  const pair = isTuple(value) ? value.value : value;
  if (Array.isArray(pair) && pair.length === 2) return pair as [unknown, unknown];
  if (isTuple(value) && pair instanceof EdnMap) {
    const fields = fieldsOf(pair);
    if (fields.has('key')) return [fields.get('key'), fields.get('value') ?? null];
  }
  throw new InputError(`value: got ${shown(value)}, expected a key and a value, as before`);
}

/** A scalar of EDN as JSON has it; undefined for anything else. */
function textOf(value: unknown): string | number | undefined {
  if (value instanceof Keyword) return value.name;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function plain(field: string, value: unknown, model?: ModelName): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => plain(field, item));
  if (value instanceof EdnSet && model === 'set') return plain(field, value.items);
  const text = textOf(value);
  if (text !== undefined) return text;
  throw new InputError(
    `${field}: got ${shown(value)}, expected a string, a keyword, an integer, nil or a list of them`,
  );
}

function shown(value: unknown): string {
  const text = edn(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
