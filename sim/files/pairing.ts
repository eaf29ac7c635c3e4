/** Pairs the invocations of a history with their ends, as operations that checkers read. */
import type { z } from 'zod';
import { appended, listOf } from '../checkers/elements.js';
import { type RegisterOperation, registerOperation } from '../checkers/register.js';
import { InputError } from '../scenario.js';
import { shown } from '../schema-issue.js';
import type { historyEventSchema } from './history-schema.js';

type Event = z.output<typeof historyEventSchema>;
type Value = Event['value'];

/** An operation as far as it is known. */
interface Draft {
  readonly id: number;
  readonly index: number;
  readonly client: string;
  readonly f: Event['f'];
  readonly key: string;
  readonly invokedAt: number;
  value: string | null;
  /** The line of a read's value, and whether that is a list. */
  read?: { readonly line: number; readonly isList: boolean };
  endedAt?: number;
  outcome: RegisterOperation['outcome'];
}

/** Told every event in order, with its time and line; then the end. */
export class Pairing {
  private readonly drafts: Draft[] = [];
  private readonly open = new Map<string, Draft>();
  private readonly processes = new Set<string>();

  /** @throws InputError naming the field that doesn't fit what came before */
  add(event: Event, at: number, line: number): void {
    const process = String(event.process);
    const draft = this.open.get(process);
    if (event.type === 'invoke') {
      if (draft !== undefined) {
        throw new InputError(
          `process ${process} invokes while its operation of line ${draft.id} is open`,
        );
      }
      this.invoke(event, process, at, line);
      return;
    }
    if (draft === undefined) {
      throw new InputError(`${event.type} of process ${process}, which has no operation open`);
    }
    this.open.delete(process);
    expectSame('f', event.f, draft.f, draft.id);
    expectSame('key', String(event.key), draft.key, draft.id);
    draft.endedAt = at;
    draft.outcome = event.type;
    if (draft.f !== 'read') {
      const { value } = event;
      if (value === undefined || value === null) return;
      expectSame('value', textOf(draft.f, value), draft.value, draft.id);
    } else if (event.type === 'ok') {
      draft.value = returned(event.value);
      if (event.value !== null) draft.read = { line, isList: Array.isArray(event.value) };
    }
  }

  /**
   * @param source what the file is called
   * @throws InputError where a read returned a list of a key that is none, or the other way round
   */
  end(source: string): { operations: RegisterOperation[]; processes: number } {
    const keysOf = (kind: Event['f']) =>
      new Set(this.drafts.filter(({ f }) => f === kind).map(({ key }) => key));
    const [lists, written] = [keysOf('append'), keysOf('write')];
    for (const { key, read } of this.drafts) {
      const isList = lists.has(key);
      if (read === undefined || read.isList === isList || !(isList || written.has(key))) continue;
      const why = isList
        ? `expected a list: ${key} is appended to`
        : `expected no list: nothing is appended to ${key}`;
      throw new InputError(`${source}: line ${read.line}: value: ${why}`);
    }
    return { operations: this.drafts.map(operationOf), processes: this.processes.size };
  }

  private invoke(event: Event, client: string, invokedAt: number, id: number): void {
    const draft: Draft = {
      id,
      index: this.drafts.length,
      client,
      f: event.f,
      key: String(event.key),
      invokedAt,
      value: event.f === 'read' ? null : textOf(event.f, event.value),
      outcome: 'info',
    };
    this.drafts.push(draft);
    this.open.set(client, draft);
    this.processes.add(client);
  }
}

function operationOf({ read: _, endedAt, ...draft }: Draft): RegisterOperation {
  const isOver = endedAt !== undefined && draft.outcome !== 'info';
  return registerOperation({
    ...draft,
    sequential: true,
    completedAt: isOver ? endedAt : Number.POSITIVE_INFINITY,
    endedAt,
  });
}

/** What is written or appended, as checkers know it. */
function textOf(f: 'write' | 'append', value: Value): string | null {
  if (f === 'append') return appended(element(value));
  if (value === null) return null;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new InputError(`value: got ${shown(value)}, expected a string, an integer or null`);
}

/** What a read returned, as checkers know it. */
function returned(value: Value): string | null {
  if (value === undefined) {
    throw new InputError('value: got nothing, expected what was read, null for nothing');
  }
  if (Array.isArray(value)) return listOf(value.map(element));
  return value === null ? null : String(value);
}

/** An element's text. Lists are kept as texts, each element with a comma behind it. */
function element(value: Value): string {
  const isText = typeof value === 'string' || typeof value === 'number';
  if (isText && !String(value).includes(',')) return String(value);
  throw new InputError(`value: got ${shown(value)}, expected an element: no comma in it`);
}

function expectSame(field: string, got: string | null, expected: string | null, line: number) {
  if (got === expected) return;
  const as = `${shown(expected)} as on line ${line}`;
  throw new InputError(`${field}: got ${shown(got)}, expected ${as}`);
}
