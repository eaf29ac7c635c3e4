/**
 * Reads a history line by line from JSON Lines. What may stand in a line is in `history-schema.ts`,
 * what the lines make together in `history-builder.ts`. Of a header the checksum must fit every line:
 * a history that was changed is not judged.
 */
import { parseJsonLine } from '../json-text.js';
import { InputError } from '../scenario.js';
import { describeIssue } from '../schema-issue.js';
import { Checksum, checkSum } from './checksum.js';
import { checkFormat } from './format.js';
import { HistoryBuilder, type ReadHistory } from './history-builder.js';
import type { ModelName } from './history-models.js';
import { type HistoryHeader, historyHeaderSchema } from './history-schema.js';

/** Told every line in order, then the end. */
export class HistoryReader {
  private readonly builder: HistoryBuilder;
  private readonly sum = new Checksum();
  private header: HistoryHeader | undefined;
  private written: unknown;
  private lines = 0;

  /**
   * @param source what the file is called
   * @param model by which it is to be judged; a header says so too
   */
  constructor(
    private readonly source: string,
    model?: ModelName,
  ) {
    this.builder = new HistoryBuilder(source, model, 1);
  }

  /** @throws InputError naming the line, what is wrong and why */
  add(text: string, number: number): void {
    const isBlank = text.trim() === '';
    const value = isBlank ? undefined : parseJsonLine(text, `${this.source}: line ${number}`);
    if (number === 1 && has(value, 'format')) {
      this.begin(value);
      return;
    }
    this.lines++;
    if (this.header !== undefined) this.sum.addLine(text);
    if (isBlank || (has(value, 'process') && value['process'] === 'nemesis')) return;
    this.builder.add(value, number);
  }

  /** @throws InputError when the lines are no whole history, or nobody says what its keys hold */
  end(): ReadHistory {
    const { header, source } = this;
    if (header !== undefined) {
      if (header.events !== this.lines) {
        const held = `it says ${header.events} events, and holds ${this.lines}`;
        throw new InputError(`${source}: the file was changed or cut: ${held}`);
      }
      checkSum(this.written, this.sum.text(), source);
    } else if (this.builder.events === 0) {
      throw new InputError(
        `${source}: holds no operation, expected a history as JSON Lines or EDN`,
      );
    }
    return this.builder.end(header);
  }

  private begin(value: object): void {
    const { source, builder } = this;
    checkFormat(value, 'history', source);
    const result = historyHeaderSchema.safeParse(value, { reportInput: true });
    if (!result.success) {
      const issue = describeIssue(result.error.issues[0]!, value, 'header');
      throw new InputError(`${source}: line 1: ${issue}`);
    }
    this.header = result.data;
    const { checksum, ...rest } = value as HistoryHeader;
    this.written = checksum;
    this.sum.addJson(rest);
    const { model } = this.header;
    if (builder.model !== undefined && builder.model !== model) {
      throw new InputError(`--model: got ${builder.model}, but ${source} is a history of ${model}`);
    }
    builder.model = model;
  }
}

function has<K extends string>(value: unknown, field: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}
