/** For tests: a shard of nodes with the handover, puppets in the place of some, clients beside. */
import type { NodeConfig, WorldConfig } from '../../runtime/config.js';
import type { Fault } from '../../runtime/fault.js';
import type { Message, Plain } from '../../runtime/vocabulary.js';
import { defaultOptions, type NodeOptions } from '../kvrocks/context.js';
import { type Answers, puppetNode, Stage, storeNode } from '../kvrocks/test-stage.js';
import { handedOver, oneShard, type Topology } from '../kvrocks/topology.js';
import { knowsAttempts } from './context.js';
import { graceful } from './index.js';
import { gracefulKnobs, type HandoverKnobs, proposalKnobs } from './knobs.js';

export const names = ['n1', 'n2', 'n3'];
/** The topology that every node starts with, and the one after n2 has taken over. */
export const before = oneShard(names, 1);
export const after = handedOver(before, 'n2', 2);

export interface Given {
  readonly protocol?: 'graceful' | 'proposal';
  readonly knobs?: Partial<HandoverKnobs>;
  readonly options?: Partial<NodeOptions>;
  /** Nodes that are puppets, with their answers. */
  readonly puppets?: Readonly<Record<string, Answers>>;
  /** Settings of single nodes. */
  readonly each?: Readonly<Record<string, Partial<NodeConfig>>>;
  readonly topology?: Topology;
  readonly faults?: readonly Fault[];
  readonly more?: Partial<WorldConfig>;
}

export class Shard extends Stage {
  /** The state that a node says its failover is in. */
  failover(node = 'n1'): Plain {
    return this.values(node, 'failover').at(-1);
  }

  gate(node = 'n1'): Plain {
    return this.values(node, 'gate').at(-1);
  }

  role(node: string): Plain {
    return this.values(node, 'role').at(-1);
  }

  /** Why the last attempt failed. */
  reason(node = 'n1'): Plain {
    return this.values(node, 'failure').at(-1);
  }

  /** Writes as many keys at a node, one after another. */
  write(count: number, node = 'n1'): this {
    for (let n = 0; n < count; n++) this.set(node);
    return this;
  }

  private written = 0;

  /** One write: OK, or the error. */
  set(node: string): string {
    const operation = 1000 + ++this.written;
    const key = `k${this.written}`;
    return said(this.answer('c1', node, { type: 'set', operation, key, value: 'v' }));
  }

  /** One read: OK, or the error. */
  get(node: string, key = 'k1'): string {
    return said(this.answer('c2', node, { type: 'get', operation: 900, key }));
  }

  /** CLUSTERX FAILOVER: what it is told. */
  fail(node: string, target: string, timeoutMs?: number): string {
    const more = timeoutMs === undefined ? {} : { timeoutMs };
    return said(this.answer('c3', node, { type: 'failover', operation: 800, target, ...more }));
  }

  /** CLUSTERX SETNODES: what it is told, within 50 ms. */
  push(node: string, topology: Topology, force = false): string {
    return said(
      this.answer('c4', node, { type: 'setnodes', operation: 700, topology, force } as Message),
    );
  }

  info(node: string): Message {
    return this.answer('c4', node, { type: 'info', operation: 600 })['facts'] as Message;
  }

  /** Runs on until a node's failover is in a state, at most so long. */
  untilFailover(state: string, node = 'n1', forMs = 20_000): this {
    const end = this.world.now + forMs * 1000;
    while (this.failover(node) !== state && this.world.now < end) this.later(0.05);
    if (this.failover(node) !== state) {
      throw new Error(
        `${node} is in ${this.failover(node)}, not in ${state}: ${this.reason(node)}`,
      );
    }
    return this;
  }
}

const said = (reply: Message | undefined): string =>
  reply === undefined ? 'no answer' : String(reply['error'] ?? 'OK');

/** A shard that has been up for a quarter of a second: the slaves follow. */
export function shardOf(given: Given = {}): Shard {
  const { protocol = 'graceful', knobs, options, puppets = {}, each = {}, topology } = given;
  const values = { ...(protocol === 'graceful' ? gracefulKnobs : proposalKnobs), ...knobs };
  const input = {
    options: { ...defaultOptions, ...options },
    knobs: values,
    patched: true,
    topology: topology ?? before,
  };
  const nodes = names.map((name) =>
    puppets[name] === undefined
      ? storeNode(name, input as never, each[name])
      : puppetNode(name, puppets[name]),
  );
  const clients = ['c1', 'c2', 'c3', 'c4'].map((name) => puppetNode(name));
  const faults = given.faults === undefined ? {} : { faults: given.faults };
  const programs = graceful.programs;
  return new Shard(programs, [...nodes, ...clients], { ...faults, ...given.more }).until(
    250,
  ) as Shard;
}

/** Makes a puppet a slave of a node, fed from a number on. */
export function attach(shard: Shard, slave: string, master = 'n1', from = 1): Shard {
  shard.ask(slave, master, { type: 'replconf', address: slave, knows: [knowsAttempts] }).later(1);
  shard.say(slave, { type: 'psync', from }, true).later(1);
  return shard;
}

/** Makes a puppet that is attached acknowledge. */
export function acknowledge(shard: Shard, slave: string, offset: number): Shard {
  return shard.say(slave, { type: 'ack', offset }, true).later(0.2);
}

/** A fault of a plan, at a time in microseconds or on a trigger. */
export function fault(id: number, at: number | object, action: object, durationUs?: number): Fault {
  const place = typeof at === 'number' ? { timeUs: at } : { trigger: at };
  const duration = durationUs === undefined ? {} : { durationUs };
  return { id, at: place, ...action, ...duration } as unknown as Fault;
}
