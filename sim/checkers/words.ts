/** The words that verdicts are put in. Integer arithmetic only: reasons are compared in tests. */
import type { ReplyRecord } from '../../runtime/record.js';
import { elementsOf } from './elements.js';
import type { RegisterOperation } from './register.js';

/** Microseconds as seconds: three decimals, six where the last three say something. */
export function seconds(us: number): string {
  const whole = Math.floor(us / 1_000_000);
  const fraction = String(us % 1_000_000).padStart(6, '0');
  return `${whole}.${fraction.endsWith('000') ? fraction.slice(0, 3) : fraction} s`;
}

/** @returns `1 operation`, `2 operations` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and c`; from the `most`th on, `and 7 more`. */
export function listed(items: readonly (string | number)[], most = 5): string {
  const shown = items.slice(0, most).map(String);
  if (items.length > most) return `${shown.join(', ')} and ${items.length - most} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** @returns `write 16 of k3 (v15) by client1` */
export function named(operation: RegisterOperation): string {
  const { f, id, key, client } = operation;
  return `${f} ${id} of ${key} (${held(operation.value)}) by ${client}`;
}

/** A key's value in words: the initial one is `nothing`, of a list its size and end. */
export function held(value: string | null): string {
  if (value === null) return 'nothing';
  if (!value.endsWith(',')) return value;
  const elements = elementsOf(value);
  const last = elements.at(-1) ?? '';
  return elements.length === 1 ? last : `${elements.length} elements up to ${last}`;
}

/** An operation with its interval and outcome, for evidence. */
export function spelled(operation: RegisterOperation): string {
  const { invokedAt, endedAt, outcome } = operation;
  const end = endedAt === undefined ? 'open at the end' : `${outcome} at ${seconds(endedAt)}`;
  return `${named(operation)}: invoked at ${seconds(invokedAt)}, ${end}`;
}

/** @returns `n1 acknowledged write 16 of k3 (v15) in epoch 3, incarnation 1` */
export function acknowledgement(reply: ReplyRecord, write: RegisterOperation | undefined): string {
  const what =
    write === undefined
      ? `write ${reply.operation}`
      : `${write.f} ${write.id} of ${write.key} (${held(write.value)})`;
  const life = `epoch ${reply.epoch}, incarnation ${reply.incarnation}`;
  return `${reply.node} acknowledged ${what} in ${life}`;
}
