/** The words that verdicts are put in. */
import type { ReplyRecord } from '../../runtime/record.js';
import { elementsOf } from './elements.js';
import * as words from './linearizability/words.js';
import type { RegisterOperation } from './register.js';

export { counted, listed, seconds } from './text.js';

/** @returns `write 16 of k3 (v15) by client1` */
export function named(operation: RegisterOperation): string {
  return words.named(operation, held(operation.value));
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
  return words.spelled(operation, held(operation.value));
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
