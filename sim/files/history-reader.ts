/**
 * Reads a history line by line, and pairs invocations with their ends. What may stand in a line is in
 * `history-schema.ts`; that it does, and that the lines make a history, is checked here.
 *
 * - A process has one operation at a time. One that never ends is `info`; so is one open at the end.
 * - An operation is known by the line of its invocation. Without times the lines are the times: no
 *   two events share an instant, and those of one process are ordered in any case.
 * - Of a header the checksum must fit every line: a history that was changed is not judged.
 */
import type { z } from 'zod';
import type { RegisterOperation } from '../checkers/register.js';
import { parseJsonLine } from '../json-text.js';
import { InputError } from '../scenario.js';
import { describeIssue, shown } from '../schema-issue.js';
import { Checksum, checkSum } from './checksum.js';
import { checkFormat } from './format.js';
import {
  type HistoryHeader,
  historyEventSchema,
  historyHeaderSchema,
  type ModelName,
} from './history-schema.js';
import { models } from './judge-history.js';
import { Pairing } from './pairing.js';

/** A history that was read to its end. */
export interface ReadHistory {
  readonly model: ModelName;
  /** In order of invocation; ids are numbers of lines. */
  readonly operations: readonly RegisterOperation[];
  /** Lines that tell of an operation. */
  readonly events: number;
  readonly processes: number;
  /** Otherwise the numbers of lines stand for times. */
  readonly hasTimes: boolean;
  /** Undefined where the history has no header. */
  readonly header: HistoryHeader | undefined;
}

/** Told every line in order, then the end. */
export class HistoryReader {
  private readonly source: string;
  private readonly pairing = new Pairing();
  private readonly sum = new Checksum();
  private model: ModelName | undefined;
  private header: HistoryHeader | undefined;
  private written: unknown;
  private hasTimes: boolean | undefined;
  private latest = 0;
  private lines = 0;
  private events = 0;

  /**
   * @param source what the file is called
   * @param model by which it is to be judged; a header says so too
   */
  constructor(source: string, model?: ModelName) {
    this.source = source;
    this.model = model;
  }

  /** @throws InputError naming the line, what is wrong and why */
  add(text: string, number: number): void {
    const where = `${this.source}: line ${number}`;
    const isBlank = text.trim() === '';
    const value = isBlank ? undefined : parseJsonLine(text, where);
    if (number === 1 && has(value, 'format')) {
      this.begin(value);
      return;
    }
    this.lines++;
    if (this.header !== undefined) this.sum.addLine(text);
    if (isBlank || (has(value, 'process') && value['process'] === 'nemesis')) return;
    const model = this.wanted();
    try {
      this.event(parsed(historyEventSchema, value, 'event'), model, number);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${where}: ${error.message}`);
    }
  }

  /** @throws InputError when the lines are no whole history, or nobody says what its keys hold */
  end(): ReadHistory {
    const { header, source, events } = this;
    if (header !== undefined) {
      if (header.events !== this.lines) {
        const held = `it says ${header.events} events, and holds ${this.lines}`;
        throw new InputError(`${source}: the file was changed or cut: ${held}`);
      }
      checkSum(this.written, this.sum.text(), source);
    } else if (events === 0) {
      throw new InputError(`${source}: holds no operation, expected a history as JSON Lines`);
    }
    const model = this.wanted();
    const { operations, processes } = this.pairing.end(source);
    return { model, operations, events, processes, hasTimes: this.hasTimes !== false, header };
  }

  private begin(value: object): void {
    const { source } = this;
    checkFormat(value, 'history', source);
    try {
      this.header = parsed(historyHeaderSchema, value, 'header');
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${source}: line 1: ${error.message}`);
    }
    const { checksum, ...rest } = value as HistoryHeader;
    this.written = checksum;
    this.sum.addJson(rest);
    const { model } = this.header;
    if (this.model !== undefined && this.model !== model) {
      throw new InputError(`--model: got ${this.model}, but ${source} is a history of ${model}`);
    }
    this.model = model;
  }

  private event(
    event: z.output<typeof historyEventSchema>,
    model: ModelName,
    number: number,
  ): void {
    this.events++;
    const { functions } = models[model];
    if (!functions.includes(event.f)) {
      const among = `one of ${functions.join(', ')} by the model ${model}`;
      throw new InputError(`f: got ${shown(event.f)}, expected ${among}`);
    }
    this.pairing.add(event, this.timeOf(event.time, number), number);
  }

  private timeOf(time: number | undefined, number: number): number {
    this.hasTimes ??= time !== undefined;
    if (this.hasTimes !== (time !== undefined)) {
      const expected = this.hasTimes ? 'a time as on the lines before' : 'none, as before';
      throw new InputError(`time: got ${shown(time)}, expected ${expected}`);
    }
    const at = time ?? number;
    if (at < this.latest) {
      throw new InputError(`time: got ${at}, expected at least ${this.latest}, as before`);
    }
    this.latest = at;
    return at;
  }

  private wanted(): ModelName {
    if (this.model !== undefined) return this.model;
    const known = Object.keys(models).join(', ');
    throw new InputError(
      `--model: got nothing, expected one of ${known}: ${this.source} says none`,
    );
  }
}

function has<K extends string>(value: unknown, field: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new InputError(describeIssue(result.error.issues[0]!, value, what));
}
