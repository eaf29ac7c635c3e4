/** Pairs the invocations of a history with their ends, as operations that checkers read. */
import type { KeyedOperation } from '../checkers/linearizability/operation.js';
import { textOf, type Value } from '../checkers/linearizability/value.js';
import { InputError } from '../scenario.js';
import { shown } from '../schema-issue.js';
import type { HistoryModel } from './history-models.js';

/** An event of one operation on one key. What its end leaves out is as on its invocation. */
export interface PairedEvent {
  readonly process: string;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: string | undefined;
  readonly key: string | undefined;
  readonly value: unknown;
}

/** Where an event stands. */
export interface Place {
  /** Microseconds, or what stands for them. */
  readonly at: number;
  /** What its operation is known by, if it is an invocation. */
  readonly id: number;
  readonly line: number;
}

/** An operation as far as it is known. */
interface Draft {
  readonly id: number;
  readonly line: number;
  readonly index: number;
  readonly client: string;
  readonly f: string;
  readonly key: string;
  readonly input: Value;
  readonly invokedAt: number;
  output: Value | undefined;
  /** The line of a read's value. */
  outputLine: number;
  endedAt: number | undefined;
  outcome: KeyedOperation['outcome'];
}

/** Told every event in order; then the end. */
export class Pairing {
  private readonly drafts: Draft[] = [];
  private readonly open = new Map<string, Draft>();
  private readonly processes = new Set<string>();

  /** @throws InputError naming the field that doesn't fit what came before, or the model */
  add(event: PairedEvent, place: Place, model: HistoryModel): void {
    const { process, type } = event;
    const draft = this.open.get(process);
    if (type === 'invoke') {
      if (draft !== undefined) {
        throw new InputError(
          `process ${process} invokes while its operation of line ${draft.line} is open`,
        );
      }
      this.invoke(event, place, model);
      return;
    }
    if (draft === undefined) {
      throw new InputError(`${type} of process ${process}, which has no operation open`);
    }
    this.open.delete(process);
    if (event.f !== undefined) expectSame('f', event.f, draft.f, draft.line);
    if (event.key !== undefined) expectSame('key', event.key, draft.key, draft.line);
    draft.endedAt = place.at;
    draft.outcome = type;
    const { value } = event;
    if (draft.f !== 'read') {
      if (value === undefined || value === null) return;
      expectSame('value', model.input(draft.f, value), draft.input, draft.line);
    } else if (type === 'ok') {
      if (value === undefined) {
        throw new InputError('value: got nothing, expected what was read, null for nothing');
      }
      draft.output = model.output(value);
      draft.outputLine = place.line;
    }
  }

  /**
   * @param source what the file is called
   * @throws InputError where a read returned a list of a key that is none, or the other way round
   */
  end(source: string): { operations: KeyedOperation[]; processes: number } {
    const keysOf = (kind: string) =>
      new Set(this.drafts.filter(({ f }) => f === kind).map(({ key }) => key));
    const [lists, written] = [keysOf('append'), keysOf('write')];
    for (const { key, f, output, outputLine } of this.drafts) {
      if (f !== 'read' || output === undefined || output === null) continue;
      const isList = lists.has(key);
      if (Array.isArray(output) === isList || !(isList || written.has(key))) continue;
      const why = isList
        ? `expected a list: ${key} is appended to`
        : `expected no list: nothing is appended to ${key}`;
      throw new InputError(`${source}: line ${outputLine}: value: ${why}`);
    }
    return { operations: this.drafts.map(operationOf), processes: this.processes.size };
  }

  private invoke(event: PairedEvent, place: Place, model: HistoryModel): void {
    const { process: client, f = '', key = '', value } = event;
    const draft: Draft = {
      id: place.id,
      line: place.line,
      index: this.drafts.length,
      client,
      f,
      key,
      input: f === 'read' ? null : model.input(f, value),
      invokedAt: place.at,
      output: undefined,
      outputLine: 0,
      endedAt: undefined,
      outcome: 'info',
    };
    this.drafts.push(draft);
    this.open.set(client, draft);
    this.processes.add(client);
  }
}

function operationOf({ line: _, outputLine: __, ...draft }: Draft): KeyedOperation {
  const { endedAt, outcome } = draft;
  const isOver = endedAt !== undefined && outcome !== 'info';
  return {
    ...draft,
    sequential: true,
    completedAt: isOver ? endedAt : Number.POSITIVE_INFINITY,
  };
}

function expectSame(field: string, got: Value, expected: Value, line: number): void {
  if (textOf(got) === textOf(expected)) return;
  const as = `${shown(expected)} as on line ${line}`;
  throw new InputError(`${field}: got ${shown(got)}, expected ${as}`);
}
