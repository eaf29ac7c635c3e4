/**
 * A run's history in the field's words (Jepsen, Knossos): what clients asked and saw, as ordered
 * events. Operators' calls are no part of it.
 *
 * A process is a logical client with one operation at a time. After `info` it is retired, because
 * its operation may still take effect, and the client goes on as the next one: `client1`, then
 * `client1.2`. Open operations become `info` at the end.
 *
 * Intervals are closed: an operation that ends at the instant another begins overlaps it. So of the
 * events of one time the invocations come first, then the completions, each in the order of the
 * record. A client that begins again at the very instant its last operation ends is then, in this
 * order, two processes, so that each has one operation at a time. What that loses, the client's own
 * order within an instant, the linearizability checker takes from the record.
 */
import type { OperationRecord } from '../runtime/record.js';
import { elementsOf } from './checkers/elements.js';
import { type RegisterOperation, registerOperations } from './checkers/register.js';

export interface HistoryEvent {
  readonly process: string;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: 'read' | 'write' | 'append';
  readonly key: string;
  /**
   * What is written or appended; what a read returned: a list of elements where the key is appended
   * to. Null for a read that has not returned, and for nothing.
   */
  readonly value: string | readonly string[] | null;
  /** Microseconds of simulated time. */
  readonly time: number;
  readonly operation: number;
}

interface Moment {
  readonly time: number;
  readonly operation: RegisterOperation;
  readonly type: HistoryEvent['type'];
}

/**
 * @param operations a record's operations
 * @param endedAt when the run ended: the time of the `info` of what was still open
 */
export function history(operations: readonly OperationRecord[], endedAt: number): HistoryEvent[] {
  const all = registerOperations(operations);
  const isList = listed(all);
  const moments = all.flatMap((operation): Moment[] => [
    { time: operation.invokedAt, operation, type: 'invoke' },
    { time: operation.endedAt ?? endedAt, operation, type: operation.outcome },
  ]);
  const processes = new Processes();
  return moments.sort(inOrder).map(({ time, operation, type }) => {
    const { id, f, key } = operation;
    return {
      process: processes.at(operation, type),
      type,
      f,
      key,
      value: shown(operation, type, isList(key)),
      time,
      operation: id,
    };
  });
}

/** Whether a key holds a list: it is appended to, or only read where others are. */
function listed(all: readonly RegisterOperation[]): (key: string) => boolean {
  const keysOf = (kind: RegisterOperation['f']) =>
    new Set(all.filter(({ f }) => f === kind).map(({ key }) => key));
  const [appended, written] = [keysOf('append'), keysOf('write')];
  return (key) => appended.has(key) || (appended.size > 0 && !written.has(key));
}

function shown(
  { f, value }: RegisterOperation,
  type: HistoryEvent['type'],
  isList: boolean,
): HistoryEvent['value'] {
  if (f === 'append') return elementsOf(value)[0] ?? '';
  if (f === 'write') return value;
  if (type !== 'ok') return null;
  return isList ? elementsOf(value) : value;
}

function inOrder(one: Moment, other: Moment): number {
  return (
    one.time - other.time ||
    Number(one.type !== 'invoke') - Number(other.type !== 'invoke') ||
    one.operation.index - other.operation.index
  );
}

/** Who is free: for each client the numbers of its processes. */
class Processes {
  private readonly used = new Map<string, number>();
  private readonly free = new Map<string, number[]>();
  private readonly busy = new Map<number, number>();

  /** The process of an operation's event, taken at its invocation and given back at its end. */
  at({ client, index }: RegisterOperation, type: HistoryEvent['type']): string {
    const number = type === 'invoke' ? this.take(client) : this.busy.get(index)!;
    if (type === 'invoke') this.busy.set(index, number);
    else this.busy.delete(index);
    if (type === 'ok' || type === 'fail') this.freeOf(client).push(number);
    return number === 1 ? client : `${client}.${number}`;
  }

  private take(client: string): number {
    const free = this.freeOf(client).sort((one, other) => one - other);
    const number = free.shift() ?? (this.used.get(client) ?? 0) + 1;
    this.used.set(client, Math.max(number, this.used.get(client) ?? 0));
    return number;
  }

  private freeOf(client: string): number[] {
    const free = this.free.get(client) ?? [];
    this.free.set(client, free);
    return free;
  }
}
