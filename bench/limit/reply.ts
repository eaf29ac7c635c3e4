/** Replies of a node, sent and kept in the record. */
import { type Job, type Packet, Type, typeNames } from './entries.js';
import type { Limit } from './limit.js';
import { message, send, sendNth } from './network.js';
import type { Store } from './store.js';

/** +OK, with facts or none. */
export function replyOk(sim: Limit, store: Store, job: Job, facts?: unknown): void {
  const { connection, id, attempt } = job;
  if (connection === null) return;
  const packet = answerTo(sim, job);
  packet.body = facts ?? null;
  if (!answer(sim, job, packet) || id === 0) return;
  const said = { type: replyType(job), operation: id, attempt, status: 'ok' };
  sim.reply(store, id, facts === undefined ? said : { ...said, facts: facts as never });
}

/** The value of a key, null for none. */
export function replyValue(sim: Limit, store: Store, job: Job, value: string | null): void {
  const { id, attempt } = job;
  const packet = answerTo(sim, job);
  packet.value = value;
  if (!answer(sim, job, packet)) return;
  sim.reply(store, id, { type: replyType(job), operation: id, attempt, status: 'ok', value });
}

/** -ERR and its like. */
export function replyError(sim: Limit, store: Store, job: Job, error: string): void {
  const { id, attempt } = job;
  const packet = answerTo(sim, job);
  packet.error = error;
  if (!answer(sim, job, packet)) return;
  sim.reply(store, id, { type: replyType(job), operation: id, attempt, status: 'error', error });
}

function answerTo(sim: Limit, { connection, type, id, attempt }: Job): Packet {
  const packet = message(sim, connection!, true, type);
  packet.operation = id;
  packet.attempt = attempt;
  return packet;
}

function answer(sim: Limit, { type, id, nth }: Job, packet: Packet): boolean {
  const isClients = type === Type.set || type === Type.get;
  return isClients ? sendNth(sim, packet, id, nth) : send(sim, packet, id);
}

const replyTypes = typeNames.map((name) => `${name}-reply`);

function replyType({ type }: Job): string {
  return replyTypes[type]!;
}
