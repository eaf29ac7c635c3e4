/** Replies of a node, sent and kept in the record. */
import { type Job, typeNames } from './entries.js';
import type { Limit } from './limit.js';
import { message, send } from './network.js';
import type { Store } from './store.js';

/** +OK, with facts or none. */
export function replyOk(sim: Limit, store: Store, job: Job, facts?: unknown): void {
  const { connection, id, attempt } = job;
  if (connection === null) return;
  const packet = answerTo(sim, job);
  packet.body = facts ?? null;
  if (!send(sim, packet, id) || id === 0) return;
  const said = { type: replyType(job), operation: id, attempt, status: 'ok' };
  sim.reply(store, id, facts === undefined ? said : { ...said, facts: facts as never });
}

/** The value of a key, null for none. */
export function replyValue(sim: Limit, store: Store, job: Job, value: string | null): void {
  const { id, attempt } = job;
  const packet = answerTo(sim, job);
  packet.value = value;
  if (!send(sim, packet, id)) return;
  sim.reply(store, id, { type: replyType(job), operation: id, attempt, status: 'ok', value });
}

/** -ERR and its like. */
export function replyError(sim: Limit, store: Store, job: Job, error: string): void {
  const { id, attempt } = job;
  const packet = answerTo(sim, job);
  packet.error = error;
  if (!send(sim, packet, id)) return;
  sim.reply(store, id, { type: replyType(job), operation: id, attempt, status: 'error', error });
}

function answerTo(sim: Limit, { connection, type, id, attempt }: Job) {
  const packet = message(sim, connection!, true, type);
  packet.operation = id;
  packet.attempt = attempt;
  return packet;
}

const replyTypes = typeNames.map((name) => `${name}-reply`);

function replyType({ type }: Job): string {
  return replyTypes[type]!;
}
