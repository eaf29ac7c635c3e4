/** A kernel for tests of the network alone: a sorted list, fixed latencies, a log of what was told. */
import {
  type Entry,
  EntryKind,
  type Instance,
  type Kernel,
  linkIdentity,
  type Mail,
  type NodeStatus,
  Purpose,
} from '../kernel.js';
import type { EffectParams } from '../vocabulary.js';
import * as net from './network.js';
import type { NetworkConfig, NetworkState } from './state.js';

/** What a machine was told, in short: `3000 b accepted`. */
export type Told = { at: number; to: string; mail: Mail & Record<string, unknown> };

export interface TestNetwork extends Kernel {
  now: number;
  net: NetworkState;
  queue: { at: number; seq: number; entry: Entry }[];
  told: Told[];
  statuses: NodeStatus[];
  machines: Instance[];
  /** Answers of coming decisions; then 0. */
  answers: number[];
}

const names = ['a', 'b', 'c'];

/** Three nodes a, b and c whose one-way latency is 100 µs. */
export function testNetwork(config: Partial<NetworkConfig> = {}): TestNetwork {
  let seq = 0;
  const test: TestNetwork = {
    now: 0,
    net: net.createNetwork(names, { latencyUs: [100], ...config }),
    queue: [],
    told: [],
    statuses: ['running', 'running', 'running'],
    machines: names.map((_, node) => instance(node, node)),
    answers: [],
    schedule: (entry, at) => {
      if (at < test.now) throw new Error(`scheduled ${at} before ${test.now}`);
      test.queue.push({ at, seq: seq++, entry });
      test.queue.sort((one, other) => one.at - other.at || one.seq - other.seq);
    },
    choose: () => test.answers.shift() ?? 0,
    draw: (_purpose, _identity, _subject, table) =>
      table[table.length === 1 ? 0 : (test.answers.shift() ?? 0)] as number,
    emit: (to, mail) => {
      if (to.alive) test.told.push({ at: test.now, to: names[to.node]!, mail: mail as never });
    },
    status: (node) => test.statuses[node]!,
    root: (node) => (isUp(test.statuses[node]!) ? test.machines[node] : undefined),
    nameOf: (node) => names[node]!,
  };
  return test;
}

const isUp = (status: NodeStatus) => status === 'running' || status === 'paused';

/** A machine of a node. */
export function instance(slot: number, node: number): Instance {
  return { slot, node, machine: 'm', key: 0, alive: true, timers: [] };
}

/** Runs what is due until a time. */
export function runUntil(test: TestNetwork, until: number): void {
  for (let next = test.queue[0]; next !== undefined && next.at <= until; next = test.queue[0]) {
    test.queue.shift();
    test.now = next.at;
    if (!next.entry.live) continue;
    next.entry.live = false;
    net.dispatch(test.net, test, next.entry);
  }
  test.now = until;
}

/** Opens a connection from a to b and runs until it stands; its id. */
export function connect(test: TestNetwork, params: Partial<EffectParams['open']> = {}): number {
  net.open(test.net, test, test.machines[0]!, { to: 'b', ...params }, 1);
  runUntil(test, test.now + 300);
  const id = [...test.net.connections.keys()].at(-1)!;
  test.told.length = 0;
  return id;
}

/** Sends a message that carries a word, from a (0) or b (1). */
export function send(test: TestNetwork, id: number, word: string, from = 0, bytes = 64): boolean {
  const message = { type: word };
  return net.send(test.net, test, test.machines[from]!, { connection: id, message, bytes });
}

/** What was told, in short and in order. */
export function story(test: TestNetwork): string[] {
  return test.told.map(({ at, to, mail }) => {
    const reason = 'reason' in mail ? ` ${mail['reason']}` : '';
    return `${at} ${to} ${mail.type.replace('message.', '')}${reason}`;
  });
}

export { EntryKind, linkIdentity, names, Purpose };
