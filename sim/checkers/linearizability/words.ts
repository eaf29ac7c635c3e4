/** The words of linearizability: operations by name, and lists of them. */
import { seconds } from '../text.js';
import type { KeyedOperation } from './operation.js';

type Named = Pick<KeyedOperation, 'f' | 'id' | 'key' | 'client'>;

/** @returns `write 16 of k3 (v15) by client1` */
export function named({ f, id, key, client }: Named, about: string): string {
  return `${f} ${id} of ${key} (${about}) by ${client}`;
}

/** @returns `read 16 of k3 by client1 returned v15` */
export function answered({ f, id, key, client }: Named, answer: string): string {
  return `${f} ${id} of ${key} by ${client} ${answer}`;
}

/** An operation with its interval and outcome, for evidence. */
export function spelled(operation: KeyedOperation, about: string): string {
  const { invokedAt, endedAt, outcome } = operation;
  const end = endedAt === undefined ? 'open at the end' : `${outcome} at ${seconds(endedAt)}`;
  return `${named(operation, about)}: invoked at ${seconds(invokedAt)}, ${end}`;
}

/** Operations once each, in the order of the history. */
export function inOrder(operations: readonly KeyedOperation[]): KeyedOperation[] {
  return [...new Set(operations)].sort((one, other) => one.index - other.index);
}
