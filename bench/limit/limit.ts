/** Everything that one run by hand holds. */
import type { NoteRecord, OperationRecord, ReplyRecord } from '../../runtime/record.js';
import type { Message } from '../../runtime/vocabulary.js';
import { Decisions } from '../labelled.js';
import type { Client } from './client.js';
import { type Due, Packet } from './entries.js';
import { Heap } from './heap.js';
import type { Operator } from './operator.js';
import type { Store } from './store.js';

export class Limit {
  now = 0;
  readonly heap = new Heap<Due>();
  readonly decisions: Decisions;
  readonly latency: readonly number[];
  readonly stores: Store[] = [];
  readonly storeNamed = new Map<string, Store>();
  readonly clients: Client[] = [];
  readonly operators: Operator[] = [];
  /** Keys by number, in order of first use. */
  readonly keys: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** Calls that have not ended. */
  left = 0;
  readonly operations: OperationRecord[] = [];
  readonly replies: ReplyRecord[] = [];
  readonly notes: NoteRecord[] = [];
  private pool: Packet | null = null;

  constructor(seed: number, latency: readonly number[]) {
    this.decisions = new Decisions(seed);
    this.latency = latency;
  }

  keyNumber(key: string): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.keys.length);
    return this.keys.push(key) - 1;
  }

  /** A packet to be filled in. */
  take(): Packet {
    const packet = this.pool;
    if (packet === null) return new Packet();
    this.pool = packet.next;
    return packet;
  }

  /** Gives a packet back. */
  give(packet: Packet): void {
    packet.connection = null;
    packet.body = null;
    packet.next = this.pool;
    this.pool = packet;
  }

  note(store: Store, subject: string, value: NoteRecord['value']): void {
    const { name: node, applied } = store;
    const by = { node, incarnation: 1, machine: 'server', key: 0 };
    this.notes.push({ at: this.now, ...by, subject, value, applied });
  }

  reply(store: Store, operation: number, message: Message): void {
    const { name: node, applied, durable, topology } = store;
    this.replies.push({
      at: this.now,
      node,
      incarnation: 1,
      operation,
      epoch: topology.version,
      applied,
      durable,
      message,
    });
  }
}
