/** The operator: asks for the failover, watches it, pushes the topology that came of it. */
import { handedOver, type Topology } from '../../machines/kvrocks/topology.js';
import type { Script } from '../../runtime/config.js';
import type { OperationRecord } from '../../runtime/record.js';
import { type Connection, Deadline, Due, DueKind, type Packet, Type } from './entries.js';
import type { Limit } from './limit.js';
import { hangUp, message, open, send } from './network.js';

const awaitUs = 50_000;

export class Operator {
  readonly role = 'operator';
  readonly index: number;
  readonly name: string;
  readonly timeoutMs: number;
  readonly script: Script;
  next = 0;
  operation: OperationRecord | null = null;
  connection: Connection | null = null;
  attempt = 0;
  /** Which of several nodes is asked. */
  turn = 0;
  startedAt = 0;
  /** What the last `await` saw. */
  seen = '';
  readonly invokeDue: Due;
  readonly pauseDue: Due;
  readonly connecting = new Deadline('a connection attempt');
  readonly patience = new Deadline('the patience of the operator');

  constructor(index: number, name: string, timeoutMs: number, script: Script) {
    this.index = index;
    this.name = name;
    this.timeoutMs = timeoutMs;
    this.script = script;
    this.invokeDue = new Due(DueKind.invoke, this);
    this.pauseDue = new Due(DueKind.operatorPause, this);
  }
}

/** Queues the next call of an operator. */
export function queueOrder(sim: Limit, operator: Operator): void {
  const item = operator.script.items[operator.next];
  if (item === undefined) return;
  sim.heap.push(Math.max(sim.now, item.atUs), operator.invokeDue);
}

/** A call is due. */
export function onOrder(sim: Limit, operator: Operator): void {
  const { id, call } = operator.script.items[operator.next++]!;
  const operation = { id, node: operator.name, call, invokedAt: sim.now };
  sim.operations.push(operation);
  operator.operation = operation;
  operator.turn = 0;
  operator.attempt = 0;
  operator.startedAt = sim.now;
  if (call.type === 'failover') operator.seen = 'started';
  if (call.type === 'outcome' && operator.seen !== 'success') {
    throw new Error('limit: the failover was not seen to succeed');
  }
  connect(sim, operator);
}

function connect(sim: Limit, operator: Operator): void {
  const { id, call } = operator.operation!;
  const to = sim.storeNamed.get(nodesOf(call)[operator.turn]!)!;
  operator.connection = open(sim, operator, operator.index, to, operator.timeoutMs, id);
}

function nodesOf(call: OperationRecord['call']): readonly string[] {
  return (call['nodes'] as readonly string[] | undefined) ?? [call['node'] as string];
}

/** Connected: the command goes out. */
export function onOperatorOpen(sim: Limit, operator: Operator): void {
  const { id, call } = operator.operation!;
  operator.attempt++;
  const packet = message(sim, operator.connection!, false, typeOf(call));
  packet.operation = id;
  packet.attempt = operator.attempt;
  packet.body = call.type === 'outcome' ? outcomeOf(call) : call;
  send(sim, packet, id);
  operator.patience.arm(sim.heap, sim.now + operator.timeoutMs * 1000);
}

function typeOf({ type }: OperationRecord['call']): number {
  if (type === 'failover') return Type.failover;
  return type === 'outcome' ? Type.setnodes : Type.info;
}

function outcomeOf(call: OperationRecord['call']): Topology {
  const before = call['topology'] as unknown as Topology;
  return handedOver(before, call['target'] as string, before.version + 1);
}

/** A reply: the next node, the end of the call, or another look later. */
export function onOperatorReply(sim: Limit, operator: Operator, packet: Packet): void {
  const { call } = operator.operation!;
  if (packet.error !== '') throw new Error(`limit: the operator is told ${packet.error}`);
  operator.patience.disarm();
  const { connection } = operator;
  if (call.type === 'await') {
    const seen = endOf(operator, packet.body as Record<string, unknown>);
    if (seen === null) {
      waitMore(sim, operator);
      return;
    }
    operator.seen = seen;
  } else if (operator.turn + 1 < nodesOf(call).length) {
    operator.turn++;
    hangUp(sim, connection!);
    connect(sim, operator);
    return;
  }
  complete(sim, operator);
  hangUp(sim, connection!);
}

/** What ends an `await`: the state that was waited for, or null. */
function endOf({ seen }: Operator, facts: Record<string, unknown>): string | null {
  const state = facts['cluster_failover_state'];
  if (state === 'success' || state === 'failed') return state;
  return facts['role'] === 'slave' && seen === 'started' ? 'success' : null;
}

function waitMore(sim: Limit, operator: Operator): void {
  hangUp(sim, operator.connection!);
  sim.heap.push(sim.now + awaitUs, operator.pauseDue);
}

/** The time between two looks is over. */
export function onOperatorPause(sim: Limit, operator: Operator): void {
  const forMs = Number(operator.operation!.call['forMs'] ?? 60_000);
  if (sim.now - operator.startedAt >= forMs * 1000) throw new Error('limit: awaited in vain');
  connect(sim, operator);
}

function complete(sim: Limit, operator: Operator): void {
  const operation = operator.operation!;
  operation.completedAt = sim.now;
  operation.outcome = 'ok';
  operation.value = operator.seen;
  operator.operation = null;
  sim.left--;
  queueOrder(sim, operator);
}
