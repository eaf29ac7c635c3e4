/** A cluster client with the default policy: one call at a time, sent to whom it believes master. */
import {
  type ClientPolicy,
  pauseAfter,
  refusalIn,
} from '../../machines/kvrocks/client-policies.js';
import type { Script } from '../../runtime/config.js';
import { Purpose } from '../../runtime/kernel.js';
import type { OperationRecord } from '../../runtime/record.js';
import { type Connection, Deadline, Due, DueKind, type Packet, Type } from './entries.js';
import type { Limit } from './limit.js';
import { hangUp, message, open, sendNth } from './network.js';
import type { Store } from './store.js';

export class Client {
  readonly role = 'client';
  readonly index: number;
  readonly name: string;
  readonly policy: ClientPolicy;
  readonly script: Script;
  readonly thinkUs: readonly number[];
  next = 0;
  owner: Store;
  connection: Connection | null = null;
  peer: Store | null = null;
  operation: OperationRecord | null = null;
  attempt = 0;
  redirects = 0;
  pauses = 0;
  /** How often the operation was sent, by node. */
  readonly sent: number[];
  readonly invokeDue: Due;
  readonly pauseDue: Due;
  readonly connecting = new Deadline('a connection attempt');
  readonly callPatience = new Deadline('the patience of a caller');
  readonly commandPatience = new Deadline('the patience with a command');

  constructor(sim: Limit, index: number, name: string, policy: ClientPolicy, script: Script) {
    this.index = index;
    this.name = name;
    this.policy = policy;
    this.owner = sim.stores[0]!;
    this.sent = sim.stores.map(() => 0);
    this.script = script;
    this.thinkUs = script.thinkUs ?? [0];
    this.invokeDue = new Due(DueKind.invoke, this);
    this.pauseDue = new Due(DueKind.clientPause, this);
  }
}

/** Queues the next call of a client. */
export function queueCall(sim: Limit, client: Client, notBefore: number): void {
  const item = client.script.items[client.next];
  if (item === undefined) return;
  sim.heap.push(item.atUs > notBefore ? item.atUs : notBefore, client.invokeDue);
}

/** A call is due. */
export function onCall(sim: Limit, client: Client): void {
  const { id, call } = client.script.items[client.next++]!;
  const operation = { id, node: client.name, call, invokedAt: sim.now };
  sim.operations.push(operation);
  client.operation = operation;
  client.attempt = 0;
  if (client.pauses > 0 || client.redirects > 0) client.sent.fill(0);
  else client.sent[client.owner.index] = 0;
  client.redirects = 0;
  client.pauses = 0;
  client.callPatience.arm(sim.heap, sim.now + client.policy.operationTimeoutMs * 1000);
  begin(sim, client);
}

function begin(sim: Limit, client: Client): void {
  client.attempt++;
  if (client.peer === client.owner) {
    ask(sim, client);
    return;
  }
  if (client.connection !== null) hangUp(sim, client.connection);
  const { index, owner, policy } = client;
  client.peer = null;
  client.connection = open(sim, client, index, owner, policy.connectTimeoutMs, subjectOf(client));
}

function subjectOf({ operation, attempt }: Client): number {
  return operation!.id * 64 + attempt;
}

/** Connected: the call goes out. */
export function onClientOpen(sim: Limit, client: Client): void {
  client.peer = client.owner;
  ask(sim, client);
}

function ask(sim: Limit, client: Client): void {
  const { id, call } = client.operation!;
  const { index } = client.owner;
  const isRead = call.type === 'get';
  const packet = message(sim, client.connection!, false, isRead ? Type.get : Type.set);
  packet.operation = id;
  packet.attempt = client.attempt;
  packet.nth = client.sent[index]!++;
  packet.key = sim.keyNumber(call['key'] as string);
  if (!isRead) {
    packet.value = call['value'] as string;
    packet.numbers = call['numbers'] as number;
  }
  sendNth(sim, packet, subjectOf(client), 0);
  client.commandPatience.arm(sim.heap, sim.now + client.policy.commandTimeoutMs * 1000);
}

/** A reply: the end of the operation, or a reason to try again. */
export function onReply(sim: Limit, client: Client, packet: Packet): void {
  client.commandPatience.disarm();
  if (packet.error === '') {
    complete(sim, client, packet);
    return;
  }
  const failure = refusalIn(packet.error);
  if (failure !== 'moved' && failure !== 'tryAgain') {
    throw new Error(`limit: a client is told ${packet.error}`);
  }
  const pauseMs = pauseAfter(client.policy, failure, client);
  if (pauseMs < 0) throw new Error('limit: a client gives up');
  if (failure === 'moved') {
    client.redirects++;
    client.owner = sim.storeNamed.get(packet.error.split(' ')[2]!)!;
  } else {
    client.pauses++;
  }
  if (pauseMs === 0) begin(sim, client);
  else sim.heap.push(sim.now + pauseMs * 1000, client.pauseDue);
}

/** A pause between two attempts is over. */
export function onPause(sim: Limit, client: Client): void {
  begin(sim, client);
}

function complete(sim: Limit, client: Client, packet: Packet): void {
  const operation = client.operation!;
  operation.completedAt = sim.now;
  operation.outcome = 'ok';
  if (packet.type === Type.get) operation.value = packet.value;
  client.callPatience.disarm();
  client.operation = null;
  sim.left--;
  const { index, thinkUs } = client;
  const think = sim.decisions.drawNth(Purpose.think, index, operation.id, 0, thinkUs);
  queueCall(sim, client, sim.now + think);
}
