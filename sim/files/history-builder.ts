/**
 * Makes a history of events, whatever notation they were written in.
 *
 * - A process has one operation at a time. One that never ends is `info`; so is one open at the end.
 * - Keys stand on every event or on none, and so do times.
 * - An operation is known by the line of its invocation, or where a line holds several events by the
 *   next number that is free. Without times these numbers are the times: no two events share an
 *   instant, and those of one process are ordered in any case.
 */
import type { KeyedOperation } from '../checkers/linearizability/operation.js';
import { InputError } from '../scenario.js';
import { describeIssue, shown } from '../schema-issue.js';
import { historyModels, type ModelName, modelNames } from './history-models.js';
import { type EventLine, type HistoryHeader, historyEventSchema } from './history-schema.js';
import { Pairing } from './pairing.js';
import { singleOf } from './transaction.js';

/** A history that was read to its end. */
export interface ReadHistory {
  readonly model: ModelName;
  /** In order of invocation; ids are numbers of lines. */
  readonly operations: readonly KeyedOperation[];
  /** Events that tell of an operation. */
  readonly events: number;
  readonly processes: number;
  /** Otherwise the numbers of lines stand for times. */
  readonly hasTimes: boolean;
  /** Undefined where the history has no header. */
  readonly header: HistoryHeader | undefined;
}

/** The one key of a history without keys. */
const theObject = 'the object';

/** Told every event in order, then the end. */
export class HistoryBuilder {
  /** By which the history is to be judged, once that is known. */
  model: ModelName | undefined;
  /** Events so far. */
  events = 0;
  private readonly pairing = new Pairing();
  private hasTimes: boolean | undefined;
  private hasKeys: boolean | undefined;
  private latest = 0;
  private place = 0;

  /**
   * @param source what the file is called
   * @param perMicrosecond how many units of its times a microsecond has
   */
  constructor(
    private readonly source: string,
    model: ModelName | undefined,
    private readonly perMicrosecond: number,
  ) {
    this.model = model;
  }

  /**
   * @param value what is to be an event
   * @param line of the file
   * @param inheritsKey whether it tells no key because it tells nothing but that it ended
   * @throws InputError naming the line, what is wrong and why
   */
  add(value: unknown, line: number, inheritsKey = false): void {
    this.place = Math.max(line, this.place + 1);
    const model = this.wanted();
    try {
      const result = historyEventSchema.safeParse(value, { reportInput: true });
      if (!result.success) {
        throw new InputError(describeIssue(result.error.issues[0]!, value, 'event'));
      }
      this.event(result.data, model, line, inheritsKey);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${this.source}: line ${line}: ${error.message}`);
    }
  }

  /** @throws InputError when nobody says what the keys hold, or they don't hold it */
  end(header?: HistoryHeader): ReadHistory {
    const model = this.wanted();
    const { operations, processes } = this.pairing.end(this.source);
    const { events, hasTimes } = this;
    return { model, operations, events, processes, hasTimes: hasTimes !== false, header };
  }

  /** An event that is no operation: it has a number, and nothing more. */
  skip(line: number): void {
    this.place = Math.max(line, this.place + 1);
  }

  /** @throws InputError when nobody says by which model the history is to be judged */
  wanted(): ModelName {
    if (this.model !== undefined) return this.model;
    const known = modelNames.join(', ');
    throw new InputError(
      `--model: got nothing, expected one of ${known}: ${this.source} says none`,
    );
  }

  private event(event: EventLine, name: ModelName, line: number, inheritsKey: boolean): void {
    this.events++;
    const { process, type, time } = event;
    const model = historyModels[name];
    const at = this.timeOf(time);
    const { f, key, value } = this.operationOf(event, inheritsKey);
    if (f !== undefined && !model.functions.includes(f)) {
      const among = `one of ${model.functions.join(', ')} by the model ${name}`;
      throw new InputError(`f: got ${shown(f)}, expected ${among}`);
    }
    const told = { process: String(process), type, f, key, value };
    this.pairing.add(told, { at, id: this.place, line }, model);
  }

  /** What is done to which key; an end may leave out what its invocation has told. */
  private operationOf({ type, f, key, value }: EventLine, inheritsKey: boolean) {
    if (f !== 'txn') {
      if (Array.isArray(value) && value.some(Array.isArray)) {
        throw new InputError(`value: got ${shown(value)}, expected no list within a list`);
      }
      return { f, key: this.keyOf(key, type, f, inheritsKey), value };
    }
    if (key !== undefined) {
      throw new InputError(`key: got ${shown(key)}, expected none: a transaction names its own`);
    }
    if (type !== 'invoke' && (value ?? null) === null) {
      return { f: undefined, key: undefined, value: undefined };
    }
    const single = singleOf(value);
    return { ...single, key: this.keyOf(single.key, type, single.f, false) };
  }

  private keyOf(
    key: string | number | undefined,
    type: EventLine['type'],
    f: string,
    inheritsKey: boolean,
  ): string | undefined {
    if (inheritsKey && this.hasKeys === true) {
      if (type !== 'ok' || f !== 'read') return undefined;
      throw new InputError('value: got nil, expected a key and what was read, as before');
    }
    this.hasKeys ??= key !== undefined;
    if (this.hasKeys !== (key !== undefined)) {
      const expected = this.hasKeys ? 'one, as before' : 'none, as before';
      throw new InputError(`key: got ${shown(key)}, expected ${expected}`);
    }
    return key === undefined ? theObject : String(key);
  }

  private timeOf(time: number | undefined): number {
    this.hasTimes ??= time !== undefined;
    if (this.hasTimes !== (time !== undefined)) {
      const expected = this.hasTimes ? 'a time as on the lines before' : 'none, as before';
      throw new InputError(`time: got ${shown(time)}, expected ${expected}`);
    }
    const now = time ?? this.place;
    if (now < this.latest) {
      throw new InputError(`time: got ${now}, expected at least ${this.latest}, as before`);
    }
    this.latest = now;
    return time === undefined ? now : now / this.perMicrosecond;
  }
}
